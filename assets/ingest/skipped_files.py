"""The files of a delivery that nobody reads: copies of another, and those the manifest does not vouch for as they are.

Belongs here: telling them, and what their report says. Not: a file that turns out unreadable (`file`).
"""

from collections.abc import Sequence

from assets.ingest.delivery import DeliveredFile, Delivery
from assets.ingest.readers.files import CHANGED
from assets.ingest.report import FileReport

_UNLISTED = "the manifest does not list the file: send a new manifest, or take the file away"


def skipped_reports(delivery: Delivery, extract: str) -> dict[str, FileReport]:
    """The reports of the extract's files that are not to be read, by file name."""
    files = delivery.files_of(extract)
    originals = _originals([file for file in files if file.name not in delivery.changed])
    reports = ((file.name, _report(file, delivery, originals)) for file in files)
    return {name: report for name, report in reports if report}


def must_be_read(file: DeliveredFile, delivery: Delivery, reports: dict[str, FileReport]) -> bool:
    """Whether a copy is to be read after all: the file it repeats was refused, perhaps for its name alone.

    The copies of a file that was read so are reported as copies of that one.
    """
    report = reports[file.name]
    original = report
    while original.repeats:
        original = reports[original.repeats]
    if original is report or not original.rejected:
        return False
    read = [
        other for other in reports.values() if other.sha256 == file.sha256 and not (other.repeats or other.rejected)
    ]
    if read:
        report.repeats = read[0].name
    return not read and file.name not in delivery.unlisted


def _report(file: DeliveredFile, delivery: Delivery, originals: dict[str, str]) -> FileReport | None:
    report = FileReport(file.name, file.sha256, file.bytes)
    if file.name in delivery.changed:
        report.rejected, report.message = "changed", CHANGED
    elif file.sha256 and originals[file.sha256] != file.name:
        report.repeats = originals[file.sha256]
    elif file.name in delivery.unlisted:
        report.rejected, report.message = "unlisted", _UNLISTED
    else:
        return None
    return report


def _originals(files: Sequence[DeliveredFile]) -> dict[str, str]:
    """Content → the first file that has it: a file delivered twice counts once."""
    first: dict[str, str] = {}
    for file in files:
        first.setdefault(file.sha256, file.name)
    return first
