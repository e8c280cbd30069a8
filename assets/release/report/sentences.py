"""Findings in words: the sentences above the fold of the page, and the five lines of the command.

Belongs here: which sentence says a finding. Not: the finding (`findings`), its words (`texts.toml`).
"""

from pathlib import Path

from assets.release.findings import beneficiaries, change, coverage, gap, target
from assets.release.findings.source import Cell, Row, Source
from assets.release.report.language import NARROW, Both, both, label, say
from assets.release.report.naming import province, translated

_AT_HAND = ("affordable_workers", "unprotected_debtors", "unenrolled_employers", "outreach_activities")


def five_lines(release: Path, language: str) -> list[str]:
    """For a director: coverage and its target, the largest gap, KUR, vulnerable workers, what changed and why."""
    source = Source(release)
    told = (_coverage(source), _gap(source), _debtors(source), _vulnerable(source), _changed(source))
    return [line.to(language).replace(NARROW, " ") for line in told]


def changed(source: Source, found: change.Change) -> Both:
    """What changed since the month before, and which segment made it."""
    if found.state is change.State.NOT_AVAILABLE:
        return say("headline.changed_unknown", reason=_reason(found.reason))
    if found.state is change.State.WITHHELD:
        return say("headline.changed_withheld", before=source.before)
    known = found.cells["ratio"].value is not None
    share = say("headline.of_before", ratio=found.cells["ratio"]) if known else both("", "")
    parts = {name: _part(f"headline.{name}", found.cells[name]) for name in ("came", "lapsed", "left")}
    drift = found.cells["drift"].value
    seen = say(f"headline.drift_{drift}") if drift in ("unusual", "declared") else both("", "")
    return say(f"headline.changed_{found.state}", before=source.before, change=found.cells["change"], share=share,
               why=cause(found), drift=seen, **parts)  # fmt: skip


def cause(found: change.Change) -> Both:
    """The segment that made the change, or the two largest that oppose each other."""
    named = [{"segment": label("segment", code), "change": cell} for code, cell in found.drivers]
    if len(named) == 2:
        return say("headline.opposing", one=named[0]["segment"], first=named[0]["change"], two=named[1]["segment"],
                   second=named[1]["change"])  # fmt: skip
    if named:
        return say("headline.driver", **named[0])
    return say("headline.driver_withheld") if found.cause is change.Cause.WITHHELD else both("", "")


def targeted(found: target.Target, kind: str = "headline") -> Both:
    """Coverage against its target: in the words of the page, or `lines` of the command."""
    key = f"{kind}.target_{found.state}"
    if found.state is target.State.NOT_AVAILABLE:
        return say(key, reason=_reason(found.reason))
    if found.state is target.State.NOT_DELIVERED:
        return say(key)
    told = {
        **found.cells,
        "target_month": found.target_month,
        "denominator": label("denominator", found.denominator_id),
    }
    return say(key, looks=outlook(found), pace=_pace(found), **told)


def outlook(found: target.Target) -> Both:
    """Where the pace leads, or why nothing can be said of it."""
    seen = found.cells["changes_seen"]
    if found.outlook == "unknown" and (seen.value or 0) < target.LEAST_CHANGES:
        return say("headline.few_changes", changes=seen, least=target.LEAST_CHANGES)
    return label("outlook", found.outlook) if found.outlook else both("", "")


def _pace(found: target.Target) -> Both:
    needed, seen = found.cells["needed_per_month"], found.cells["mean_change"]
    if needed.value is None:
        return both("", "")
    return say(
        "lines.pace" if found.is_projected and seen.value is not None else "lines.needed", needed=needed, seen=seen
    )


def _coverage(source: Source) -> Both:
    row, aim = coverage.nation(source, "all"), targeted(target.target(source), "lines")
    if row.value("protected_persons") is None:
        return say("lines.coverage_withheld", aim=aim)
    return say(
        "lines.coverage" if row.value("coverage_ratio") is not None else "lines.coverage_no_ratio", aim=aim, **row.cells
    )


def _gap(source: Source) -> Both:
    found = gap.gap(source)
    if found.largest is None:
        return say("lines.gap_none" if found.is_whole else "lines.gap_withheld")
    row = found.largest
    at_hand = [say(f"lines.{name}", **{name: row[name]}) for name in _AT_HAND if row.value(name)]
    effect = _part("lines.effect", row["national_effect"])
    return say("lines.gap" if found.is_whole else "lines.gap_shown", province=province(row.keys["region_code"], source),
               segment=label("segment", row.keys["segment"]), effect=effect, known=_joined(at_hand) or say("lines.nothing"),
               **{"gap_persons": row["gap_persons"]})  # fmt: skip


def _debtors(source: Source) -> Both:
    reason = source.absent("kur_linkage")
    if reason is not None:
        return say("lines.kur_absent", reason=_reason(reason))
    row = beneficiaries.debtors(source)
    return say("lines.kur", covered=debtors_covered(row), owed=debtors_owed(row))


def debtors_covered(row: Row) -> Both:
    """The share of debtors who are protected, or that it is not shown."""
    return say("kur.covered" if _known(row, "protected_ratio", "debtors") else "kur.covered_withheld", **row.cells)


def debtors_owed(row: Row) -> Both:
    """How many must join and are not protected as BPU, or that it is not shown."""
    return say("kur.owed" if _known(row, "obliged_debtors", "owing_bpu_debtors") else "kur.owed_withheld", **row.cells)


def _vulnerable(source: Source) -> Both:
    reason = source.absent("vulnerable_workers")
    if reason is not None:
        return say("lines.vulnerable_absent", reason=_reason(reason))
    found = beneficiaries.vulnerable(source)
    if found.whole.value("protected_persons") is None:
        return say("lines.vulnerable_withheld")
    key = "lines.vulnerable" if found.whole.value("coverage_ratio") is not None else "lines.vulnerable_short"
    paid = say("lines.paid" if found.subsidised.value is not None else "lines.paid_withheld", persons=found.subsidised)
    lapsed = found.whole["became_unpaid_persons"]
    lost = _part("lines.vulnerable_lapsed", lapsed) if lapsed.value is not None or lapsed.is_withheld else both("", "")
    return say(
        key,
        paid=paid,
        lapsed=lost,
        **{name: found.whole[name] for name in found.whole.cells if name != "became_unpaid_persons"},
    )


def _changed(source: Source) -> Both:
    return say("lines.changed", told=changed(source, change.change(source)))


def _part(key: str, cell: Cell) -> Both:
    """One figure in its own words; other words where it is not shown."""
    return say(key if cell.value is not None else f"{key}_withheld", figure=cell)


def _joined(parts: list[Both]) -> Both | None:
    return say("lines.also", one=parts[0], rest=_joined(parts[1:])) if len(parts) > 1 else parts[0] if parts else None


def _known(row: Row, *names: str) -> bool:
    return all(row.value(name) is not None for name in names)


def _reason(reason: str) -> Both:
    """Why a table has nothing for the month."""
    return translated(reason) if reason else say("page.no_row")
