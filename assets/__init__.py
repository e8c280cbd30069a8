"""The stages of the pipeline, one folder per stage, and the warehouse with their tables.

Asset functions are short; the work is in plain functions that do not use Dagster.
"""
