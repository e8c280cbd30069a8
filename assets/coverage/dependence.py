"""The deliveries behind the tables of a month, through every table between: what must run again when a delivery changes.

Belongs here: following the declared inputs (`SummaryInput.select_months`) down to extracts. Not here: running (`pipelines`).
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from assets.coverage.catalogue import CATALOGUE
from assets.month_selection import MONTH_AND_BEFORE, THIS_MONTH, UP_TO_MONTH, MonthSelection, last_months
from assets.registers import inputs as registers
from assets.warehouse import MonthMetadata, Warehouse
from schemas.extracts.catalogue import EXTRACTS, stored_table
from schemas.extracts.enrolments import ENROLMENTS
from schemas.plausibility import MEASURES, PLAUSIBILITY
from schemas.registers import PERSON_CELLS, PERSONS
from schemas.summaries import COVERAGE, DATA_QUALITY, SUMMARIES
from schemas.summaries.flows import FLOWS

MONTHS_COMPARED = 3  # earlier months with which the measures of a month are compared
Leaf = tuple[str, str]  # the stored table of an extract, and a month of it
_STORED = tuple(stored_table(table).name for table in EXTRACTS)
_MEMBERSHIPS = stored_table(ENROLMENTS).name


INPUTS: dict[str, tuple[tuple[str, MonthSelection], ...]] = {
    **registers.INPUTS,
    COVERAGE.name: ((PERSON_CELLS.name, THIS_MONTH), ("workforce", UP_TO_MONTH)),
    DATA_QUALITY.name: tuple((name, MONTH_AND_BEFORE) for name in _STORED),
    MEASURES.name: (
        *((name, MONTH_AND_BEFORE) for name in _STORED),
        *((name, THIS_MONTH) for name in (PERSONS.name, COVERAGE.name, FLOWS.name)),
    ),
    PLAUSIBILITY.name: (
        (MEASURES.name, last_months(MONTHS_COMPARED + 1)),
        *((table.name, THIS_MONTH) for table in SUMMARIES),  # judged last, so that its record covers all of them
    ),
    **{
        summary.table.name: tuple((source.table.name, source.select_months) for source in summary.inputs)
        for summary in CATALOGUE
    },
}


def deliveries_read(month: str, delivered: Mapping[str, list[str]]) -> frozenset[Leaf]:
    """The deliveries behind all tables of the month. `delivered`: stored table of an extract → its months."""

    @cache
    def leaves(table: str, of: str) -> frozenset[Leaf]:
        if table in _STORED:
            return frozenset([(table, of)])
        read = (
            (name, each) for name, choose in INPUTS[table] for each in choose(_available_months(name, delivered), of)
        )
        return frozenset().union(*(leaves(name, each) for name, each in read))

    return frozenset().union(*(leaves(table.name, month) for table in (*SUMMARIES, PLAUSIBILITY)))


def _available_months(table: str, delivered: Mapping[str, list[str]]) -> list[str]:
    """The months of a table; a built table has the months of the memberships."""
    return sorted(delivered.get(table if table in _STORED else _MEMBERSHIPS, []))


@dataclass
class Ingested:
    """The ingested extracts of a warehouse; the metadata of each month is read once."""

    warehouse: Warehouse
    records: dict[Leaf, MonthMetadata] = field(default_factory=dict)

    def record(self, name: str, month: str) -> MonthMetadata:
        """The metadata of a month of an extract; empty where there is none."""
        if (name, month) not in self.records:
            self.records[name, month] = self.warehouse.month_metadata(name, month)
        return self.records[name, month]

    @cached_property
    def delivered(self) -> dict[str, list[str]]:
        """Stored table → months with a readable file. A month without a delivery is stored too, and empty."""
        return {
            name: [of for of in self.warehouse.months(name) if _has_readable_file(self.record(name, of))]
            for name in _STORED
        }

    def inputs(self, month: str) -> dict[str, str]:
        """Digests of the inputs of the month: `inputs` as ingested by this code; `deliveries` as landed."""
        return {
            "inputs": digest(month, self.delivered, lambda *of: str(self.record(*of).get("fingerprint", ""))),
            "deliveries": digest(month, self.delivered, lambda *of: str(_landed(self.record(*of)))),
        }

    def is_outdated(self, month: str, by: str = "inputs") -> bool:
        """Whether the inputs of the month have changed since its tables were built."""
        kept = self.warehouse.month_metadata(PLAUSIBILITY.name, month)
        return bool(kept) and kept.get(by) != self.inputs(month)[by]


def _has_readable_file(record: Mapping[str, Any]) -> bool:
    files = record.get("report", {"files": []})["files"]
    return any(not (file["rejected"] or file["repeats"]) for file in files)


def _landed(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The files of a month of an extract, and which of them were refused."""
    files = record.get("report", {"files": []})["files"]
    return sorted((file["sha256"], file["rejected"]) for file in files)


def digest(month: str, delivered: Mapping[str, list[str]], content: Callable[[str, str], str]) -> str:
    """The digest of the inputs of the month; `content` returns the digest of a month of an extract."""
    read = sorted(deliveries_read(month, delivered))
    return hashlib.sha256("\n".join(f"{name} {of} {content(name, of)}" for name, of in read).encode()).hexdigest()[:16]


def later_months(warehouse: Warehouse, months: list[str]) -> list[str]:
    """Months with tables after the first of the given ones, and not among them; in order."""
    return [name for name in warehouse.months(PLAUSIBILITY.name) if name > min(months) and name not in months]
