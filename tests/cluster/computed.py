"""A nation that was computed by an engine.

Belongs here: what both runs have. Not: the runs (`conftest`).
"""

from dataclasses import dataclass

import dagster as dg

from assets.resources import Locations
from tests.nation import MONTHS

BEFORE, MONTH = MONTHS


@dataclass
class Computed:
    """A nation with both months released; `asked`: the columns of every result that came from the engine."""

    locations: Locations
    result: dg.ExecuteInProcessResult
    asked: list[list[str]]
