"""The warehouse: where tables stand, how a month of one is replaced, how SQL reaches it.

Belongs here: paths, snapshots, locks. Not: what is in a table, and what SQL runs on (`assets.engines`).
A month of a table is an immutable folder `.store/<table>/<month>/<n>`; `<table>/month=<month>` points to it and is moved
in one rename, so a reader sees the old month or the new one, never a mixture, and a killed run leaves no trace in it.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from assets.engines.embedded import DuckDB
from assets.engines.engine import Engine, EngineChoice
from assets.errors import KeyRefused, MonthRefused

STAGE = "_stage.json"
KEY_FINGERPRINT = "key.fingerprint"
KEPT_VERSIONS = 2


@dataclass(frozen=True)
class Warehouse:
    """Tables by month under `root`; SQL over them runs on the engine."""

    root: Path
    engine: EngineChoice = field(default_factory=DuckDB)

    def month(self, table: str, month: str) -> Path:
        """The folder that readers use for a month of a table."""
        return self.root / table / f"month={month}"

    def files(self, table: str, month: str) -> list[Path]:
        """The Parquet files of a month of a table. Raises MonthRefused where the month was never promoted."""
        folder = self.month(table, month)
        if not folder.exists():
            raise MonthRefused(f"{table} has no month {month}: run the stage that makes it first")
        return sorted(folder.resolve().glob("*.parquet"))

    def uri(self, path: Path) -> str:
        """A file or folder of the warehouse as an engine on other machines names it."""
        return path.resolve().as_uri()

    def uris(self, table: str, month: str) -> list[str]:
        """The Parquet files of a month of a table by URI. Raises MonthRefused as `files` does."""
        return [self.uri(path) for path in self.files(table, month)]

    def months(self, table: str) -> list[str]:
        """The months a table has, in order."""
        return sorted(path.name.removeprefix("month=") for path in (self.root / table).glob("month=*"))

    def stage(self, table: str, month: str) -> dict[str, Any]:
        """The record kept with a month of a table (fingerprint, counts); empty where there is none."""
        path = self.month(table, month) / STAGE
        return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}

    @contextmanager
    def candidate(self, table: str, month: str, *, private: bool = False) -> Iterator[Path]:
        """A new folder to fill for a month of a table; removed unless it was promoted."""
        store = self.root / ".store" / table / month
        folder = store / f"candidate-{uuid4().hex}"
        store.mkdir(parents=True, exist_ok=True)
        for abandoned in store.glob("candidate-*"):  # a killed run's; the lock keeps living ones apart
            shutil.rmtree(abandoned)
        if private:
            (self.root / ".store" / table).chmod(0o700)
        folder.mkdir(mode=0o700 if private else 0o755)
        try:
            yield folder
        finally:
            if folder.exists():
                shutil.rmtree(folder)

    def promote(self, table: str, month: str, candidate: Path, stage: dict[str, Any]) -> None:
        """Make the candidate the month of the table, in one rename after everything is on disk."""
        (candidate / STAGE).write_text(json.dumps(stage, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        for path in [*candidate.iterdir(), candidate]:
            fsync(path)
        versions = _versions(candidate.parent)
        version = candidate.parent / str(int(versions[-1].name) + 1 if versions else 1)
        os.rename(candidate, version)
        point(self.month(table, month), version)
        for old in versions[: 1 - KEPT_VERSIONS]:  # the one before stays for readers that have it open
            shutil.rmtree(old)

    def hold_key(self, fingerprint: str) -> None:
        """Remember which key the pseudonyms are made with; raises KeyRefused where it was another one."""
        kept = self.root / KEY_FINGERPRINT
        self.root.mkdir(parents=True, exist_ok=True)
        if not kept.exists():
            written = kept.with_suffix(f".{uuid4().hex}")
            written.write_text(fingerprint + "\n", encoding="ascii")
            os.replace(written, kept)
        if kept.read_text(encoding="ascii").strip() != fingerprint:
            raise KeyRefused("CAKUPAN_PERSON_KEY is not the key this warehouse was made with: persons would not match")

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Be the only run to write `name`; raises MonthRefused where another run is at it. A killed run lets go."""
        with locked(self.root, name):
            yield

    @contextmanager
    def sql(self) -> Iterator[Engine]:
        """The engine, open; closed at the end."""
        with closing(self.engine.open(str(self.root / ".spill"))) as engine:
            yield engine


@contextmanager
def locked(root: Path, name: str) -> Iterator[None]:
    """Be the only one to write `name` below the root; raises MonthRefused where another run is at it."""
    folder = root / ".locks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise MonthRefused(f"another run is writing {name}: wait until it ends, then run again") from None
        yield


def point(link: Path, target: Path) -> None:
    """Let `link` name `target` (a relative symbolic link), in one rename."""
    link.parent.mkdir(parents=True, exist_ok=True)
    beside = link.parent / f".{link.name}.{uuid4().hex}"
    beside.symlink_to(os.path.relpath(target, link.parent))
    os.replace(beside, link)
    fsync(link.parent)


def fsync(path: Path) -> None:
    """Have the file or folder on disk before going on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _versions(store: Path) -> list[Path]:
    return sorted((path for path in store.iterdir() if path.name.isdecimal()), key=lambda path: int(path.name))
