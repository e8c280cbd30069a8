"""Coverage of the nation and its provinces: how many are protected, since when it moved, where it is highest and lowest."""

from dataclasses import dataclass, replace
from datetime import date

from assets.release.findings.reader import Cell, Fixed, Query, ReleaseReader, Row, equals, plain_columns
from assets.release.findings.totals import Total

NATION: Fixed = {
    "geography_basis": "home",
    "geography_level": "nation",
    "region_code": "ID",
    "programme": "any",
    "sex": "all",
    "age_band": "all",
}
FIGURES = plain_columns(
    "protected_persons", "denominator_persons", "coverage_ratio", "ratio_low", "ratio_high", "gap_persons"
)
SEGMENTS = ("all", "formal", "informal")


def nation(reader: ReleaseReader, segment: str, month: date | None = None) -> Row:
    """The nation's coverage of a segment by the potential; without a survey, its persons alone."""
    fixed: Fixed = {"month": month or reader.month, **NATION, "segment": segment}
    found = reader.rows(
        Query(
            "coverage",
            fixed,
            ("denominator_id",),
            FIGURES,
            condition="denominator_id IN ('potential', 'none')",
            order="denominator_id DESC",
        )
    )
    return found[0] if found else reader.row("coverage", FIGURES, **fixed, denominator_id="potential")


def ratio_change(reader: ReleaseReader, segment: str, since: date) -> Cell:
    """By how much the coverage ratio of the nation changed since a month; withheld where one of the two is."""
    fixed: Fixed = {**NATION, "segment": segment, "denominator_id": "potential"}
    asked = {"ratio": "coverage_ratio"}
    ends = [reader.row("coverage", asked, month=month, **fixed)["ratio"] for month in (since, reader.month)]
    then = f"(SELECT coverage_ratio FROM coverage WHERE {equals({'month': since, **fixed})})"
    told = reader.row("coverage", {"moved": f"coverage_ratio - {then}"}, month=reader.month, **fixed)["moved"]
    lost = next((end.status for end in ends if end.is_withheld), told.status)
    return replace(told, status=lost) if told.value is None else told


def ratio_history(reader: ReleaseReader, segment: str) -> list[tuple[date, Cell]]:
    """The coverage ratio of the nation by month, up to the reference month; withheld months too."""
    fixed: Fixed = {**NATION, "segment": segment, "denominator_id": "potential"}
    query = Query(
        "coverage", fixed, ("month",), {"ratio": "coverage_ratio"}, condition=f"month <= DATE '{reader.month}'"
    )
    return [(row.keys["month"], row["ratio"]) for row in reader.rows(query)]


@dataclass(frozen=True)
class Trend:
    """Months that show a ratio, by segment; `first`: the first that shows formal and informal, None where it is the only one.

    `unknown`: why there is no finding: `withheld`, `none`, or empty where there is one.
    """

    now: dict[str, Row]
    first: date | None
    moved: dict[str, Cell]
    unknown: str


def trend(reader: ReleaseReader) -> Trend:
    """Formal and informal coverage now, and since the first month that shows both."""
    query = Query(
        "coverage",
        {**NATION, "denominator_id": "potential"},
        ("month", "segment"),
        {"ratio": "coverage_ratio"},
        condition=f"segment IN ('formal', 'informal') AND month <= DATE '{reader.month}'",
    )
    shown: dict[date, set[str]] = {}
    for row in reader.rows(query):
        if row.value("ratio") is not None:
            shown.setdefault(row.keys["month"], set()).add(row.keys["segment"])
    now = {segment: nation(reader, segment) for segment in SEGMENTS}
    ends = [now[name]["coverage_ratio"] for name in ("formal", "informal")]
    unknown = (
        "withheld" if any(end.is_withheld for end in ends) else "none" if any(end.value is None for end in ends) else ""
    )
    whole = [month for month, found in shown.items() if len(found) == 2 and month != reader.month]
    first = min(whole, default=None) if not unknown else None
    return Trend(
        now,
        first,
        {name: ratio_change(reader, name, first) for name in ("formal", "informal")} if first else {},
        unknown,
    )


@dataclass(frozen=True)
class Provinces:
    """The provinces that show a ratio, highest first; `below`: how many of them lie below the nation."""

    ranked: list[Row]
    is_whole: bool
    below: Cell
    shown: Cell


def provinces(reader: ReleaseReader) -> Provinces:
    """Coverage of residents by province, of all segments."""
    fixed: Fixed = {"month": reader.month, **NATION, "segment": "all", "denominator_id": "potential"}
    of_nation = f"(SELECT coverage_ratio FROM coverage WHERE {equals(fixed)})"
    del fixed["region_code"]
    fixed |= {"geography_level": "province"}
    rows = reader.rows(Query("coverage", fixed, ("region_code",), FIGURES))
    known = [row for row in rows if row.value("coverage_ratio") is not None]
    ranked = sorted(known, key=lambda row: (-row.value("coverage_ratio"), row.keys["region_code"]))
    counted = reader.total(
        "coverage",
        {
            "below": Total(f"CAST(coverage_ratio < {of_nation} AS INTEGER)", "coverage_ratio IS NOT NULL"),
            "shown": "count(coverage_ratio)",
        },
        fixed,
    )
    return Provinces(ranked, len(known) == len(rows), counted["below"], counted["shown"])
