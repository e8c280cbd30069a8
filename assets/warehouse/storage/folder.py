"""The warehouse in a local folder.

A month of a table is an immutable folder `.store/<table>/<month>/<n>`. The symbolic link `<table>/month=<month>` points
to it and is replaced in one rename. A reader therefore sees the old month or the new one, never a mixture, and a killed
run changes neither.
"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import cast
from uuid import uuid4

from assets.disk import file_lock, fsync, replace_symlink
from assets.warehouse.storage.snapshot import (
    KEPT_VERSIONS,
    METADATA_FILE,
    MonthMetadata,
    data_files,
    missing_file,
    missing_month,
    parquet_names,
    to_json,
)


class FolderStorage:
    """Months of tables below `root`; see `Storage` for its guarantees."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def scratch_dir(self) -> Path:
        """The folder itself."""
        return self.root

    def month(self, table: str, month: str) -> Path:
        """The link that readers follow to a month of a table."""
        return self.root / table / f"month={month}"

    def months(self, table: str) -> list[str]:
        """The months a table has, in order."""
        return sorted(path.name.removeprefix("month=") for path in (self.root / table).glob("month=*"))

    def metadata(self, table: str, month: str) -> MonthMetadata:
        """The record of a month; empty if there is none."""
        return _record(self.month(table, month))

    def files(self, table: str, month: str) -> list[Path]:
        """The month's Parquet files. Raises MonthRefused if the month or one of its files is missing or incomplete."""
        if not self.month(table, month).exists():
            raise missing_month(table, month)
        folder = self.month(table, month).resolve()
        listed = _record(folder).get("files")
        if listed is None:  # written before records listed their files
            return [folder / name for name in parquet_names(data_files(folder))]
        names = parquet_names(listed)
        for name in names:
            if not (folder / name).is_file() or (folder / name).stat().st_size != listed[name]["bytes"]:
                raise missing_file(table, month, name)
        return [folder / name for name in names]

    def uris(self, table: str, month: str) -> list[str]:
        """The same files as `file://` URLs, for engines whose machines mount this folder at the same path."""
        return [path.as_uri() for path in self.files(table, month)]

    def uri(self, path: Path) -> str:
        """The path as a `file://` URL."""
        return path.absolute().as_uri()

    def table_location(self, table: str) -> Path:
        """The folder of a table."""
        return self.root / table

    @contextmanager
    def candidate(self, table: str, month: str, *, private: bool) -> Iterator[Path]:
        """A new folder for a month of a table. It is removed unless it is promoted."""
        store = self.root / ".store" / table / month
        folder = store / f"candidate-{uuid4().hex}"
        store.mkdir(parents=True, exist_ok=True)
        for abandoned in store.glob("candidate-*"):  # left by a killed run: a live run would hold the lock
            shutil.rmtree(abandoned)
        if private:
            (self.root / ".store" / table).chmod(0o700)
        folder.mkdir(mode=0o700 if private else 0o755)
        try:
            yield folder
        finally:
            if folder.exists():
                shutil.rmtree(folder)

    def promote(self, table: str, month: str, candidate: Path, record: Mapping[str, object]) -> None:
        """Make the candidate the live month of the table, in one rename after everything is on disk."""
        files = {name: {"bytes": path.stat().st_size} for name, path in data_files(candidate).items()}
        (candidate / METADATA_FILE).write_text(to_json({**record, "files": files}), encoding="utf-8")
        for path in [*candidate.rglob("*"), candidate]:
            if path.suffix != ".csv":  # one file per office, hundreds of them; all can be written again from the rows
                fsync(path)
        versions = _versions(candidate.parent)
        version = candidate.parent / str(int(versions[-1].name) + 1 if versions else 1)
        os.rename(candidate, version)
        replace_symlink(self.month(table, month), version)
        for old in versions[: 1 - KEPT_VERSIONS]:  # keep the previous version for readers that have it open
            shutil.rmtree(old)

    def put_if_absent(self, name: str, text: str) -> str:
        """Write the text to a file unless the file exists. Returns the text of the file."""
        kept = self.root / name
        self.root.mkdir(parents=True, exist_ok=True)
        if not kept.exists():
            written = kept.with_suffix(f".{uuid4().hex}")
            written.write_text(text, encoding="ascii")
            os.replace(written, kept)
        return kept.read_text(encoding="ascii")

    def lock(self, name: str) -> AbstractContextManager[None]:
        """Be the only run on this machine to write `name`. The system releases the lock of a killed run."""
        return file_lock(self.root, name)


def _record(folder: Path) -> MonthMetadata:
    path = folder / METADATA_FILE
    return cast(MonthMetadata, json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def _versions(store: Path) -> list[Path]:
    return sorted((path for path in store.iterdir() if path.name.isdecimal()), key=lambda path: int(path.name))
