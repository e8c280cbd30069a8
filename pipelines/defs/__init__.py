"""The definitions of the code location, each kind in the module that Dagster names: resources, jobs, schedules, sensors.

Belongs here: what Dagster loads. Not: the work of an asset (`assets`), the command (`cli`).
"""
