"""Findings as sentences: those at the top of the page, and the five lines of the command.

Belongs here: choosing the sentence for a finding. Not: the finding (`findings`), the text (`texts.toml`).
"""

from pathlib import Path

from assets.release.findings import beneficiaries, change, coverage, gap, target
from assets.release.findings.reader import Cell, ReleaseReader, Row
from assets.release.report.language import NBSP, Bilingual, bilingual, label, phrase
from assets.release.report.naming import province, translated

_AT_HAND = ("affordable_workers", "unprotected_debtors", "unenrolled_employers", "outreach_activities")


def five_lines(release: Path, language: str) -> list[str]:
    """For a director: coverage and its target, the largest gap, KUR, vulnerable workers, the change and its cause."""
    reader = ReleaseReader(release)
    sentences = (_coverage(reader), _gap(reader), _debtors(reader), _vulnerable(reader), _changed(reader))
    return [line.to(language).replace(NBSP, " ") for line in sentences]


def change_sentence(reader: ReleaseReader, found: change.Change) -> Bilingual:
    """The change since the month before, and the segment that caused it."""
    if found.state is change.State.NOT_AVAILABLE:
        return phrase("headline.changed_unknown", reason=_reason(found.reason))
    if found.state is change.State.WITHHELD:
        return phrase("headline.changed_withheld", before=reader.before)
    known = found.cells["ratio"].value is not None
    share = phrase("headline.of_before", ratio=found.cells["ratio"]) if known else bilingual("", "")
    parts = {name: _part(f"headline.{name}", found.cells[name]) for name in ("came", "lapsed", "left")}
    drift = found.cells["drift"].value
    seen = phrase(f"headline.drift_{drift}") if drift in ("unusual", "declared") else bilingual("", "")
    return phrase(
        f"headline.changed_{found.state}",
        before=reader.before,
        change=found.cells["change"],
        share=share,
        why=cause_sentence(found),
        drift=seen,
        **parts,
    )


def cause_sentence(found: change.Change) -> Bilingual:
    """The segment that caused the change, or the two with the largest opposing changes."""
    named = [{"segment": label("segment", code), "change": cell} for code, cell in found.drivers]
    if len(named) == 2:
        return phrase(
            "headline.opposing",
            one=named[0]["segment"],
            first=named[0]["change"],
            two=named[1]["segment"],
            second=named[1]["change"],
        )
    if named:
        return phrase("headline.driver", **named[0])
    return phrase("headline.driver_withheld") if found.cause is change.Cause.WITHHELD else bilingual("", "")


def target_sentence(found: target.Target, kind: str = "headline") -> Bilingual:
    """Coverage compared with its target: the sentence of the page, or `lines` for the command."""
    key = f"{kind}.target_{found.state}"
    if found.state is target.State.NOT_AVAILABLE:
        return phrase(key, reason=_reason(found.reason))
    if found.state is target.State.NOT_DELIVERED:
        return phrase(key)
    figures = {
        **found.cells,
        "target_month": found.target_month,
        "denominator": label("denominator", found.denominator_id),
    }
    return phrase(key, looks=outlook_sentence(found), pace=_pace(found), **figures)


def outlook_sentence(found: target.Target) -> Bilingual:
    """The outlook, or why there is none."""
    seen = found.cells["changes_seen"]
    if found.outlook == "unknown" and (seen.value or 0) < target.LEAST_CHANGES:
        return phrase("headline.few_changes", changes=seen, least=target.LEAST_CHANGES)
    return label("outlook", found.outlook) if found.outlook else bilingual("", "")


def _pace(found: target.Target) -> Bilingual:
    needed, seen = found.cells["needed_per_month"], found.cells["mean_change"]
    if needed.value is None:
        return bilingual("", "")
    return phrase(
        "lines.pace" if found.is_projected and seen.value is not None else "lines.needed", needed=needed, seen=seen
    )


