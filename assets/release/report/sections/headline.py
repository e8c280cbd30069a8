"""The headline: who is protected now, what changed, against which target; five figures to carry away.

Belongs here: the figures above the fold. Not: their history or regions (other sections).
"""

from dataclasses import dataclass

from assets.release.findings import beneficiaries, change, coverage, target
from assets.release.findings.source import Row, Source
from assets.release.report.language import Both, label, say
from assets.release.report.sentences import changed, targeted


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


def headline(source: Source) -> Headline:
    """Everything above the fold."""
    whole = coverage.nation(source, "all")
    key = "title" if whole.value("coverage_ratio") is not None else "title_no_ratio"
    title = say(f"headline.{'title_withheld' if whole.value('protected_persons') is None else key}", **whole.cells)
    told = changed(source, change.change(source)), targeted(target.target(source))
    return Headline(title, *told, _cards(source))


def _cards(source: Source) -> tuple[Card, ...]:
    covered = (_coverage_card(source, segment) for segment in coverage.SEGMENTS)
    return (*covered, _vulnerable(source), _kur(source))


def _coverage_card(source: Source, segment: str) -> Card:
    row, moved = coverage.nation(source, segment), coverage.moved(source, segment, source.before)
    if row.value("protected_persons") is None:
        return Card(label("group", segment), say("page.withheld_word"), say("headline.card_withheld"), "trend")
    more = say(
        f"headline.{'card_coverage' if row.value('ratio_high') is not None else 'card_coverage_bare'}", **row.cells
    )
    if moved.value is not None:
        more = say("headline.card_change", first=more, change=moved, before=source.before)
    ratio = row.value("coverage_ratio")
    key = "headline.persons" if ratio is None else "headline.ratio"
    return Card(label("group", segment), say(key, ratio=row["coverage_ratio"], **row.cells), more, "trend", ratio)


def _vulnerable(source: Source) -> Card:
    row = beneficiaries.vulnerable(source).whole
    bare = "" if row.value("potential_persons") is not None else "_bare"
    return _card(source, "vulnerable", "vulnerable_workers", row, ("protected_persons", "coverage_ratio"), bare)


def _kur(source: Source) -> Card:
    return _card(source, "kur", "kur_linkage", beneficiaries.debtors(source), ("protected_debtors", "protected_ratio"))


def _card(source: Source, name: str, table: str, row: Row, told: tuple[str, str], bare: str = "") -> Card:
    topic, (persons, ratio) = say(f"{name}.topic"), told
    if source.absent(table) is not None:
        return Card(topic, say("page.none_word"), say("headline.card_absent"), name)
    if row.value(persons) is None:
        return Card(topic, say("page.withheld_word"), say("headline.card_withheld"), name)
    key = "headline.ratio" if row.value(ratio) is not None else "headline.persons"
    figures = {"ratio": row[ratio], "protected_persons": row[persons]}
    return Card(topic, say(key, **figures), say(f"headline.card_{name}{bare}", **row.cells), name, row.value(ratio))
