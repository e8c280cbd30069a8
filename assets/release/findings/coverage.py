"""Coverage of the nation and its provinces: protected persons, trend, highest and lowest province."""

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
    """National coverage of a segment among potential participants; without a survey, its protected persons alone."""
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
    """The change of the national coverage ratio since a month; withheld if one of the two ratios is."""
    fixed: Fixed = {**NATION, "segment": segment, "denominator_id": "potential"}
    figures = {"ratio": "coverage_ratio"}
    ends = [reader.row("coverage", figures, month=month, **fixed)["ratio"] for month in (since, reader.month)]
    then = f"(SELECT coverage_ratio FROM coverage WHERE {equals({'month': since, **fixed})})"
    change = reader.row("coverage", {"moved": f"coverage_ratio - {then}"}, month=reader.month, **fixed)["moved"]
    status = next((end.status for end in ends if end.is_withheld), change.status)
    return replace(change, status=status) if change.value is None else change


def ratio_history(reader: ReleaseReader, segment: str) -> list[tuple[date, Cell]]:
    """The coverage ratio of the nation by month, up to the reference month; withheld months too."""
    fixed: Fixed = {**NATION, "segment": segment, "denominator_id": "potential"}
    query = Query(
        "coverage", fixed, ("month",), {"ratio": "coverage_ratio"}, condition=f"month <= DATE '{reader.month}'"
    )
    return [(row.keys["month"], row["ratio"]) for row in reader.rows(query)]


@dataclass(frozen=True)
class Trend:
    """The coverage by segment now and its change since `first`, the first month that shows both; None if there is no other.

    `unknown`: why there is no finding (`withheld` or `none`); empty if there is one.
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
    """The provinces with a shown ratio, highest first; `below`: the number of them below the nation."""

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
