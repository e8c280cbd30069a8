"""Rows of the extracts beside the enrolments, with planted defects among them.

Belongs here: which rows of a file are damaged, copied or contradicted. Not here: rows without defects (`extracts`), the
catalogue of defects (`catalogues`), enrolments (`office_rows`), files (`delivery`).
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from schemas.tables import Severity, Table
from simulator.defects.catalogues import BESIDE, CATALOGUES, CONTRADICTIONS
from simulator.defects.defect import EXTRA_ROW, damaged

_PER_ROW, _MOST = 2e-5, 3
_LABELS = {"row": pl.Int64(), "defect": pl.String(), "ordinal": pl.Int64()}


@dataclass(frozen=True)
class Part:
    """The rows of one file: good ones, damaged ones (extra rows where a fatal rule is broken), and what is put beside."""

    table: Table
    good: pl.DataFrame
    harmed: pl.DataFrame
    copies: pl.DataFrame  # of good rows
    conflicting: pl.DataFrame  # two by two
    ragged: pl.DataFrame  # good rows, of which broken lines are made

    @property
    def accepted(self) -> pl.DataFrame:
        """What the pipeline must accept."""
        needed = [field.name for field in self.table.fields if field.present is Severity.FATAL]
        # A cell that is damaged beyond repair is empty: where the cell is needed, its row is quarantined.
        mild = self.harmed.filter(
            ~pl.col("defect").is_in(_fatal(self.table)), pl.all_horizontal(pl.col(needed).is_not_null())
        )
        return pl.concat([self.good, mild]).select(self.table.names)

    @property
    def rows(self) -> int:
        """All rows of the file, broken lines included."""
        return sum(frame.height for frame in (self.good, self.harmed, self.copies, self.conflicting, self.ragged))


def unharmed(rows: pl.DataFrame, table: Table) -> Part:
    """A file in which nothing is planted."""
    good = _numbered(rows).with_columns(_no_label())
    return Part(table, good, *[good.head(0)] * 4)


def planted(rows: pl.DataFrame, table: Table, of: int, month: date) -> Part:
    """A file with a few rows of every defect, copies, contradictions and broken lines; `of`: rows of the whole extract."""
    catalogue, numbered = CATALOGUES[table.name], _numbered(rows)
    count = min(_MOST, max(1, round(of * _PER_ROW)))
    wishes = [(rule, number) for rule in catalogue for number in range(count)]
    step = max(1, (rows.height - 1) // len(wishes))
    if 1 + step * (len(wishes) - 1) >= rows.height:
        raise ValueError(f"{rows.height} rows of {table.name} are too few for {len(wishes)} planted defects")
    labels = [(1 + step * i, rule, i) for i, (rule, _) in enumerate(wishes)]
    victims = pl.DataFrame(labels, schema=_LABELS, orient="row")
    beside = [rule for rule, defect in catalogue.items() if table.name in BESIDE or defect.victim == EXTRA_ROW]
    kept = [*_fatal(table), *beside]
    chosen = numbered.join(victims, on="row", how="inner", maintain_order="left").with_columns(month=pl.lit(month))
    replaced = victims.filter(~pl.col("defect").is_in(kept))
    good = numbered.join(replaced, on="row", how="anti", maintain_order="left").with_columns(_no_label())
    harmed = damaged(chosen, catalogue).drop("month")
    return Part(table, good, harmed, good.tail(count), _contradictions(good.head(count), table), good.head(count))


def _contradictions(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Two extra rows for each of these, with one key that nobody has."""
    key, other = CONTRADICTIONS[table.name]
    one, two = (
        [value.cast(rows.schema[name]).alias(name) for name, value in values.items()] for values in (key, other)
    )
    first = rows.with_columns(one)
    return pl.concat([first, first.with_columns(two)])


def _fatal(table: Table) -> list[str]:
    return [rule.name for rule in table.all_rules() if rule.severity is Severity.FATAL]


def _numbered(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))


def _no_label() -> list[pl.Expr]:
    return [pl.lit(None, dtype=dtype).alias(name) for name, dtype in _LABELS.items() if name != "row"]
