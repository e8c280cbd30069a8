"""The indicator registry: what each published figure measures, how it is computed, and which national or SDG code it has.

Belongs here: the list `codes/indicators.csv` as typed entries, in the shape of Satu Data Indonesia's reference codes. An
indicator has the name of its column, so that one quantity has one name; a derived one has a formula that is SQL.
Not: any column (`schemas.summaries`), the computing (`assets/coverage`).
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from schemas import code_lists


@dataclass(frozen=True)
class Indicator:
    """One entry. `denominators` are codes of the list `denominators`, or columns of the table; `none` for a count."""

    id: str
    concept: str
    concept_id: str  # in Bahasa Indonesia
    definition: str
    definition_id: str
    formula: str
    formula_id: str  # in Bahasa Indonesia; empty where the formula has no words
    unit: str
    desired: str  # higher, lower, or empty: neither is better
    denominators: tuple[str, ...]
    tables: tuple[str, ...]
    source: str
    national_code: str
    sdg: str

    @property
    def is_derived(self) -> bool:
        """Not a column: a query over one, as its formula says."""
        return self.formula.startswith("SELECT ")


@cache
def indicators() -> tuple[Indicator, ...]:
    """Every indicator, in the order of the list; read when first asked for."""
    rows = code_lists.codes("indicators").fill_null("").iter_rows(named=True)
    return tuple(_typed(row) for row in rows)


def _typed(row: dict[str, Any]) -> Indicator:
    denominators, tables = (tuple(row.pop(name).split()) for name in ("denominators", "table"))
    return Indicator(**row, denominators=denominators, tables=tables)


@cache
def lookup(name: str, table: str) -> Indicator | None:
    """The indicator of that name in a table; None where it is none. One name may measure another population elsewhere."""
    return next((entry for entry in indicators() if entry.id == name and table in entry.tables), None)
