"""The change of protected persons since the month before: its size, entries and exits, and the segment that caused it.

Belongs here: the finding. One segment is named if its change has the sign of the whole, otherwise the two largest opposing
changes.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from assets.release.findings.reader import Cell, ReleaseReader, Row

FIGURES = {
    "opening": "opening_persons",
    "closing": "closing_persons",
    "change": "closing_persons - opening_persons",
    "ratio": "change_ratio",
    "entered": "entered_persons",
    "re_entered": "re_entered_persons",
    "came": "entered_persons + re_entered_persons",
    "lapsed": "became_unpaid_persons",
    "left": "left_ended_persons + left_absent_persons",
    "drift": "drift",
}
PARTS = ("PU", "JAKON", "BPU")


class State(StrEnum):
    """Whether the change can be stated, and its direction."""

    NOT_AVAILABLE = "not_available"  # for example the first month; `reason` gives the cause
    WITHHELD = "withheld"
    UP = "up"
    DOWN = "down"
    SAME = "same"


class Cause(StrEnum):
    """Whether the segments that caused the change can be named."""

    NONE = "none"  # no segment changed
    WITHHELD = "withheld"  # a segment is withheld, so the largest is unknown
    ONE = "one"  # the largest change has the sign of the whole
    OPPOSING = "opposing"  # it has the other sign: the largest increase and the largest decrease


@dataclass(frozen=True)
class Change:
    """The finding; `drivers`: segment and its change, one or two."""

    state: State
    reason: str = ""
    cells: dict[str, Cell] = field(default_factory=dict)
    cause: Cause = Cause.NONE
    drivers: tuple[tuple[str, Cell], ...] = ()


def change(reader: ReleaseReader) -> Change:
    """Protected persons of the nation, all segments together."""
    reason = reader.absent("flows")
    if reason is not None:
        return Change(State.NOT_AVAILABLE, reason)
    whole = _row(reader, "all")
    moved = whole.value("change")
    if moved is None:
        return Change(State.WITHHELD, "", whole.cells)
    state = State.UP if moved > 0 else State.DOWN if moved < 0 else State.SAME
    return Change(state, "", whole.cells, *_drivers({name: _row(reader, name)["change"] for name in PARTS}, moved))


def _row(reader: ReleaseReader, segment: str) -> Row:
    return reader.row("flows", FIGURES, month=reader.month, province_code="ID", segment=segment)


def _drivers(parts: dict[str, Cell], moved: int) -> tuple[Cause, tuple[tuple[str, Cell], ...]]:
    """A segment without a row has no persons in either month."""
    if any(cell.is_withheld for cell in parts.values()):
        return Cause.WITHHELD, ()
    largest = sorted((item for item in parts.items() if item[1].value), key=lambda item: -abs(item[1].value))
    if not largest:
        return Cause.NONE, ()
    if largest[0][1].value * moved > 0:
        return Cause.ONE, (largest[0],)
    other = next((item for item in largest if item[1].value * largest[0][1].value < 0), None)
    return Cause.OPPOSING, (largest[0], other) if other else (largest[0],)
