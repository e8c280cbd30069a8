"""Retention, all cohorts together: of those who entered, how many are still protected after so many months."""

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


def pooled(reader: ReleaseReader, key: str, also: str, **fixed: str) -> Query:
    """Cohorts added by a key and months since entry, of the months that were run; withheld where a cohort is."""
    seen = f"month IN (SELECT month FROM coverage WHERE month <= DATE '{reader.month}')"
    whole: Fixed = {**fixed, "availability": "available"}
    return Query("retention", whole, (key, "months_since_entry"), POOLED, grouped=True, condition=f"{seen} AND {also}")


@dataclass(frozen=True)
class Retention:
    """`age`: the months since entry that every segment has been followed; `least`: the segment that keeps fewest then.

    `is_whole`: no segment is withheld at that age. `least` is None where nobody is followed, or all is withheld.
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
