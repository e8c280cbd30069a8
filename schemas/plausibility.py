"""Measures of the delivery of a month as a whole, and findings about them; never released.

Belongs here: the two tables and the limits as values. Not here: measuring and comparing with limits (`assets/plausibility`).
"""

from dataclasses import dataclass
from functools import cache

from schemas import code_lists
from schemas.registers import MONTH
from schemas.tables import Field, Kind, Table

_EXTRACT = Field("extract", Kind.TEXT, "extract of the delivery")
_SUBJECT = Field("subject", Kind.TEXT, "office, file, province, column or segment; all: the whole extract")

MEASURES = Table(
    "delivery_measures", "measures of the delivery of a month as a whole, for comparison with later months",
    "one row per extract, measure and subject; shares, counts and ratios, by measure",
    (
        MONTH, _EXTRACT,
        Field("measure", Kind.TEXT, "name of the measure (column measure of the list plausibility_limits)"),
        _SUBJECT,
        Field("observed", Kind.NUMBER, "the measure in this month", "unit of the measure"),
        Field("rows", Kind.COUNT, "rows or persons behind the measure", "row"),
        Field("share", Kind.NUMBER, "those rows as a share of all rows of the extract", "1"),
        Field("limit", Kind.NUMBER, "the limit, where it is in another list than plausibility_limits", "unit of the measure"),
    ),
    key=("extract", "measure", "subject"),
)  # fmt: skip

PLAUSIBILITY = Table(
    "plausibility", "findings about the delivery of a month as a whole", "one row per finding; a month without findings has no row",
    (
        MONTH,
        Field("finding_id", Kind.TEXT, "digest of finding, subject, figures and delivered files: a reason is given for it"),
        Field("finding", Kind.CODE, "kind of finding", codes="plausibility_limits"),
        _EXTRACT, _SUBJECT,
        Field("observed", Kind.NUMBER, "the measure in this month", "unit of the measure"),
        Field("expected", Kind.NUMBER, "the nearest measure of the months before; empty: not needed",
              "unit of the measure"),
        Field("limit", Kind.NUMBER, "the limit of the measure, or of its difference", "unit of the measure"),
        Field("holds", Kind.FLAG, "figures would be wrong: the release is held until a reason is given"),
        Field("message", Kind.TEXT, "the finding and the remedy, in one line"),
    ),
    key=("finding", "extract", "subject"),
)  # fmt: skip

JUDGED = (MEASURES, PLAUSIBILITY)


@dataclass(frozen=True)
class Limit:
    """A row of the list `plausibility_limits`; see its README. `holds_above` None: the finding only warns."""

    code: str
    measure: str
    compares: str
    warns_above: float
    holds_above: float | None
    least_rows: int
    least_share: float
    unit: str
    is_incomplete: bool
    name: str
    name_id: str
    do: str


@cache
def limits() -> dict[str, Limit]:
    """Every limit by its code."""
    return {row["code"]: _limit(row) for row in code_lists.codes("plausibility_limits").iter_rows(named=True)}


def _limit(row: dict[str, str]) -> Limit:
    holds = row["holds_above"]
    return Limit(
        row["code"],
        row["measure"],
        row["compares"],
        float(row["warns_above"]),
        float(holds) if holds else None,
        int(row["least_rows"]),
        float(row["least_share"]),
        row["unit"],
        row["is_incomplete"] == "yes",
        row["name"],
        row["name_id"],
        row["do"],
    )
