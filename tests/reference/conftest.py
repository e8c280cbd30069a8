"""Hypothesis here draws the same nations in every run; `ORACLE_EXAMPLES=500 pytest tests/reference` draws others, and more."""

import os

from hypothesis import HealthCheck, settings

EXAMPLES = int(os.environ.get("ORACLE_EXAMPLES", "0"))
PROFILE = settings(
    deadline=None, derandomize=not EXAMPLES, suppress_health_check=list(HealthCheck), print_blob=True, database=None,
)  # fmt: skip
