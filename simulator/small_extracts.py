"""The extracts beside the enrolments: planting their defects, and cutting them into files.

Belongs here: what they share. Does not belong here: their content, the defects themselves (`catalogues`), enrolments.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from schemas.model import ROW_STRUCTURE, Severity, Table
from simulator.catalogues import BESIDE, CATALOGUES, CONTRADICTIONS
from simulator.containers import ragged_lines, write
from simulator.defects import EXTRA_ROW, damaged, marks, overwritten
from simulator.ledger import Account, marked
from simulator.rendering import render
from simulator.styles import Style, column_order, heading

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


def write_part(path: Path, part: Part, style: Style, month: date, account: Account) -> int:
    """Write the file, enter it into the account, and give its number of rows."""
    table = part.table
    every = pl.concat([part.good, part.harmed, part.copies, part.conflicting])
    account.judge(marked(every, table, marks(CATALOGUES[table.name])), table, month)
    account.rows_collapsed += part.copies.height
    account.quarantine(table.conflict, part.conflicting.height)
    account.quarantine(ROW_STRUCTURE, part.ragged.height)
    account.rows_read += part.rows
    account.files += 1
    broken = ragged_lines(render(part.ragged, table, style).select(column_order(table, style)), style)
    write(path, _in_order(part, style), style, broken)
    return part.rows


def write_files(
    folder: Path,
    table: Table,
    rows: pl.DataFrame,
    files: Mapping[str, tuple[int, Style]],
    month: date,
    account: Account,
) -> tuple[dict[str, int], pl.DataFrame]:
    """Cut the rows, in order, into files (name: rows and style), planted ones in the first.

    Gives the number of rows by name, and the rows that the pipeline must accept.
    """
    written: dict[str, int] = {}
    accepted, first = [], 0
    for name, (count, style) in files.items():
        mine = rows.slice(first, count)
        part = unharmed(mine, table) if first else planted(mine, table, rows.height, month)
        written[f"{table.name}/{name}"] = write_part(folder / name, part, style, month, account)
        accepted.append(part.accepted)
        first += count
    return written, pl.concat(accepted)


def _fatal(table: Table) -> list[str]:
    return [rule.name for rule in table.all_rules() if rule.severity is Severity.FATAL]


def _numbered(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))


def _no_label() -> list[pl.Expr]:
    return [pl.lit(None, dtype=dtype).alias(name) for name, dtype in _LABELS.items() if name != "row"]


def _in_order(part: Part, style: Style) -> pl.DataFrame:
    table, columns = part.table, column_order(part.table, style)
    catalogue = CATALOGUES[table.name]
    texts = [
        overwritten(render(rows, table, style), catalogue).select("row", *columns)
        for rows in (part.good, part.harmed, part.copies, part.conflicting)
    ]
    ordered = pl.concat(texts).sort("row", maintain_order=True).select(columns)
    return ordered.rename({name: heading(table, name, style) for name in columns})
