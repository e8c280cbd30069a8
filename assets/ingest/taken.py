"""What was taken ahead of the files of a month, by whichever worker: kept until the month is ingested, which adopts it.

Belongs here: the folders, what decides whether they serve, putting them there whole, handing them over. Not: reading a
file (`file`), who takes which (`groups`). It is as personal as the warehouse: pseudonymised rows, and quarantined ones as
they were written.

`<root>/<extract>/<month>/<digest>/` holds `accepted/` and `quarantine/` with the parts of one file, and its report. The
digest is of everything that decides them, so what other code, another key or another content made is never found.
"""

import errno
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pyarrow.parquet as pq

from assets.errors import WarehouseUnusable
from assets.ingest.delivery import DeliveredFile, Delivery
from assets.ingest.identity import PersonKey
from assets.ingest.report import FileReport
from assets.provenance import fingerprint
from assets.storage.disk import fsync

ACCEPTED, QUARANTINE, REPORT = "accepted", "quarantine", "report.json"
_THERE_ALREADY = (errno.ENOTEMPTY, errno.EEXIST)
_ANOTHER_DISK = (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.ENOSYS)


class Taken:
    """What was taken ahead of one extract's files of a month."""

    def __init__(self, root: Path, extract: str, delivery: Delivery, key: PersonKey) -> None:
        """Nothing is made or looked at yet."""
        self.root = root
        self.extract = extract
        self.folder = root / extract / delivery.month
        self._decisive = (extract, delivery.month, str(delivery.synthetic), key.fingerprint)

    def digest(self, file: DeliveredFile) -> str:
        """Of all that decides what becomes of a file, except its place among the others; of code and key too.

        Size and time of change stand for the content since it was read: a file that somebody touched is read again.
        """
        state = file.path.stat()
        said = (file.name, file.sha256, str(file.bytes), str(file.rows))
        return fingerprint(*self._decisive, *said, str(state.st_size), str(state.st_mtime_ns))

    def has(self, file: DeliveredFile) -> bool:
        """Whether the file was taken as this process would take it."""
        return (self.folder / self.digest(file) / REPORT).exists()

    def adopt(self, file: DeliveredFile, place: int, accepted: Path, quarantine: Path) -> FileReport | None:
        """Give the file's parts to a month, named by its place there; None where there is nothing whole to give.

        Raises WarehouseUnusable where it is there and may not be read.
        """
        source, given = self.folder / self.digest(file), []
        try:
            report = FileReport.from_json(json.loads((source / REPORT).read_text(encoding="utf-8")))
            if not _is_whole(source, report):
                return None
            for kind, folder in ((ACCEPTED, accepted), (QUARANTINE, quarantine)):
                for part in sorted((source / kind).iterdir()):
                    given.append(folder / part.name.replace("part-", f"part-{place:05d}-"))
                    _link(part, given[-1])
        except (FileNotFoundError, ValueError):  # never taken, removed meanwhile, or not what was written
            for part in given:
                part.unlink(missing_ok=True)
            return None
        except PermissionError:
            raise WarehouseUnusable(f"{self.root} may not be read: let every worker be the same user") from None
        return report

    @contextmanager
    def candidate(self) -> Iterator[tuple[Path, Path]]:
        """Two new folders, to take files into; removed in the end."""
        for made in (self.root, self.root / self.extract):
            made.mkdir(mode=0o700, parents=True, exist_ok=True)
        candidate = self.folder / f"candidate-{uuid4().hex}"
        folders = candidate / ACCEPTED, candidate / QUARANTINE
        for folder in folders:
            folder.mkdir(parents=True)
        try:
            yield folders
        finally:
            shutil.rmtree(candidate, ignore_errors=True)

    def keep(self, digest: str, report: FileReport, place: int, accepted: Path, quarantine: Path) -> None:
        """Keep what a file became, in one rename; if another worker was first, what it kept stays."""
        candidate = accepted.parent / digest
        for kind, folder in ((ACCEPTED, accepted), (QUARANTINE, quarantine)):
            (candidate / kind).mkdir(parents=True)
            for part in folder.glob(f"part-{place:05d}-*.parquet"):
                part.rename(candidate / kind / part.name.replace(f"part-{place:05d}-", "part-"))
        (candidate / REPORT).write_text(json.dumps(report.as_json(), indent=1) + "\n", encoding="utf-8")
        for path in [*candidate.rglob("*"), candidate]:
            fsync(path)
        try:
            candidate.rename(self.folder / digest)
        except OSError as error:
            if error.errno not in _THERE_ALREADY:
                raise

    def clear(self) -> None:
        """Remove everything of the month: it stands. A worker that is still at it finds nothing to keep its file in."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _is_whole(source: Path, report: FileReport) -> bool:
    """Whether the parts hold the rows that the report counts: a disk may have lost what was on it."""
    rows = [
        sum(pq.read_metadata(part).num_rows for part in (source / kind).iterdir()) for kind in (ACCEPTED, QUARANTINE)
    ]
    return rows == [report.rows_accepted, report.rows_quarantined]


def _link(part: Path, to: Path) -> None:
    """A second name where that is possible, else a copy; whoever rewrites a part unlinks it first, and harms no other."""
    try:
        to.hardlink_to(part)
    except OSError as error:
        if error.errno not in _ANOTHER_DISK:
            raise
        shutil.copyfile(part, to)
