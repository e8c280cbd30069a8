"""Retention of all cohorts together: the share of entrants who are still protected some months after entry."""

from collections.abc import Mapping
from dataclasses import dataclass

from assets.release.findings.reader import Cell, Fixed, Query, ReleaseReader, Row
from assets.release.findings.totals import Figure, Share, Total

_ENTRANTS, _RETAINED = Total("entrants_persons"), Total("retained_persons")
POOLED: Mapping[str, Figure] = {
    "cohorts": "count(*) FILTER (WHERE coalesce(entrants_persons, 1) > 0)",
    "entrants": _ENTRANTS,
    "retained": _RETAINED,
    "ratio": Share(_RETAINED, _ENTRANTS),
}
SEGMENTS = ("PU", "JAKON", "BPU")


def pooled(reader: ReleaseReader, key: str, condition: str, **fixed: str) -> Query:
    """Cohorts added up by a key and months since entry, for the months that were run; withheld if a cohort is."""
    run_months = f"month IN (SELECT month FROM coverage WHERE month <= DATE '{reader.month}')"
    whole: Fixed = {**fixed, "availability": "available"}
    return Query(
        "retention", whole, (key, "months_since_entry"), POOLED, grouped=True, condition=f"{run_months} AND {condition}"
    )


@dataclass(frozen=True)
class Retention:
    """`age`: the months since entry that all segments have; `least`: the segment with the lowest retention at that age.

    `is_whole`: no segment is withheld at that age. `least` is empty if no segment is shown.
    """

    rows: list[Row]
    age: int
    least: str
    ratio: Cell | None
    is_whole: bool


def retention(reader: ReleaseReader) -> Retention:
    """The nation's entrants by segment at entry."""
    names = ", ".join(f"'{name}'" for name in SEGMENTS)
    rows = reader.rows(pooled(reader, "segment", f"segment IN ({names})", payer="all"))
    lasts = {row.keys["segment"]: row.keys["months_since_entry"] for row in rows}  # rows are in order
    age = min((last for last in lasts.values() if last > 0), default=0)
    at_age = {row.keys["segment"]: row["ratio"] for row in rows if age and row.keys["months_since_entry"] == age}
    known = {segment: cell for segment, cell in at_age.items() if cell.value is not None}
    least = min(known, key=lambda segment: (known[segment].value, segment), default="")
    return Retention(rows, age, least, known.get(least), len(known) == len(at_age) == len(lasts))
