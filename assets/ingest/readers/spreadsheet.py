"""Convert a workbook to batches of typed cells: find the sheet of the extract, its header, and the rows below.

Belongs here: the sheet, the header row, merged cells and cells with errors. Not here: text and Parquet (`text`,
`parquet`), totals (`total_lines`). Calamine reads the cells; rows and columns count from the first one of the sheet, blank
or not.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl
from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from assets.errors import FileRejected
from assets.ingest.batch import DATE, FLAG, NUMBER, ROW_NUMBER, Batch, broken_rows
from assets.ingest.header import Header, count_known_headers, match_header
from assets.ingest.readers.total_lines import separate_totals
from assets.ingest.readers.workbook import MAX_CELLS, SheetFacts, epoch_of, facts_of, refuse_other_formats
from schemas.refusals import DAMAGED_WORKBOOK, FAR_CELL, HIDDEN_SHEET, NO_SHEET, TWO_SHEETS, UNCOMPUTED
from schemas.rule_texts import ROW_MERGED
from schemas.tables import Table

ROWS = 120_000
TITLE_ROWS = 20  # the header is searched in these rows
MIN_HEADERS = 3  # known headers that a header row has at least
Cells = Sequence[Any]
Region = tuple[tuple[int, int], tuple[int, int]]


def read_sheet(path: Path, table: Table) -> Iterator[Batch]:
    """Batches of the only visible sheet that has the extract. Raises FileRejected unless there is exactly one."""
    refuse_other_formats(path)
    try:
        yield from _batches(path, table)
    except (FileRejected, MemoryError):
        raise
    except Exception:  # noqa: BLE001  a damaged package fails in many ways: zip, XML, missing parts
        raise FileRejected(DAMAGED_WORKBOOK) from None


def _batches(path: Path, table: Table) -> Iterator[Batch]:
    with path.open("rb") as stream, CalamineWorkbook.from_filelike(stream) as book:
        epoch = epoch_of(path)
        sheet, facts = _find_sheet(path, book, table)
        header_row, headers, titles = _find_header(sheet, table)
        header = match_header(headers, table, titles)
        _refuse_uncomputed(facts, header_row, header)
        merged = _merged(sheet, header_row, header)
        cells = sheet.iter_rows()
        number = header_row + 1
        for _ in islice(cells, number):
            pass
        while rows := list(islice(cells, ROWS)):
            frame = _typed(_with_errors(rows, number, facts), header, number)
            is_merged = frame[ROW_NUMBER].is_in(merged.implode())
            merged_rows = broken_rows(frame.filter(is_merged)[ROW_NUMBER], ROW_MERGED)
            kept, totals = separate_totals(frame.filter(~is_merged), header, table, {})
            yield Batch(
                kept,
                pl.concat([merged_rows, totals]).sort(ROW_NUMBER),
                epoch=epoch,
                from_spreadsheet=True,
                header=header,
            )
            number += len(rows)


def _find_sheet(path: Path, book: CalamineWorkbook, table: Table) -> tuple[CalamineSheet, SheetFacts]:
    """The visible sheet whose header matches the extract."""
    found: dict[bool, list[tuple[CalamineSheet, SheetFacts]]] = {True: [], False: []}
    for described in book.sheets_metadata:
        if described.typ == SheetTypeEnum.WorkSheet:
            facts = facts_of(path, described.name)
            _refuse_far(facts)
            sheet = book.get_sheet_by_name(described.name)
            if _find_header(sheet, table)[1]:
                found[described.visible == SheetVisibleEnum.Visible].append((sheet, facts))
    if len(found[True]) > 1:
        raise FileRejected(TWO_SHEETS, sheets=len(found[True]), extract=table.name)
    if found[True]:
        return found[True][0]
    if found[False]:
        raise FileRejected(HIDDEN_SHEET, extract=table.name)
    raise FileRejected(NO_SHEET, extract=table.name, rows=TITLE_ROWS)


def _refuse_far(facts: SheetFacts) -> None:
    row, column = facts.last
    if (row + 1) * (column + 1) > MAX_CELLS:
        raise FileRejected(FAR_CELL, row=row + 1, column=column + 1)


def _find_header(sheet: CalamineSheet, table: Table) -> tuple[int, list[str], list[str]]:
    """(index, texts, texts above) of the header among the first rows; no texts if no row looks like a header."""
    rows = [["" if cell == "" else str(cell).strip() for cell in row] for row in islice(sheet.iter_rows(), TITLE_ROWS)]
    for (top, left), (bottom, right) in _regions(sheet):
        if left == right and bottom < len(rows):  # a cell merged over two header rows is the header in both
            for row in range(top, bottom + 1):
                rows[row][left] = rows[top][left]
    header_counts = [count_known_headers(row, table) for row in rows]
    best = max(header_counts, default=0)
    if best < MIN_HEADERS:
        return 0, [], []
    index = header_counts.index(best)
    return index, rows[index], [cell for row in rows[:index] for cell in row]


def _regions(sheet: CalamineSheet) -> list[Region]:
    """The merged cells: first and last cell as (row, column) from 0."""
    return sheet.merged_cell_ranges or []


def _merged(sheet: CalamineSheet, header_row: int, header: Header) -> pl.Series:
    """The numbers of the rows in which a cell of a field is merged with another cell, so that its value is unclear."""
    numbers: set[int] = set()
    for (top, left), (bottom, right) in _regions(sheet):
        if any(left <= at <= right for at in header.fields):
            numbers |= set(range(max(top, header_row + 1) + 1, bottom + 2))
    return pl.Series(sorted(numbers), dtype=pl.Int32)


def _refuse_uncomputed(facts: SheetFacts, header_row: int, header: Header) -> None:
    rows = [row + 1 for row, column in facts.uncomputed if row > header_row and column in header.fields]
    if rows:
        raise FileRejected(UNCOMPUTED, cells=len(rows), row=rows[0])


def _with_errors(rows: list[list[Any]], number: int, facts: SheetFacts) -> list[list[Any]]:
    """The rows with the texts of errors (#REF!), which the reader leaves empty.

    Raises ValueError if the reader has a value in such a cell.
    """
    for (row, column), text in facts.errors.items():
        at = row - number
        if 0 <= at < len(rows) and column < len(rows[at]):
            if rows[at][column] != "":
                raise ValueError("a cell is an error to one reader and a value to the other")
            rows[at][column] = text
    return rows


def _typed(rows: list[list[Any]], header: Header, number: int) -> pl.DataFrame:
    """The columns of the fields by type of cell, without blank rows; `number`: the index of the first row, from 0."""
    columns = list(zip(*rows, strict=True))
    blank = [""] * len(rows)
    typed = [
        part
        for at, name in header.fields.items()
        for part in _split_by_type(name, columns[at] if at < len(columns) else blank)
    ]
    numbers = pl.int_range(number + 1, number + 1 + len(rows), dtype=pl.Int32, eager=True).alias(ROW_NUMBER)
    frame = pl.DataFrame([*typed, numbers])
    return frame.filter(pl.any_horizontal(pl.all().exclude(ROW_NUMBER).is_not_null()))


def _split_by_type(name: str, cells: Cells) -> Iterator[pl.Series]:
    """Split a column into one column per type of its cells, at least the one of texts."""
    kinds = {_ending(kind) for kind in set(map(type, cells))}
    if kinds == {""} or kinds == set():
        yield _texts(name, cells)
        return
    if "" in kinds:
        yield _texts(name, [str(cell) if _ending(type(cell)) == "" else "" for cell in cells])
    if NUMBER in kinds:
        numbers = [float(cell) if type(cell) in (int, float) else None for cell in cells]
        yield pl.Series(name + NUMBER, numbers, dtype=pl.Float64)
    if DATE in kinds:
        days = [_day(cell) if isinstance(cell, date) else None for cell in cells]
        yield pl.Series(name + DATE, days, dtype=pl.Date)
    if FLAG in kinds:
        yield pl.Series(name + FLAG, [cell if type(cell) is bool else None for cell in cells], dtype=pl.Boolean)


def _ending(kind: type) -> str:
    """The suffix of the column for cells of a Python type; times of day and durations are texts."""
    return {bool: FLAG, int: NUMBER, float: NUMBER, date: DATE, datetime: DATE}.get(kind, "")


def _texts(name: str, cells: Cells) -> pl.Series:
    texts = [str(cell) for cell in cells]
    return pl.Series(name, [text if text and not text.isspace() else None for text in texts], dtype=pl.String)


def _day(cell: date) -> date:
    return cell.date() if isinstance(cell, datetime) else cell
