"""What is made: one folder a stage, in the order of the flow, and the warehouse the tables stand in.

Asset functions are thin; the work stands beside them in plain functions that know nothing of Dagster.
"""
