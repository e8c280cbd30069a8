"""Months that are held: findings that make figures wrong, until somebody gives a reason; and the reasons given so far.

Belongs here: which findings hold a release, who accepted them and why, and the one line that refuses. Not: what a finding
is (`assets/plausibility`). No figure leaves here: manifest and journal name findings and subjects, for a figure of a
region may be one that the tables withhold.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from assets.errors import ReleaseRefused
from assets.plausibility.findings import Finding, read_findings
from assets.release.journal import Journal
from assets.release.publication import PublicationOptions
from assets.warehouse import Warehouse
from schemas.plausibility import PLAUSIBILITY, limits

Accepted = dict[str, Any]  # finding_id, month, finding, extract, subject, reason
_SHOWN = 4


def held_findings(warehouse: Warehouse, releases: Path, months: Iterable[str]) -> dict[str, list[Finding]]:
    """Month → its findings that hold and that nobody has accepted; months without any are left out."""
    known = _given(Journal(releases))
    found = {
        month: [each for each in _holding_findings(warehouse, month) if each.finding_id not in known]
        for month in months
    }
    return {month: each for month, each in found.items() if each}


def accepted_findings(
    warehouse: Warehouse, releases: Path, months: Iterable[str], declared: PublicationOptions
) -> list[Accepted]:
    """Every finding of the months that holds, with the reason for which it was accepted, now or for an earlier release.

    A reason counts for the months that it is declared for, and for lost files only with `accept_incomplete`. Raises
    ReleaseRefused with one line that names what is left.
    """
    known = _given(Journal(releases))
    told: list[Accepted] = []
    left: dict[str, list[Finding]] = {}
    for month in months:
        for each in _holding_findings(warehouse, month):
            if each.finding_id in known:
                told.append(known[each.finding_id])
            elif _is_accepted(each, month, declared):
                told.append(_told(each, month, declared.reason))
            else:
                left.setdefault(month, []).append(each)
    if left:
        raise ReleaseRefused(_refusal(left))
    return told


def is_incomplete(finding: str) -> bool:
    """Whether files are not there, so that a reason alone does not accept it."""
    return limits()[finding].is_incomplete


def _holding_findings(warehouse: Warehouse, month: str) -> list[Finding]:
    """Read only where the record says that there are some: a service asks every minute."""
    is_held = warehouse.month_metadata(PLAUSIBILITY.name, month).get("holding")
    return [finding for finding in read_findings(warehouse, month) if finding.holds] if is_held else []


def _given(journal: Journal) -> dict[str, Accepted]:
    """Finding → how it was accepted; what was accepted for a release that was withdrawn is asked again."""
    taken = journal.withdrawn()
    built = (entry for entry in journal.entries("built") if entry["release"] not in taken)
    return {each["finding_id"]: each for entry in built for each in entry.get("accepted", [])}


def _is_accepted(finding: Finding, month: str, declared: PublicationOptions) -> bool:
    meant = bool(declared.reason) and month in declared.months
    return meant and (declared.accept_incomplete or not is_incomplete(finding.finding))


def _told(finding: Finding, month: str, reason: str) -> Accepted:
    named = {name: getattr(finding, name) for name in ("finding_id", "finding", "extract", "subject")}
    return {**named, "month": month, "reason": reason}


def _refusal(left: dict[str, list[Finding]]) -> str:
    """Which months, which findings, what to do; in one line."""
    each = "; ".join(f"{month}: {_listed(found)}" for month, found in left.items())
    flag = " --accept-incomplete" if any(is_incomplete(f.finding) for found in left.values() for f in found) else ""
    named = " ".join(f"--month {month}" for month in left)
    return (
        f"held, because figures would be wrong: {each}. Mend the delivery and run the month again; or accept it as it is: "
        f'cakupan run {named}{flag} --reason "…". All tables are made, and the live release is untouched'
    )


def _listed(found: list[Finding]) -> str:
    told = [f"({number}) {finding.message}" for number, finding in enumerate(found[:_SHOWN], start=1)]
    more = [f"and {len(found) - _SHOWN} more, see cakupan status"] if len(found) > _SHOWN else []
    return " ".join([*told, *more])
