"""The delivery of one month: its folder, manifest and ledger.

Belongs here: what all files share. Not here: the files (`office_files`, `national_extracts`).
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from schemas.extracts.catalogue import BY_NAME
from simulator.delivery.ledger import ExtractCounts
from simulator.months import first_day

Progress = Callable[[int, int], None]  # is called with the number of files written, and of all files


@dataclass
class Delivery:
    """A month that is written: `counts` and `truth` become the ledger, `rows` of each file the manifest."""

    folder: Path
    month: int
    scale: float
    seed: int
    extracts: frozenset[str]
    dormant: bool = False
    progress: Progress | None = None
    counts: dict[str, ExtractCounts] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    truth: dict[str, Any] = field(default_factory=dict)
    expected_files: int = 0

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return first_day(self.month)

    def counts_of(self, extract: str) -> ExtractCounts:
        """The counts of an extract."""
        return self.counts.setdefault(extract, ExtractCounts())

    def add_file(self, name: str, rows: int) -> None:
        """Add a written file to the manifest, and report progress."""
        self.rows[name] = rows
        if self.progress:
            self.progress(len(self.rows), self.expected_files)

    def write_ledger(self, path: Path, month: str, figures: Mapping[str, object]) -> None:
        """Write what the pipeline must find again."""
        extracts = {extract: counts.as_json() for extract, counts in self.counts.items()}
        ledger = {"month": month, "scale": self.scale, "seed": self.seed, "figures": figures, "extracts": extracts}
        path.write_text(json.dumps(ledger | self.truth, indent=1) + "\n", encoding="utf-8")

    def write_manifest(self, month: str) -> None:
        """List every file with its size, digest and rows."""
        order = {extract: position for position, extract in enumerate(BY_NAME)}
        entries = []
        for name in sorted(self.rows, key=lambda name: (order[name.split("/")[0]], name)):
            content = (self.folder / name).read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            entries.append({"name": name, "bytes": len(content), "sha256": digest, "rows": self.rows[name]})
        manifest = {"month": month, "synthetic": True, "persons_scale": round(1 / self.scale), "files": entries}
        # The manifest must appear last and complete, because the pipeline takes it for the arrival of the month.
        candidate = self.folder / "manifest.tmp"
        candidate.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
        os.replace(candidate, self.folder / "manifest.json")


def selected_extracts(extracts: Collection[str] | None) -> frozenset[str]:
    """The named extracts, by default all of them. Raises ValueError for an unknown name."""
    selected = frozenset(BY_NAME if extracts is None else extracts)
    if unknown := selected - BY_NAME.keys():
        raise ValueError(f"no extract {', '.join(sorted(unknown))}: there are {', '.join(BY_NAME)}")
    return selected


def create_folder(folder: Path, ledger: Path, extracts: Collection[str]) -> None:
    """Create an empty folder for the month. Raises FileExistsError where it has a delivery that was not simulated."""
    if folder.exists():
        if not ledger.exists():
            raise FileExistsError(f"{folder} holds a delivery that was not simulated: choose another landing zone")
        shutil.rmtree(folder)
    for extract in extracts:
        (folder / extract).mkdir(parents=True)
