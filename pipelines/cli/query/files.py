"""The result of a query as CSV or JSON on the standard output, or as a Parquet file or an Excel workbook.

Belongs here: these formats, with every digit. Not: the form for the screen (`screen`).
"""

import csv
import json
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import duckdb

from assets.errors import CakupanError
from pipelines.cli.query.connection import QueryResult, explain

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_MOST_ROWS = 1_048_575  # of a worksheet below its header
_WIDEST = 60


def write_csv(result: QueryResult, sink: TextIO) -> None:
    """CSV with a header; an empty cell is null."""
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(result.names)
    writer.writerows([_plain(value) for value in row] for row in result.rows)


def write_json(result: QueryResult, sink: TextIO) -> None:
    """A JSON array with an object for each row, one on each line."""
    rows = [
        json.dumps(dict(zip(result.names, map(_json, row), strict=True)), ensure_ascii=False) for row in result.rows
    ]
    sink.write("[" + ",\n ".join(rows) + "]\n")


def write_parquet(con: duckdb.DuckDBPyConnection, query: str, file: Path) -> None:
    """A Parquet file, written by DuckDB. Raises CakupanError."""
    try:
        con.sql(query).write_parquet(str(file), compression="zstd")
    except duckdb.Error as error:
        raise CakupanError(explain(error)) from None


def write_workbook(result: QueryResult, file: Path, notes: Iterable[tuple[str, str]]) -> None:
    """A workbook with the rows on one sheet and the notes, pairs of a name and a text, on another. Raises CakupanError."""
    import xlsxwriter

    if len(result.rows) > _MOST_ROWS:
        raise CakupanError(f"a worksheet holds {_MOST_ROWS:,} rows, the query has more: add LIMIT, or use --csv")
    with xlsxwriter.Workbook(str(file), {"default_date_format": "yyyy-mm-dd", "remove_timezone": True}) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        forms = {
            "whole": book.add_format({"num_format": "#,##0"}),
            "part": book.add_format({"num_format": "#,##0.000"}),
        }
        sheet = book.add_worksheet("data")
        for column, name in enumerate(result.names):
            texts = [len(str(row[column])) for row in result.rows[:1000]]
            sheet.set_column(column, column, min(_WIDEST, max(len(name), *texts, 8)) + 2)
            sheet.write_string(0, column, name, head)
        for number, row in enumerate(result.rows, start=1):
            for column, value in enumerate(row):
                _write_cell(sheet, number, column, value, forms)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(result.rows), len(result.names) - 1)
        about = book.add_worksheet("notes")
        about.set_column(0, 0, 24)
        about.set_column(1, 1, 100)
        for number, (name, text) in enumerate(notes):
            about.write_string(number, 0, name, head)
            about.write_string(number, 1, text)


def _write_cell(sheet: "Worksheet", row: int, column: int, value: object, forms: dict[str, object]) -> None:
    """A number, date or text by its type; a text is never read as a formula."""
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int):
        sheet.write_number(row, column, value, forms["whole"])
    elif isinstance(value, float | Decimal):
        sheet.write_number(row, column, float(value), forms["part"])
    elif isinstance(value, date | datetime | time):
        sheet.write_datetime(row, column, value)
    else:
        sheet.write_string(row, column, str(value))


def _plain(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value


def _json(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
