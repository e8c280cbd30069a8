"""The charts of a province: its coverage by month beside the nation's, and its ratios now."""

from collections.abc import Mapping, Sequence
from datetime import date

from assets.release.findings.coverage import NATION, SEGMENTS
from assets.release.findings.reader import Cell, Fixed, Query, ReleaseReader
from assets.release.report.charts import BLUE, GREEN, GREY, ORANGE, Chart
from assets.release.report.language import Bilingual, label, phrase
from assets.release.report.small_charts import Measure, Series, lines, measures

_COLOURS = {"all": BLUE, "formal": GREEN, "informal": ORANGE}
Histories = Mapping[tuple[str, str], Sequence[tuple[date, Cell]]]


def histories(reader: ReleaseReader) -> Histories:
    """The shown coverage ratios by month, of each province and the nation (ID) and each segment, up to the reference month."""
    fixed: Fixed = {"geography_basis": "home", "denominator_id": "potential"}
    fixed |= {name: NATION[name] for name in ("programme", "sex", "age_band")}
    among = ", ".join(f"'{segment}'" for segment in SEGMENTS)
    query = Query(
        "coverage",
        fixed,
        ("region_code", "segment", "month"),
        {"ratio": "coverage_ratio"},
        condition=f"geography_level IN ('nation', 'province') AND segment IN ({among}) AND month <= DATE '{reader.month}'",
    )
    found: dict[tuple[str, str], list[tuple[date, Cell]]] = {}
    for row in sorted(reader.rows(query), key=lambda row: row.keys["month"]):
        if row.value("ratio") is not None:
            found.setdefault((row.keys["region_code"], row.keys["segment"]), []).append(
                (row.keys["month"], row["ratio"])
            )
    return found


def history_sentence(found: Histories, code: str) -> Bilingual | None:
    """The first and the last shown ratio of all workers; None for fewer than two months."""
    points = found.get((code, "all"), [])
    if len(points) < 2:
        return None
    (first, was), (last, now) = points[0], points[-1]
    return phrase("profile.history", first=first, last=last, was=was, now=now)


def history_chart(found: Histories, code: str, name: Bilingual) -> Chart | None:
    """Lines of all, formal and informal workers, and the nation; None for fewer than two months."""
    sentence = history_sentence(found, code)
    if sentence is None:
        return None
    drawn = [
        Series(phrase(f"profile.{segment}_line"), _COLOURS[segment], _points(found, code, segment))
        for segment in SEGMENTS
    ]
    drawn.append(Series(label("region", "ID"), GREY, _points(found, "ID", "all"), dash="4 3"))
    words = phrase("profile.history_alt", name=name, finding=sentence)
    return lines(f"{code}-coverage", drawn, words, phrase("profile.history_chart"))


def measures_chart(found: Sequence[Measure], code: str, name: Bilingual, finding: Bilingual) -> Chart:
    """The ratios of the province, each with a mark for the nation."""
    return measures(
        f"{code}-ratios",
        found,
        phrase("profile.measures_alt", name=name, finding=finding),
        phrase("profile.measures_chart"),
    )


def _points(found: Histories, code: str, segment: str) -> list[tuple[date, float]]:
    return [(month, cell.value) for month, cell in found.get((code, segment), [])]
