"""Helpers are next to the tests that use them: `from tables import table`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
