"""Coverage in a target month under assumptions of a planner: a forecast that anyone can compute again.

Belongs here: the assumptions (a TOML file) and the arithmetic. Not here: reading a release, printing (`pipelines/cli/scenario`).
"""
