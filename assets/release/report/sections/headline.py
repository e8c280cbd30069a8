"""The headline: who is protected now, what changed, against which target; five figures to carry away.

Belongs here: the figures above the fold. Not: their history or regions (other sections).
"""

from dataclasses import dataclass
from datetime import date

from assets.release.report.language import Both, label, say
from assets.release.report.source import Cell, Fixed, Row, Source, at

NATION: Fixed = {
    "geography_basis": "home", "geography_level": "nation", "region_code": "ID", "programme": "any", "sex": "all",
    "age_band": "all",
}  # fmt: skip
_FIGURES = {
    name: name for name in
    ("protected_persons", "denominator_persons", "coverage_ratio", "ratio_low", "ratio_high", "gap_persons")
}  # fmt: skip


@dataclass(frozen=True)
class Card:
    """One figure to carry away: what it is of, the figure, and one sentence more."""

    topic: Both
    figure: Both
    more: Both
    link: str
    ratio: float | None = None


@dataclass(frozen=True)
class Headline:
    """The sentence, what changed, the target, and the cards."""

    title: Both
    changed: Both
    target: Both
    cards: tuple[Card, ...]


def coverage(source: Source, segment: str, month: date | None = None) -> Row:
    """The nation's coverage of a segment, by the potential where there is one."""
    potential = source.row("coverage", _FIGURES, month=month or source.month, **NATION, segment=segment,
                           denominator_id="potential")  # fmt: skip
    if potential.value("protected_persons") is not None or potential["protected_persons"].is_withheld:
        return potential
    return source.row(
        "coverage", _FIGURES, month=month or source.month, **NATION, segment=segment, denominator_id="none"
    )


def headline(source: Source) -> Headline:
    """Everything above the fold."""
    whole = coverage(source, "all")
    key = "headline.title" if whole.value("coverage_ratio") is not None else "headline.title_no_ratio"
    return Headline(say(key, month=source.month, **whole.cells), _changed(source), _target(source), _cards(source))


def change(source: Source, segment: str) -> Cell | None:
    """By how much the coverage ratio of the nation changed since the month before; None without that month."""
    if source.before is None:
        return None
    fixed: Fixed = {**NATION, "segment": segment, "denominator_id": "potential"}
    then = f"(SELECT coverage_ratio FROM coverage WHERE {at({'month': source.before, **fixed})})"
    cell = source.row("coverage", {"change": f"coverage_ratio - {then}"}, month=source.month, **fixed)["change"]
    return None if cell.value is None else cell


def _changed(source: Source) -> Both:
    figures = {
        "change": "closing_persons - opening_persons",
        "ratio": "change_ratio",
        "came": "entered_persons + re_entered_persons",
        "lapsed": "lapsed_persons",
        "left": "left_ended_persons + left_absent_persons",
    }
    row = source.row("flows", figures, month=source.month, province_code="ID", segment="all")
    if row.value("change") is None or source.before is None:
        return say("headline.changed_unknown")
    parts = {name: source.row("flows", figures, month=source.month, province_code="ID", segment=name)
             for name in ("PU", "JAKON", "BPU")}  # fmt: skip
    moved = [name for name, part in parts.items() if part.value("change")]
    most = max(moved, key=lambda name: abs(parts[name].value("change")), default=None)
    why = (
        say("headline.driver", segment=label("segment", most), change=parts[most]["change"])
        if most
        else say("headline.no_driver")
    )
    way = "up" if row.value("change") > 0 else "down" if row.value("change") < 0 else "same"
    return say(f"headline.changed_{way}", before=source.before, why=why, **row.cells)


def _target(source: Source) -> Both:
    asked = source.list(
        f"SELECT denominator_id, target_month FROM target_progress WHERE {at({'month': source.month, 'region_code': 'ID'})} "
        "AND indicator = 'coverage_ratio' AND segment = 'all' ORDER BY denominator_id <> 'potential', target_month LIMIT 1"
    )
    if not asked:
        return say("headline.no_target")
    names = ("target_value", "actual_value", "gap_value", "needed_per_month", "mean_change", "outlook")
    row = source.row("target_progress", {name: name for name in names}, month=source.month, indicator="coverage_ratio",
                     region_code="ID", segment="all", denominator_id=asked[0][0], target_month=asked[0][1])  # fmt: skip
    if row.value("gap_value") is None:
        return say("headline.no_target")
    reached = "reached" if row.value("gap_value") <= 0 else "short"
    return say(f"headline.target_{reached}", target_month=asked[0][1], denominator=label("denominator", asked[0][0]),
               looks=label("outlook", row.value("outlook") or "unknown"), **row.cells)  # fmt: skip


def _cards(source: Source) -> tuple[Card, ...]:
    return (
        *(_coverage_card(source, segment) for segment in ("all", "formal", "informal")),
        _vulnerable(source),
        _kur(source),
    )


def _coverage_card(source: Source, segment: str) -> Card:
    row, moved = coverage(source, segment), change(source, segment)
    more = say(
        "headline.card_coverage" if row.value("ratio_high") is not None else "headline.card_coverage_bare", **row.cells
    )
    if moved is not None:
        more = say("headline.card_change", first=more, change=moved, before=source.before)
    ratio = row.value("coverage_ratio")
    shown = (
        say("headline.ratio", ratio=row["coverage_ratio"])
        if ratio is not None
        else say("headline.persons", **row.cells)
    )
    return Card(label("group", segment), shown, more, "trend", ratio)


def _vulnerable(source: Source) -> Card:
    row = source.row("vulnerable_workers", {name: name for name in ("protected_persons", "potential_persons", "coverage_ratio")},
                     month=source.month, province_code="ID", payer="all", vulnerable_basis="all")  # fmt: skip
    return _card(source, "vulnerable", "vulnerable_workers", row, "coverage_ratio")


def _kur(source: Source) -> Card:
    row = source.row("kur_linkage", {name: name for name in ("debtors", "protected_debtors", "protected_ratio")},
                     month=source.month, province_code="ID", scheme="all")  # fmt: skip
    return _card(source, "kur", "kur_linkage", row, "protected_ratio")


def _card(source: Source, name: str, table: str, row: Row, ratio: str) -> Card:
    if source.absent(table) is not None:
        return Card(say(f"{name}.topic"), say("page.none_word"), say("headline.card_absent"), name)
    shown = say("headline.ratio", ratio=row[ratio])
    return Card(say(f"{name}.topic"), shown, say(f"headline.card_{name}", **row.cells), name, row.value(ratio))
