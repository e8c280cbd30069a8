"""The headline: protected persons now, the change, the target, and five key figures.

Belongs here: the figures at the top of the page. Not: their history or regions (other sections).
"""

from dataclasses import dataclass

from assets.release.findings import beneficiaries, change, coverage, target
from assets.release.findings.reader import ReleaseReader, Row
from assets.release.report.language import Bilingual, label, phrase
from assets.release.report.sentences import change_sentence, target_sentence


@dataclass(frozen=True)
class Card:
    """One key figure: its topic, the figure, and one more sentence."""

    topic: Bilingual
    figure: Bilingual
    more: Bilingual
    link: str
    ratio: float | None = None


@dataclass(frozen=True)
class Headline:
    """The title, the change, the target, and the cards."""

    title: Bilingual
    changed: Bilingual
    target: Bilingual
    cards: tuple[Card, ...]


def headline(reader: ReleaseReader) -> Headline:
    """Everything at the top of the page."""
    whole = coverage.nation(reader, "all")
    key = "title" if whole.value("coverage_ratio") is not None else "title_no_ratio"
    title = phrase(f"headline.{'title_withheld' if whole.value('protected_persons') is None else key}", **whole.cells)
    sentences = change_sentence(reader, change.change(reader)), target_sentence(target.target(reader))
    return Headline(title, *sentences, _cards(reader))


def _cards(reader: ReleaseReader) -> tuple[Card, ...]:
    covered = (_coverage_card(reader, segment) for segment in coverage.SEGMENTS)
    return (*covered, _vulnerable(reader), _kur(reader))


def _coverage_card(reader: ReleaseReader, segment: str) -> Card:
    row, moved = coverage.nation(reader, segment), coverage.ratio_change(reader, segment, reader.before)
    if row.value("protected_persons") is None:
        return Card(label("group", segment), phrase("page.withheld_word"), phrase("headline.card_withheld"), "trend")
    more = phrase(
        f"headline.{'card_coverage' if row.value('ratio_high') is not None else 'card_coverage_bare'}", **row.cells
    )
    if moved.value is not None:
        more = phrase("headline.card_change", first=more, change=moved, before=reader.before)
    ratio = row.value("coverage_ratio")
    key = "headline.persons" if ratio is None else "headline.ratio"
    return Card(label("group", segment), phrase(key, ratio=row["coverage_ratio"], **row.cells), more, "trend", ratio)


def _vulnerable(reader: ReleaseReader) -> Card:
    row = beneficiaries.vulnerable(reader).whole
    bare = "" if row.value("potential_persons") is not None else "_bare"
    return _card(reader, "vulnerable", "vulnerable_workers", row, ("protected_persons", "coverage_ratio"), bare)


def _kur(reader: ReleaseReader) -> Card:
    return _card(reader, "kur", "kur_linkage", beneficiaries.debtors(reader), ("protected_debtors", "protected_ratio"))


def _card(reader: ReleaseReader, name: str, table: str, row: Row, names: tuple[str, str], bare: str = "") -> Card:
    topic, (persons, ratio) = phrase(f"{name}.topic"), names
    if reader.absent(table) is not None:
        return Card(topic, phrase("page.none_word"), phrase("headline.card_absent"), name)
    if row.value(persons) is None:
        return Card(topic, phrase("page.withheld_word"), phrase("headline.card_withheld"), name)
    key = "headline.ratio" if row.value(ratio) is not None else "headline.persons"
    figures = {"ratio": row[ratio], "protected_persons": row[persons]}
    return Card(
        topic, phrase(key, **figures), phrase(f"headline.card_{name}{bare}", **row.cells), name, row.value(ratio)
    )
