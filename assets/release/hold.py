"""The release hold: findings that would make figures wrong, and the reasons for which they were accepted.

Belongs here: which findings hold a release, which are accepted, and the line that refuses the rest. Not: what a finding is
(`assets/plausibility`). Manifest and journal name findings and their subjects, never a figure: the tables may withhold it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from assets.errors import ReleaseRefused
from assets.plausibility.findings import Finding, read_findings
from assets.release.editions import folder_of, readable_editions
from assets.release.journal import Built, Journal
from assets.release.publication import PublicationOptions
from assets.release.published_release import AcceptedFinding
from assets.warehouse import Warehouse
from schemas.plausibility import PLAUSIBILITY, limits

_LISTED = 4


@dataclass(frozen=True)
class HeldMonth:
    """A month, the findings that hold it, and the editions that they hold; no editions: all that the user may read."""

    month: str
    findings: tuple[Finding, ...]
    editions: tuple[str, ...]

    @property
    def about(self) -> str:
        """The beginning of a line about it."""
        return f"{self.month} is held{self.where}"

    @property
    def where(self) -> str:
        """The editions in words; empty for all."""
        return f" in the edition {' and '.join(self.editions)}" if self.editions else ""


def held_findings(warehouse: Warehouse, releases: Path, months: Iterable[str]) -> dict[str, list[Finding]]:
    """Month → its findings that hold the release and are not accepted; months without any are left out."""
    known = _accepted_before(Journal(releases))
    found = {
        month: [finding for finding in _holding_findings(warehouse, month) if finding.finding_id not in known]
        for month in months
    }
    return {month: findings for month, findings in found.items() if findings}


def held_months(warehouse: Warehouse, releases: Path) -> list[HeldMonth]:
    """The held months of the editions that the user may read, in the folder of all releases.

    The same findings of several editions are one entry.
    """
    months, editions = warehouse.months(PLAUSIBILITY.name), readable_editions(releases)
    held: dict[tuple[str, tuple[Finding, ...]], list[str]] = {}
    for edition in editions:
        for month, found in held_findings(warehouse, folder_of(releases, edition), months).items():
            held.setdefault((month, tuple(found)), []).append(edition.name)
    return [
        HeldMonth(month, findings, () if len(names) == len(editions) else tuple(names))
        for (month, findings), names in held.items()
    ]


def accepted_findings(
    warehouse: Warehouse, releases: Path, months: Iterable[str], publication: PublicationOptions
) -> list[AcceptedFinding]:
    """Every finding of the months that holds, with the reason for which it is accepted, now or for an earlier release.

    A reason counts for the months that it is given for, and for lost files only with `accept_incomplete`. Raises
    ReleaseRefused with one line that names the findings that are not accepted.
    """
    known = _accepted_before(Journal(releases))
    accepted: list[AcceptedFinding] = []
    open_findings: dict[str, list[Finding]] = {}
    for month in months:
        for finding in _holding_findings(warehouse, month):
            if finding.finding_id in known:
                accepted.append(known[finding.finding_id])
            elif _is_accepted(finding, month, publication):
                accepted.append(_accepted(finding, month, publication.reason))
            else:
                open_findings.setdefault(month, []).append(finding)
    if open_findings:
        raise ReleaseRefused(_refusal(open_findings))
    return accepted


def is_incomplete(finding: str) -> bool:
    """Whether the finding is about lost files, which a reason alone does not accept."""
    return limits()[finding].is_incomplete


def _holding_findings(warehouse: Warehouse, month: str) -> list[Finding]:
    # The metadata of the month has their number: the service checks every minute without reading a table.
    is_held = warehouse.month_metadata(PLAUSIBILITY.name, month).get("holding")
    return [finding for finding in read_findings(warehouse, month) if finding.holds] if is_held else []


def _accepted_before(journal: Journal) -> dict[str, AcceptedFinding]:
    """Finding id → how it was accepted. What was accepted for a withdrawn release must be accepted again."""
    withdrawn = journal.withdrawn()
    built = (event for event in journal.of_kind(Built) if event.release not in withdrawn)
    return {accepted.finding_id: accepted for event in built for accepted in event.accepted}


def _is_accepted(finding: Finding, month: str, publication: PublicationOptions) -> bool:
    has_reason = bool(publication.reason) and month in publication.months
    return has_reason and (publication.accept_incomplete or not is_incomplete(finding.finding))


def _accepted(finding: Finding, month: str, reason: str) -> AcceptedFinding:
    return AcceptedFinding(
        finding_id=finding.finding_id,
        finding=finding.finding,
        extract=finding.extract,
        subject=finding.subject,
        month=month,
        reason=reason,
    )


def _refusal(open_findings: dict[str, list[Finding]]) -> str:
    """The held months, the findings and the remedy, in one line."""
    listed = "; ".join(f"{month}: {_list(findings)}" for month, findings in open_findings.items())
    names = {finding.finding for findings in open_findings.values() for finding in findings}
    flag = " --accept-incomplete" if any(map(is_incomplete, names)) else ""
    months = " ".join(f"--month {month}" for month in open_findings)
    return (
        f"held, because figures would be wrong: {listed}. Mend the delivery and run the month again; or accept it as it is: "
        f'cakupan run {months}{flag} --reason "…". All tables are built, and the live release is untouched'
    )


def _list(findings: list[Finding]) -> str:
    parts = [f"({number}) {finding.message}" for number, finding in enumerate(findings[:_LISTED], start=1)]
    more = [f"and {len(findings) - _LISTED} more, see cakupan status"] if len(findings) > _LISTED else []
    return " ".join([*parts, *more])
