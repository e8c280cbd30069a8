"""Rows of the extracts beside the enrolments, with planted defects among them.

Belongs here: which rows of a file are damaged, copied or contradicted. Not here: rows without defects (`extracts`), the
catalogue of defects (`catalogues`), enrolments (`office_rows`), files (`delivery`).
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from schemas.tables import Severity, Table
from simulator.defects.catalogues import CATALOGUES, CONTRADICTIONS, ONLY_EXTRA_ROWS
from simulator.defects.defect import EXTRA_ROW, damage_values

_PER_ROW, _MOST = 2e-5, 3  # of each rule in the extract
_LABELS = {"row": pl.Int64(), "defect": pl.String(), "ordinal": pl.Int64()}


@dataclass(frozen=True)
class FileRows:
    """The typed rows of one file, by what happens to them; `row` is their order in the file."""

    table: Table
    good: pl.DataFrame
    damaged: (
        pl.DataFrame
    )  # beside the good row where the defect is fatal or needs an extra row, otherwise instead of it
    copies: pl.DataFrame  # of good rows
    conflicting: pl.DataFrame  # pairs with one key
    ragged: pl.DataFrame  # good rows, from which broken lines are written

    @property
    def accepted(self) -> pl.DataFrame:
        """The rows that the pipeline must accept."""
        needed = [field.name for field in self.table.fields if field.present is Severity.FATAL]
        # A cell that cannot be repaired is read as empty: where a value is needed, the row is quarantined.
        damaged = self.damaged.filter(
            ~pl.col("defect").is_in(_fatal_rules(self.table)), pl.all_horizontal(pl.col(needed).is_not_null())
        )
        return pl.concat([self.good, damaged]).select(self.table.names)

    @property
    def count(self) -> int:
        """The number of rows of the file, including broken lines."""
        return sum(frame.height for frame in (self.good, self.damaged, self.copies, self.conflicting, self.ragged))


def without_defects(rows: pl.DataFrame, table: Table) -> FileRows:
    """A file in which nothing is planted."""
    good = _numbered(rows).with_columns(_empty_label())
    return FileRows(table, good, *[good.head(0)] * 4)


def with_defects(rows: pl.DataFrame, table: Table, extract_rows: int, month: date) -> FileRows:
    """A file with some rows of every defect, copies, contradictions and broken lines; more in an extract of more rows.

    Raises ValueError where the file has too few rows.
    """
    catalogue, numbered = CATALOGUES[table.name], _numbered(rows)
    count = min(_MOST, max(1, round(extract_rows * _PER_ROW)))
    rules = [rule for rule in catalogue for _ in range(count)]
    step = max(1, (rows.height - 1) // len(rules))
    if 1 + step * (len(rules) - 1) >= rows.height:
        raise ValueError(
            f"{rows.height} rows of {table.name} are too few for {len(rules)} defects: choose a larger scale"
        )
    labels = pl.DataFrame([(1 + step * i, rule, i) for i, rule in enumerate(rules)], schema=_LABELS, orient="row")
    chosen = numbered.join(labels, on="row", how="inner", maintain_order="left").with_columns(month=pl.lit(month))
    extra = [rule for rule, each in catalogue.items() if table.name in ONLY_EXTRA_ROWS or each.row_kind == EXTRA_ROW]
    replaced = labels.filter(~pl.col("defect").is_in([*_fatal_rules(table), *extra]))
    good = numbered.join(replaced, on="row", how="anti", maintain_order="left").with_columns(_empty_label())
    damaged = damage_values(chosen, catalogue).drop("month")
    conflicting = _contradictions(good.head(count), table)
    return FileRows(table, good, damaged, good.tail(count), conflicting, good.head(count))


def _contradictions(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Two extra rows for each row, with one key that no other row has."""
    key, difference = (
        [value.cast(rows.schema[name]).alias(name) for name, value in values.items()]
        for values in CONTRADICTIONS[table.name]
    )
    first = rows.with_columns(key)
    return pl.concat([first, first.with_columns(difference)])


def _fatal_rules(table: Table) -> list[str]:
    return [rule.name for rule in table.all_rules() if rule.severity is Severity.FATAL]


def _numbered(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))


def _empty_label() -> list[pl.Expr]:
    return [pl.lit(None, dtype=dtype).alias(name) for name, dtype in _LABELS.items() if name != "row"]
