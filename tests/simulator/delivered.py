"""A simulated month, read by the tests' own reader and checked by their own rules.

Belongs here: the content of its files, by extract. Not here: expectations.
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
    """The rows and ledger of a simulated month."""

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
                verdicts = ({"_file": path.name, "_broken": BROKEN[extract](row, self.month)} for row in rows)
                self.rows[extract] += [row | verdict for row, verdict in zip(rows, verdicts, strict=True)]
                self.ragged[extract] += ragged

    def files(self) -> Iterator[tuple[str, Path]]:
        """The extract and path of each file."""
        for extract in TABLES:
            for path in sorted((self.folder / extract).iterdir()):
                yield extract, path

    @cached_property
    def versions(self) -> dict[str, dict[tuple[Any, ...], list[Row]]]:
        """Rows that break no fatal rule, by extract and key; keys with several rows are copied or contradicted."""
        found: dict[str, dict[tuple[Any, ...], list[Row]]] = {name: defaultdict(list) for name in TABLES}
        for extract, table in TABLES.items():
            for row in self.rows[extract]:
                if not row["_broken"] & FATAL[extract]:
                    key = tuple(row[name] for name in table.key)
                    found[extract][_padded(key, table)].append(row)
        return found

    @cached_property
    def contradicted(self) -> dict[str, list[list[Row]]]:
        """The rows of each key that has different rows, by extract."""
        return {
            extract: [rows for rows in of.values() if len({content(row, TABLES[extract]) for row in rows}) > 1]
            for extract, of in self.versions.items()
        }

    @cached_property
    def good(self) -> dict[str, list[Row]]:
        """Accepted rows by extract; of exact copies only one."""
        return {
            extract: [rows[0] for rows in of.values() if len({content(row, TABLES[extract]) for row in rows}) == 1]
            for extract, of in self.versions.items()
        }


def _padded(key: tuple[Any, ...], table: Table) -> tuple[Any, ...]:
    """The key with the leading zeros that a spreadsheet dropped."""
    widths = [table.field(name).width for name in table.key]
    return tuple(part.zfill(width) if width else part for part, width in zip(key, widths, strict=True))


def content(row: Row, table: Table) -> tuple[Any, ...]:
    """The values that two copies of a row have in common."""
    return tuple(row[name] for name in table.names if name != "programmes")
