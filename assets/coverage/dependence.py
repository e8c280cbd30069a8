"""Which deliveries a month's tables are made from, through every table between: what must run again when one changes.

Belongs here: following the declared reads (`SummaryInput.select_months`) down to extracts. Not: running anything (`pipelines`).
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from assets.coverage.catalogue import CATALOGUE
from assets.coverage.summary import MonthSelection, last_months, month_before, this_month, up_to_month
from assets.warehouse import Warehouse
from schemas.extracts.catalogue import EXTRACTS, stored_table
from schemas.extracts.enrolments import ENROLMENTS
from schemas.plausibility import MEASURES, PLAUSIBILITY
from schemas.registers import (
    ENTRANTS,
    PERSON_ATTRIBUTE_CODES,
    PERSON_CELLS,
    PERSON_STATUS_CODES,
    PERSONS,
    PREPAYMENTS,
    TRANSITIONS,
)
from schemas.summaries import COVERAGE, DATA_QUALITY, SUMMARIES
from schemas.summaries.flows import FLOWS

MONTHS_COMPARED = 3  # months before with which the measures of a month are compared
Leaf = tuple[str, str]  # the stored table of an extract, and a month of it
_STORED = tuple(stored_table(table).name for table in EXTRACTS)
_MEMBERSHIPS, _PAYMENTS = stored_table(ENROLMENTS).name, "contributions"


def _and_before(there: list[str], month: str) -> list[str]:
    return [*month_before(there, month), *this_month(there, month)]


_READS: dict[str, tuple[tuple[str, MonthSelection], ...]] = {
    **{table.name: ((_MEMBERSHIPS, this_month),) for table in (PERSONS, PERSON_STATUS_CODES, PERSON_ATTRIBUTE_CODES)},
    PERSON_CELLS.name: ((PERSONS.name, this_month),),
    **{table.name: ((PERSONS.name, _and_before),) for table in (TRANSITIONS, ENTRANTS)},
    PREPAYMENTS.name: ((_PAYMENTS, this_month),),
    COVERAGE.name: ((PERSON_CELLS.name, this_month), ("workforce", up_to_month)),
    DATA_QUALITY.name: tuple((name, _and_before) for name in _STORED),
    MEASURES.name: (
        *((name, _and_before) for name in _STORED),
        *((name, this_month) for name in (PERSONS.name, COVERAGE.name, FLOWS.name)),
    ),
    PLAUSIBILITY.name: ((MEASURES.name, last_months(MONTHS_COMPARED + 1)),),
    **{made.table.name: tuple((read.table.name, read.select_months) for read in made.inputs) for made in CATALOGUE},
}


def deliveries_read(month: str, delivered: Mapping[str, list[str]]) -> frozenset[Leaf]:
    """The deliveries that any table of the month is made from. `delivered`: stored table of an extract → its months."""

    @cache
    def leaves(table: str, of: str) -> frozenset[Leaf]:
        if table in _STORED:
            return frozenset([(table, of)])
        read = ((name, each) for name, choose in _READS[table] for each in choose(_there(name, delivered), of))
        return frozenset().union(*(leaves(name, each) for name, each in read))

    return frozenset().union(*(leaves(table.name, month) for table in (*SUMMARIES, PLAUSIBILITY)))


def _there(table: str, delivered: Mapping[str, list[str]]) -> list[str]:
    """Months of a table; one that is made has those with memberships."""
    return sorted(delivered.get(table if table in _STORED else _MEMBERSHIPS, []))


@dataclass
class Ingested:
    """What stands of the extracts in a warehouse, each record read once."""

    warehouse: Warehouse
    records: dict[Leaf, dict[str, Any]] = field(default_factory=dict)

    def record(self, name: str, month: str) -> dict[str, Any]:
        """The record kept with an extract's month; empty where there is none."""
        if (name, month) not in self.records:
            self.records[name, month] = self.warehouse.month_metadata(name, month)
        return self.records[name, month]

    @cached_property
    def delivered(self) -> dict[str, list[str]]:
        """Stored table → months of which a file could be read; a month that nobody delivered is there and empty."""
        return {name: [of for of in self.warehouse.months(name) if _taken(self.record(name, of))] for name in _STORED}

    def inputs(self, month: str) -> dict[str, str]:
        """Digests of what the month's tables are made from: `inputs` as ingested, by this code; `deliveries` as landed."""
        return {
            "inputs": digest(month, self.delivered, lambda *of: str(self.record(*of).get("fingerprint", ""))),
            "deliveries": digest(month, self.delivered, lambda *of: str(_landed(self.record(*of)))),
        }

    def is_outdated(self, month: str, by: str = "inputs") -> bool:
        """Whether what the month's tables are made from has changed since they were made."""
        kept = self.warehouse.month_metadata(PLAUSIBILITY.name, month)
        return bool(kept) and kept.get(by) != self.inputs(month)[by]


def _taken(record: Mapping[str, Any]) -> bool:
    files = record.get("report", {"files": []})["files"]
    return any(not (file["rejected"] or file["repeats"]) for file in files)


def _landed(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The files of an extract's month and which of them were refused."""
    files = record.get("report", {"files": []})["files"]
    return sorted((file["sha256"], file["rejected"]) for file in files)


def digest(month: str, delivered: Mapping[str, list[str]], content: Callable[[str, str], str]) -> str:
    """Digest of what the month's tables are made from; `content` gives that of an extract's month."""
    read = sorted(deliveries_read(month, delivered))
    return hashlib.sha256("\n".join(f"{name} {of} {content(name, of)}" for name, of in read).encode()).hexdigest()[:16]


def later_months(warehouse: Warehouse, months: list[str]) -> list[str]:
    """Months after the first of these, and not among them, whose tables are there; in order."""
    return [name for name in warehouse.months(PLAUSIBILITY.name) if name > min(months) and name not in months]
