"""Read a delivered file as batches of rows, with the reader for its content.

Belongs here: the choice of the reader, and rejecting files whose content and name disagree. Not here: the readers.
"""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assets.errors import FileRejected, contained
from assets.ingest.batch import Batch
from assets.ingest.filenames import printable
from assets.ingest.readers.documents import refuse_documents
from assets.ingest.readers.parquet import read_parquet
from assets.ingest.readers.spreadsheet import read_sheet
from assets.ingest.readers.text import read_text
from schemas.refusals import (
    CHANGED,
    EMPTY,
    NOT_OPENED,
    OLD_SPREADSHEET,
    PASSWORD,
    UNKNOWN_FORMAT,
    WRONG_EXTENSION,
)
from schemas.tables import Table
from schemas.texts import Text

_MAGIC = {b"\x1f\x8b": "gz", b"\x28\xb5\x2f\xfd": "zst", b"PK\x03\x04": "xlsx", b"PAR1": "parquet"}
_COMPOUND = b"\xd0\xcf\x11\xe0"  # the container of old Office files, and of new ones with a password
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # the stream in the container of a file with a password
_SUFFIXES = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "csv",
    ".gz": "gz",
    ".zst": "zst",
    ".xlsx": "xlsx",
    ".parquet": "parquet",
}


class HashedFile(io.RawIOBase):
    """A file whose content is hashed while it is read, so that it need not be read twice."""

    def __init__(self, path: Path) -> None:
        """Open the file."""
        self._file = path.open("rb")
        self._digest = hashlib.sha256()

    def readable(self) -> bool:
        """Always true."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read and hash, without the copy that `readinto` needs."""
        content = self._file.read(size)
        self._digest.update(content)
        return content

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401  any writable buffer
        """Read and hash."""
        count = self._file.readinto(buffer)
        self._digest.update(memoryview(buffer)[:count])
        return count

    def close(self) -> None:
        """Stay open: readers close their source, but the digest needs the rest of the file."""

    def sha256(self) -> str:
        """The digest of the whole content, including unread bytes; closes the file."""
        while self.read(1 << 20):
            pass
        self._file.close()
        return self._digest.hexdigest()


def read_batches(path: Path, table: Table, sha256: str | None = None) -> Iterator[Batch]:
    """Batches of rows of any accepted format.

    Raises FileRejected with reason and remedy; also after the last batch, if the digest of the content is not `sha256`.
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
            raise FileRejected(CHANGED)


def _content_type(path: Path) -> str:
    """The format of the content. Raises FileRejected if it is empty or unknown, or if the name has another format."""
    try:
        with path.open("rb") as stream:
            start = stream.read(64)
    except OSError:
        raise FileRejected(NOT_OPENED) from None
    if not start:
        raise FileRejected(EMPTY)
    if start.startswith(_COMPOUND):
        if _ENCRYPTED in path.read_bytes():
            raise FileRejected(PASSWORD)
        raise FileRejected(OLD_SPREADSHEET)
    refuse_documents(start)
    named = _SUFFIXES.get(path.suffix.lower())
    if named is None:
        ending = printable(path.suffix) or Text("(none)", "(tidak ada)")
        raise FileRejected(UNKNOWN_FORMAT, ending=ending, known=", ".join(_SUFFIXES))
    content = next((kind for magic, kind in _MAGIC.items() if start.startswith(magic)), "csv")
    if content != named:
        raise FileRejected(WRONG_EXTENSION, content=content, named=named)
    return content
