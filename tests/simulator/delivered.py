"""A simulated month, read again by the small reader and judged by the plain rules.

Belongs here: what its files hold, by extract. Not: any expectation.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from schemas.tables import Table
from tests.simulator.contract_rules import BROKEN, FATAL, TABLES
from tests.simulator.delivered_files import Row, read


class Delivered:
    """A simulated month, read again."""

    def __init__(self, landing: Path, month: str) -> None:
        """Read the ledger and every file once."""
        self.ledger = json.loads((landing / f"{month}.ledger.json").read_text())
        self.folder = landing / month
        self.month = date.fromisoformat(f"{month}-01")
        self.rows: dict[str, list[Row]] = defaultdict(list)
        self.ragged: Counter[str] = Counter()
        self.repeated: Counter[str] = Counter()
        for extract, path in self.files():
            rows, ragged = read(path, TABLES[extract])
            if "kirim_ulang" in path.name:
                self.repeated[extract] += len(rows) + ragged
            else:
                judged = ({"_file": path.name, "_broken": BROKEN[extract](row, self.month)} for row in rows)
                self.rows[extract] += [row | verdict for row, verdict in zip(rows, judged, strict=True)]
                self.ragged[extract] += ragged

    def files(self) -> Iterator[tuple[str, Path]]:
        """Extract and path of every file."""
        for extract in TABLES:
            for path in sorted((self.folder / extract).iterdir()):
                yield extract, path

    @cached_property
    def versions(self) -> dict[str, dict[tuple[Any, ...], list[Row]]]:
        """Rows that break no fatal rule, by extract and key: more than one, copied or contradicted."""
        found: dict[str, dict[tuple[Any, ...], list[Row]]] = {name: defaultdict(list) for name in TABLES}
        for extract, table in TABLES.items():
            for row in self.rows[extract]:
                if not row["_broken"] & FATAL[extract]:
                    key = tuple(row[name] for name in table.key)
                    found[extract][_whole(key, table)].append(row)
        return found

    @cached_property
    def contradicted(self) -> dict[str, list[list[Row]]]:
        """By extract: the rows of each key that different rows have."""
        return {
            extract: [rows for rows in of.values() if len({content(row, TABLES[extract]) for row in rows}) > 1]
            for extract, of in self.versions.items()
        }

    @cached_property
    def good(self) -> dict[str, list[Row]]:
        """Accepted rows by extract, exact copies once."""
        return {
            extract: [rows[0] for rows in of.values() if len({content(row, TABLES[extract]) for row in rows}) == 1]
            for extract, of in self.versions.items()
        }


def _whole(key: tuple[Any, ...], table: Table) -> tuple[Any, ...]:
    """The key with the zeros that a spreadsheet took."""
    widths = [table.field(name).width for name in table.key]
    return tuple(part.zfill(width) if width else part for part, width in zip(key, widths, strict=True))


def content(row: Row, table: Table) -> tuple[Any, ...]:
    """What two rows must have in common to be the same."""
    return tuple(row[name] for name in table.names if name != "programmes")
