"""Separate lines that are not rows of a table: totals, titles, notes and signatures.

Belongs here: distinguishing them from rows. Such a line lacks a value that every row needs, so validation would quarantine
it anyway; here it gets a more precise rule. Not here: validation.
"""

import polars as pl

from assets.ingest.batch import BROKEN_SCHEMA, ROW_NUMBER, Dictionaries, broken_rows, decode, header_names, to_text
from assets.ingest.header import Header
from schemas.rule_texts import ROW_TOTAL
from schemas.tables import Field, Severity, Table

# the usual labels of totals and notes, in Indonesian and English
LABEL = (
    r"(?i)^\W*((grand|sub)[\s_-]*)?(total|jumlah|rekap\w*|catatan|keterangan|ket|sumber|note|notes|source|dicetak|dibuat"
    r"|mengetahui|printed)\b"
)
_FEWEST = 3  # columns of fields; in a narrower table, a row may well have one filled cell


def separate_totals(
    rows: pl.DataFrame, header: Header, table: Table, dictionaries: Dictionaries
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(rows, totals): a total lacks a required cell, and has the label of a total or only one filled cell."""
    needed = [field.name for field in table.fields if _is_needed(field)]
    absent = [_is_absent(rows, name) for name in needed if _may_be_empty(rows, name) and name in header.fields.values()]
    candidates = rows[rows.select(pl.any_horizontal(absent)).to_series().arg_true()] if absent else rows.clear()
    if candidates.is_empty():
        return rows, pl.DataFrame(schema=BROKEN_SCHEMA)
    candidates = to_text(decode(candidates, dictionaries))
    cells = [pl.col(name) for name in header_names(candidates)]
    filled = pl.sum_horizontal(cell.is_not_null() for cell in cells)
    alone = (filled == 1) & pl.lit(len(cells) >= _FEWEST)
    totals = candidates.filter(alone | pl.coalesce(cells).str.contains(LABEL)).select(ROW_NUMBER)
    if totals.is_empty():
        return rows, pl.DataFrame(schema=BROKEN_SCHEMA)
    return rows.join(totals, on=ROW_NUMBER, how="anti", maintain_order="left"), broken_rows(
        totals[ROW_NUMBER], ROW_TOTAL
    )


def _is_needed(field: Field) -> bool:
    """Whether every row needs the field. A field that only some rows need is empty in many good rows."""
    return field.column_required and field.present is Severity.FATAL and field.present_where is None


def _may_be_empty(rows: pl.DataFrame, name: str) -> bool:
    """Whether the column may have empty cells, by its null count."""
    return name not in rows.columns or rows[name].null_count() > 0


def _is_absent(rows: pl.DataFrame, name: str) -> pl.Expr:
    columns = [column for column in rows.columns if column == name or column.startswith(f"{name}:")]
    return pl.all_horizontal(pl.col(column).is_null() for column in columns)
