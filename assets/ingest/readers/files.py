"""A landed file becomes batches of rows: the reader is chosen by what the file is, not by what its name says.

Belongs here: the choice, and refusing files whose content and name disagree.
"""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assets.errors import FileRejected, contained
from assets.ingest.batch import Batch
from assets.ingest.filenames import printable
from assets.ingest.readers.parquet import read_parquet
from assets.ingest.readers.spreadsheet import read_sheet
from assets.ingest.readers.text import read_text
from assets.ingest.readers.workbook import SAVE_AS
from schemas.tables import Table

_MAGIC = {b"\x1f\x8b": "gz", b"\x28\xb5\x2f\xfd": "zst", b"PK\x03\x04": "xlsx", b"PAR1": "parquet"}
CHANGED = "the file is not the one its manifest vouches for: send it again, or a new manifest"
_COMPOUND = b"\xd0\xcf\x11\xe0"  # the container of old office files, and of new ones with a password
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # the stream in it that such a file has
_SUFFIXES = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "csv",
    ".gz": "gz",
    ".zst": "zst",
    ".xlsx": "xlsx",
    ".parquet": "parquet",
}
_WORKBOOKS = (".xls", ".xlsb", ".xlsm", ".ods", ".xltx", ".numbers")


class HashedFile(io.RawIOBase):
    """A file whose content is hashed while it is read, so that vouching costs no second reading."""

    def __init__(self, path: Path) -> None:
        """Open the file."""
        self._file = path.open("rb")
        self._digest = hashlib.sha256()

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read on, and hash what was read: without the copy that `readinto` needs."""
        content = self._file.read(size)
        self._digest.update(content)
        return content

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401  any writable buffer
        """Read on, and hash what was read."""
        count = self._file.readinto(buffer)
        self._digest.update(memoryview(buffer)[:count])
        return count

    def close(self) -> None:
        """Stay open: a reader closes what it is given, and the digest needs the rest."""

    def sha256(self) -> str:
        """The digest of the whole content, whatever of it was left unread; closes the file."""
        while self.read(1 << 20):
            pass
        self._file.close()
        return self._digest.hexdigest()


def read_batches(path: Path, table: Table, sha256: str | None = None) -> Iterator[Batch]:
    """Batches of rows of any accepted format.

    Raises FileRejected with the reason and how to mend it; also, behind the last batch, where the content has not the
    digest `sha256`.
    """
    with contained():
        content = _content_type(path)
        source = HashedFile(path)
        if content == "xlsx":
            yield from read_sheet(path, table)
        elif content == "parquet":
            yield from read_parquet(path, table)
        else:
            yield from read_text(source, {"gz": "gzip", "zst": "zstd"}.get(content), table)
        if sha256 and source.sha256() != sha256:
            raise FileRejected("changed", CHANGED)


def _content_type(path: Path) -> str:
    """What the file is; FileRejected where it is empty, of no known format, or not what its name says."""
    try:
        with path.open("rb") as stream:
            start = stream.read(8)
    except OSError:
        raise FileRejected("unreadable", "the file cannot be opened: give this user the right to read it") from None
    if not start:
        raise FileRejected("empty", "the file is empty: send it again, or leave it out")
    if start.startswith(_COMPOUND):
        if _ENCRYPTED in path.read_bytes():
            raise FileRejected(
                "password", "the workbook has a password: save it without one, and send it another safe way"
            )
        raise FileRejected("old_spreadsheet", "an office file of before 2007 (.xls): save it as .xlsx or CSV")
    named = _SUFFIXES.get(path.suffix.lower())
    if named is None:
        known = ", ".join(_SUFFIXES)
        remedy = f": {SAVE_AS}" if path.suffix.lower() in _WORKBOOKS else ""
        ending = printable(path.suffix) or "(none)"
        raise FileRejected("unknown_format", f"the ending {ending} is not one of {known}{remedy}")
    content = next((kind for magic, kind in _MAGIC.items() if start.startswith(magic)), "csv")
    if content != named:
        raise FileRejected("wrong_extension", f"the content is {content}, the name says {named}: rename the file")
    return content
