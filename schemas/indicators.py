"""The indicator registry: the definition, formula and national or SDG code of each published figure.

Belongs here: the list `codes/indicators.csv` as typed entries, in the form of the reference codes of Satu Data Indonesia. An
indicator has the name of its column, so that one quantity has one name; the formula of a derived indicator is SQL.
Not here: any column (`schemas.summaries`), the computation (`assets/coverage`).
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
        """Whether the indicator is a query over columns (its formula), not a column."""
        return self.formula.startswith("SELECT ")


@cache
def indicators() -> tuple[Indicator, ...]:
    """Every indicator, in the order of the list."""
    rows = code_lists.codes("indicators").fill_null("").iter_rows(named=True)
    return tuple(_typed(row) for row in rows)


def _typed(row: dict[str, Any]) -> Indicator:
    denominators, tables = (tuple(row.pop(name).split()) for name in ("denominators", "table"))
    return Indicator(**row, denominators=denominators, tables=tables)


@cache
def lookup(name: str, table: str) -> Indicator | None:
    """The indicator of that name in the table, or None. In another table the name may measure another population."""
    return next((entry for entry in indicators() if entry.id == name and table in entry.tables), None)