def _coverage(reader: ReleaseReader) -> Bilingual:
    row, aim = coverage.nation(reader, "all"), target_sentence(target.target(reader), "lines")
    if row.value("protected_persons") is None:
        return phrase("lines.coverage_withheld", aim=aim)
    return phrase(
        "lines.coverage" if row.value("coverage_ratio") is not None else "lines.coverage_no_ratio", aim=aim, **row.cells
    )


def _gap(reader: ReleaseReader) -> Bilingual:
    found = gap.gap(reader)
    if found.largest is None:
        return phrase("lines.gap_none" if found.is_whole else "lines.gap_withheld")
    row = found.largest
    at_hand = [phrase(f"lines.{name}", **{name: row[name]}) for name in _AT_HAND if row.value(name)]
    effect = _part("lines.effect", row["national_effect"])
    return phrase(
        "lines.gap" if found.is_whole else "lines.gap_shown",
        province=province(row.keys["region_code"], reader),
        segment=label("segment", row.keys["segment"]),
        effect=effect,
        known=_joined(at_hand) or phrase("lines.nothing"),
        **{"gap_persons": row["gap_persons"]},
    )


def _debtors(reader: ReleaseReader) -> Bilingual:
    reason = reader.absent("kur_linkage")
    if reason is not None:
        return phrase("lines.kur_absent", reason=_reason(reason))
    row = beneficiaries.debtors(reader)
    return phrase("lines.kur", covered=debtors_covered(row), owed=debtors_owed(row))


def debtors_covered(row: Row) -> Bilingual:
    """The share of protected debtors, or the sentence that it is not shown."""
    return phrase("kur.covered" if _known(row, "protected_ratio", "debtors") else "kur.covered_withheld", **row.cells)


def debtors_owed(row: Row) -> Bilingual:
    """The number who must enrol and are not protected as BPU, or the sentence that it is not shown."""
    return phrase(
        "kur.owed" if _known(row, "obliged_debtors", "owing_bpu_debtors") else "kur.owed_withheld", **row.cells
    )


def _vulnerable(reader: ReleaseReader) -> Bilingual:
    reason = reader.absent("vulnerable_workers")
    if reason is not None:
        return phrase("lines.vulnerable_absent", reason=_reason(reason))
    found = beneficiaries.vulnerable(reader)
    if found.whole.value("protected_persons") is None:
        return phrase("lines.vulnerable_withheld")
    key = "lines.vulnerable" if found.whole.value("coverage_ratio") is not None else "lines.vulnerable_short"
    paid = phrase(
        "lines.paid" if found.subsidised.value is not None else "lines.paid_withheld", persons=found.subsidised
    )
    lapsed = found.whole["became_unpaid_persons"]
    lost = (
        _part("lines.vulnerable_lapsed", lapsed)
        if lapsed.value is not None or lapsed.is_withheld
        else bilingual("", "")
    )
    return phrase(
        key,
        paid=paid,
        lapsed=lost,
        **{name: found.whole[name] for name in found.whole.cells if name != "became_unpaid_persons"},
    )


def _changed(reader: ReleaseReader) -> Bilingual:
    return phrase("lines.changed", told=change_sentence(reader, change.change(reader)))


def _part(key: str, cell: Cell) -> Bilingual:
    """The sentence of one figure; another sentence if it is withheld."""
    return phrase(key if cell.value is not None else f"{key}_withheld", figure=cell)


def _joined(parts: list[Bilingual]) -> Bilingual | None:
    return (
        phrase("lines.also", one=parts[0], rest=_joined(parts[1:])) if len(parts) > 1 else parts[0] if parts else None
    )


def _known(row: Row, *names: str) -> bool:
    return all(row.value(name) is not None for name in names)


def _reason(reason: str) -> Bilingual:
    """The reason why a table has no rows for the month."""
    return translated(reason) if reason else phrase("page.no_row")
