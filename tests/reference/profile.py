"""Hypothesis here draws the same nations in every run, and names the one that fails by a few bytes.

`ORACLE_EXAMPLES=500 pytest tests/reference` draws as many others, and seeks a smaller nation that fails: a matter of minutes.
"""

import os

from hypothesis import HealthCheck, Phase, settings

EXAMPLES = int(os.environ.get("ORACLE_EXAMPLES", "0"))
PROFILE = settings(
    deadline=None, derandomize=not EXAMPLES, suppress_health_check=list(HealthCheck), database=None,
    phases=[Phase.generate, Phase.shrink] if EXAMPLES else [Phase.generate],
)  # fmt: skip
