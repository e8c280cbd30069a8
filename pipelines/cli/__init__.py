"""The command `cakupan`: one module for each group of subcommands.

Belongs here: arguments, printing, running months in this process. Not: definitions of Dagster (`defs`), business rules.
"""
