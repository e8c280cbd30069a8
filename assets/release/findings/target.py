"""National coverage compared with its target: the distance, the target month, and the projection.

Belongs here: the choice of the target, and its state. Not: the projection (`assets/coverage/targets`).
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from assets.release.findings.reader import Cell, Fixed, Query, ReleaseReader, plain_columns

LEAST_CHANGES = 6  # with fewer changes there is no range, and no projection
FIGURES = plain_columns(
    "target_value",
    "protected_persons",
    "actual_value",
    "gap_value",
    "needed_per_month",
    "changes_seen",
    "mean_change",
    "projected_value",
    "projected_low",
    "projected_high",
    "outlook",
) | {"above": "-gap_value"}


class State(StrEnum):
    """The state of the target."""

    NOT_AVAILABLE = "not_available"  # the month has no target_progress; `reason` gives the cause
    NOT_DELIVERED = "not_delivered"  # there is no target of national coverage
    NOT_MEASURED = "not_measured"  # there is a target, and no ratio of its denominator
    WITHHELD = "withheld"  # there is a target, and the value is withheld
    REACHED = "reached"
    MISSED = "missed"  # its month is over, and the value is below
    AHEAD = "ahead"


@dataclass(frozen=True)
class Target:
    """The finding. `outlook`: likely, open, unlikely, unknown (fewer than six changes) or withheld, of a future target."""

    state: State
    reason: str = ""
    target_month: date | None = None
    denominator_id: str = ""
    outlook: str = ""
    cells: dict[str, Cell] = field(default_factory=dict)

    @property
    def is_projected(self) -> bool:
        """Whether there is a projection with its range; without one the report shows no pace."""
        names = ("actual_value", "projected_value", "projected_low", "projected_high")
        ends = [self.cells.get(name) for name in names]
        enough = "changes_seen" in self.cells and (self.cells["changes_seen"].value or 0) >= LEAST_CHANGES
        return enough and all(end is not None and end.value is not None for end in ends)


def target(reader: ReleaseReader) -> Target:
    """The next target of national coverage: potential participants as denominator if possible, the nearest month first."""
    reason = reader.absent("target_progress")
    if reason is not None:
        return Target(State.NOT_AVAILABLE, reason)
    fixed: Fixed = {"month": reader.month, "indicator": "coverage_ratio", "region_code": "ID", "segment": "all"}
    query = Query(
        "target_progress",
        fixed,
        ("denominator_id", "target_month"),
        FIGURES,
        order="denominator_id <> 'potential', target_month",
    )
    found = reader.rows(query)
    if not found:
        return Target(State.NOT_DELIVERED)
    row = found[0]
    gap, until = row["gap_value"], row.keys["target_month"]
    state = State.AHEAD if until > reader.month else State.MISSED
    if gap.value is None:
        state = State.WITHHELD if gap.is_withheld and row.value("protected_persons") is None else State.NOT_MEASURED
    elif gap.value <= 0:
        state = State.REACHED
    outlook = row.value("outlook") or ("withheld" if row["outlook"].is_withheld else "unknown")
    return Target(state, "", until, row.keys["denominator_id"], outlook if state is State.AHEAD else "", row.cells)
