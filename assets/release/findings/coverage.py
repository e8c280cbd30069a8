"""Coverage of the nation and its provinces: how many are protected, since when it moved, where it is highest and lowest."""

from dataclasses import dataclass, replace
from datetime import date

from assets.release.findings.source import Ask, Cell, Fixed, Row, Source, at
from assets.release.findings.totals import Total

NATION: Fixed = {
    "geography_basis": "home", "geography_level": "nation", "region_code": "ID", "programme": "any", "sex": "all",
    "age_band": "all",
}  # fmt: skip
FIGURES = {
    name: name for name in
    ("protected_persons", "denominator_persons", "coverage_ratio", "ratio_low", "ratio_high", "gap_persons")
}  # fmt: skip
SEGMENTS = ("all", "formal", "informal")


def nation(source: Source, segment: str, month: date | None = None) -> Row:
    """The nation's coverage of a segment by the potential; without a survey, its persons alone."""
    fixed: Fixed = {"month": month or source.month, **NATION, "segment": segment}
    found = source.rows(Ask("coverage", fixed, ("denominator_id",), FIGURES, also="denominator_id IN ('potential', 'none')",
                            order="denominator_id DESC"))  # fmt: skip
    return found[0] if found else source.row("coverage", FIGURES, **fixed, denominator_id="potential")


def moved(source: Source, segment: str, since: date) -> Cell:
    """By how much the coverage ratio of the nation changed since a month; withheld where one of the two is."""
    fixed: Fixed = {**NATION, "segment": segment, "denominator_id": "potential"}
    asked = {"ratio": "coverage_ratio"}
    ends = [source.row("coverage", asked, month=month, **fixed)["ratio"] for month in (since, source.month)]
    then = f"(SELECT coverage_ratio FROM coverage WHERE {at({'month': since, **fixed})})"
    told = source.row("coverage", {"moved": f"coverage_ratio - {then}"}, month=source.month, **fixed)["moved"]
    lost = next((end.status for end in ends if end.is_withheld), told.status)
    return replace(told, status=lost) if told.value is None else told


def history(source: Source, segment: str) -> list[tuple[date, Cell]]:
    """The coverage ratio of the nation by month, up to the reference month; withheld months too."""
    fixed: Fixed = {**NATION, "segment": segment, "denominator_id": "potential"}
    ask = Ask("coverage", fixed, ("month",), {"ratio": "coverage_ratio"}, also=f"month <= DATE '{source.month}'")
    return [(row.keys["month"], row["ratio"]) for row in source.rows(ask)]


@dataclass(frozen=True)
class Trend:
    """Months that show a ratio, by segment; `first`: the first that shows formal and informal, None where it is the only one.

    `unknown`: why there is no finding: `withheld`, `none`, or empty where there is one.
    """

    now: dict[str, Row]
    first: date | None
    moved: dict[str, Cell]
    unknown: str


def trend(source: Source) -> Trend:
    """Formal and informal coverage now, and since the first month that shows both."""
    ask = Ask("coverage", {**NATION, "denominator_id": "potential"}, ("month", "segment"), {"ratio": "coverage_ratio"},
              also=f"segment IN ('formal', 'informal') AND month <= DATE '{source.month}'")  # fmt: skip
    shown: dict[date, set[str]] = {}
    for row in source.rows(ask):
        if row.value("ratio") is not None:
            shown.setdefault(row.keys["month"], set()).add(row.keys["segment"])
    now = {segment: nation(source, segment) for segment in SEGMENTS}
    ends = [now[name]["coverage_ratio"] for name in ("formal", "informal")]
    unknown = (
        "withheld" if any(end.is_withheld for end in ends) else "none" if any(end.value is None for end in ends) else ""
    )
    whole = [month for month, found in shown.items() if len(found) == 2 and month != source.month]
    first = min(whole, default=None) if not unknown else None
    return Trend(
        now, first, {name: moved(source, name, first) for name in ("formal", "informal")} if first else {}, unknown
    )


@dataclass(frozen=True)
class Provinces:
    """The provinces that show a ratio, highest first; `below`: how many of them lie below the nation."""

    ranked: list[Row]
    is_whole: bool
    below: Cell
    shown: Cell


def provinces(source: Source) -> Provinces:
    """Coverage of residents by province, of all segments."""
    fixed: Fixed = {"month": source.month, **NATION, "segment": "all", "denominator_id": "potential"}
    of_nation = f"(SELECT coverage_ratio FROM coverage WHERE {at(fixed)})"
    del fixed["region_code"]
    fixed |= {"geography_level": "province"}
    rows = source.rows(Ask("coverage", fixed, ("region_code",), FIGURES))
    known = [row for row in rows if row.value("coverage_ratio") is not None]
    ranked = sorted(known, key=lambda row: (-row.value("coverage_ratio"), row.keys["region_code"]))
    counted = source.total("coverage", {
        "below": Total(f"CAST(coverage_ratio < {of_nation} AS INTEGER)", "coverage_ratio IS NOT NULL"),
        "shown": "count(coverage_ratio)"}, fixed)  # fmt: skip
    return Provinces(ranked, len(known) == len(rows), counted["below"], counted["shown"])
