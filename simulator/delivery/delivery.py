"""A month folder in the making: its files, accounts and truths.

Belongs here: what all writing steps share, the folder, the ledger's file. Does not belong here: any extract.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from schemas.extracts.catalogue import BY_NAME
from simulator.delivery.extract_files import write_files
from simulator.delivery.ledger import Account
from simulator.months import first_day
from simulator.offices.styles import Style

Progress = Callable[[int, int], None]


@dataclass
class Delivery:
    """One month; `truth` holds the sections of the ledger beside the accounts."""

    folder: Path
    month: int
    scale: float
    seed: int
    extracts: frozenset[str]
    progress: Progress | None = None
    accounts: dict[str, Account] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    truth: dict[str, Any] = field(default_factory=dict)
    expected_files: int = 0

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return first_day(self.month)

    def account(self, extract: str) -> Account:
        """The account of an extract."""
        return self.accounts.setdefault(extract, Account())

    def done(self, written: dict[str, int]) -> None:
        """Enter written files, and say how far it is."""
        self.rows |= written
        if self.progress:
            self.progress(len(self.rows), self.expected_files)

    def write(self, extract: str, rows: pl.DataFrame, files: dict[str, tuple[int, Style]]) -> pl.DataFrame:
        """Write an extract that fits into memory; gives the rows that the pipeline must accept."""
        table = BY_NAME[extract]
        folder, account = self.folder / extract, self.account(extract)
        written, accepted = write_files(folder, table, rows.select(table.names), files, self.first_day, account)
        self.done(written)
        return accepted

    def write_ledger(self, ledger: Path, month: str, figures: dict[str, object]) -> None:
        """What the pipeline must find again."""
        accounts = {extract: account.as_json() for extract, account in self.accounts.items()}
        known = {"month": month, "scale": self.scale, "seed": self.seed, "figures": figures, "extracts": accounts}
        ledger.write_text(json.dumps(known | self.truth, indent=1) + "\n", encoding="utf-8")

    def write_manifest(self, month: str) -> None:
        """List every file with its size, digest and rows. The manifest appears last and whole: it is the arrival."""
        entries = []
        for name in sorted(self.rows, key=lambda name: (list(BY_NAME).index(name.split("/")[0]), name)):
            content = (self.folder / name).read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            entries.append({"name": name, "bytes": len(content), "sha256": digest, "rows": self.rows[name]})
        manifest = {"month": month, "synthetic": True, "persons_scale": round(1 / self.scale), "files": entries}
        candidate = self.folder / "manifest.tmp"
        candidate.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
        os.replace(candidate, self.folder / "manifest.json")


def chosen(extracts: Collection[str] | None) -> frozenset[str]:
    """The extracts to make: all, where none are named."""
    wanted = frozenset(BY_NAME if extracts is None else extracts)
    if unknown := wanted - BY_NAME.keys():
        raise ValueError(f"no extract {', '.join(sorted(unknown))}: there are {', '.join(BY_NAME)}")
    return wanted


def cleared(folder: Path, ledger: Path, extracts: Collection[str]) -> Path:
    """An empty folder for the month. Raises FileExistsError where a delivery is there that was not simulated."""
    if folder.exists():
        if not ledger.exists():
            raise FileExistsError(f"{folder} holds a delivery that was not simulated: choose another landing zone")
        shutil.rmtree(folder)
    for extract in extracts:
        (folder / extract).mkdir(parents=True)
    return folder
