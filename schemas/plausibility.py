"""How a month's delivery looks as a whole, and what of it is implausible; never released.

Belongs here: the two tables and the list of limits as values. Not: measuring and judging (`assets/plausibility`).
"""

from dataclasses import dataclass
from functools import cache

from schemas import code_lists
from schemas.registers import MONTH
from schemas.tables import Field, Kind, Table

_EXTRACT = Field("extract", Kind.TEXT, "extract whose delivery it is about")
_SUBJECT = Field("subject", Kind.TEXT, "office, file, province, column or segment it is about; all: the whole extract")

MEASURES = Table(
    "delivery_measures", "what a month's delivery is like as a whole, to compare later months with",
    "one row an extract, measure and subject; shares, counts and ratios, by measure",
    (
        MONTH, _EXTRACT,
        Field("measure", Kind.TEXT, "what was measured (column measure of the list plausibility_limits)"),
        _SUBJECT,
        Field("observed", Kind.NUMBER, "the measure in this month", "as the measure says"),
        Field("rows", Kind.COUNT, "rows or persons it was measured on", "row"),
        Field("share", Kind.NUMBER, "those rows as a share of all rows of the extract", "1"),
        Field("limit", Kind.NUMBER, "the limit, where another list than plausibility_limits has it", "as the measure says"),
    ),
    key=("extract", "measure", "subject"),
)  # fmt: skip

PLAUSIBILITY = Table(
    "plausibility", "what is implausible in a month's delivery as a whole", "one row a finding; a month without any has none",
    (
        MONTH,
        Field("finding_id", Kind.TEXT, "digest of finding, subject, figures and delivered files: what a reason is given for"),
        Field("finding", Kind.CODE, "what was found", codes="plausibility_limits"),
        _EXTRACT, _SUBJECT,
        Field("observed", Kind.NUMBER, "the measure in this month", "as the measure says"),
        Field("expected", Kind.NUMBER, "the measure in the month before that is nearest to it; empty: needs none",
              "as the measure says"),
        Field("limit", Kind.NUMBER, "what it may be, or by how much it may differ", "as the measure says"),
        Field("holds", Kind.FLAG, "figures would be wrong: no release until somebody gives a reason"),
        Field("message", Kind.TEXT, "what was found and what to do, in one line"),
    ),
    key=("finding", "extract", "subject"),
)  # fmt: skip

JUDGED = (MEASURES, PLAUSIBILITY)


@dataclass(frozen=True)
class Limit:
    """A row of the list `plausibility_limits`; see the README beside it. `holds_above` None: it only warns."""

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
        row["code"], row["measure"], row["compares"], float(row["warns_above"]), float(holds) if holds else None,
        int(row["least_rows"]), float(row["least_share"]), row["unit"], row["is_incomplete"] == "yes", row["name"], row["name_id"],
        row["do"],
    )  # fmt: skip
