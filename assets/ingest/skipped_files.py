"""The files of a delivery that are not read: copies of another file, and files that the manifest does not list as they are.

Belongs here: finding them, and their reports. Not here: a file that cannot be read (`file`).
"""

from collections.abc import Sequence

from assets.errors import FileRejected
from assets.ingest.delivery import DeliveredFile, Delivery
from assets.ingest.report import FileReport
from schemas.refusals import CHANGED, UNLISTED


def skipped_reports(delivery: Delivery, extract: str) -> dict[str, FileReport]:
    """File name → report, for the files of the extract that are not read."""
    files = delivery.files_of(extract)
    originals = _originals([file for file in files if file.name not in delivery.changed])
    reports = ((file.name, _report(file, delivery, originals)) for file in files)
    return {name: report for name, report in reports if report}


def must_be_read(file: DeliveredFile, delivery: Delivery, reports: dict[str, FileReport]) -> bool:
    """Whether a copy must be read after all, because its original was rejected, perhaps only for its name.

    If another copy was read already, the report names that file as the original.
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
        report.reject(FileRejected(CHANGED))
    elif file.sha256 and originals[file.sha256] != file.name:
        report.repeats = originals[file.sha256]
    elif file.name in delivery.unlisted:
        report.reject(FileRejected(UNLISTED))
    else:
        return None
    return report


def _originals(files: Sequence[DeliveredFile]) -> dict[str, str]:
    """Digest → first file with this content: a file delivered twice counts once."""
    first: dict[str, str] = {}
    for file in files:
        first.setdefault(file.sha256, file.name)
    return first
