"""The extracts beside the enrolments: planting their defects, and cutting them into files.

Belongs here: what they share. Does not belong here: their content, the defects themselves (`catalogues`), enrolments.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import polars as pl

from schemas.tables import ROW_STRUCTURE, Table
from simulator.defects.catalogues import CATALOGUES
from simulator.defects.defect import marks, overwritten
from simulator.defects.extract_rows import Part, planted, unharmed
from simulator.delivery.ledger import Account, marked
from simulator.offices.file_formats import ragged_lines, write
from simulator.offices.rendering import render
from simulator.offices.styles import Style, column_order, heading


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


def _in_order(part: Part, style: Style) -> pl.DataFrame:
    table, columns = part.table, column_order(part.table, style)
    catalogue = CATALOGUES[table.name]
    texts = [
        overwritten(render(rows, table, style), catalogue).select("row", *columns)
        for rows in (part.good, part.harmed, part.copies, part.conflicting)
    ]
    ordered = pl.concat(texts).sort("row", maintain_order=True).select(columns)
    return ordered.rename({name: heading(table, name, style) for name in columns})
