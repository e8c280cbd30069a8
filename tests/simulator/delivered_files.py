"""A small reader of delivered files that shares no code with the pipeline.

Belongs here: cells and their values. Not here: rules (`contract_rules`), deliveries (`delivered`).
"""

import csv
import gzip
import io
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pyarrow as pa

from schemas.code_lists import aliases, codes
from schemas.tables import Kind, Table

Row = dict[str, Any]
PROGRAMMES = ("jkk", "jkm", "jht", "jp", "jkp")
UNREADABLE = object()
YES, NO = ("Y", "YA", "1", "TRUE"), ("T", "N", "TIDAK", "0", "FALSE")


def records(path: Path) -> list[list[str]]:
    """The cells of any delivered file, as text."""
    content = path.read_bytes()
    if path.suffix == ".parquet":
        frame = pl.read_parquet(path)
        return [frame.columns, *([_plain(cell) for cell in row] for row in frame.iter_rows())]
    if path.suffix == ".xlsx":
        (sheet,) = openpyxl.load_workbook(path).worksheets
        return [[_plain(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    if path.suffix == ".zst":
        content = pa.input_stream(pa.py_buffer(content), compression="zstd").read()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    head = text.splitlines()[0]
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count)))


def _plain(cell: object) -> str:
    return "" if cell is None else str(cell).removesuffix(" 00:00:00")


def read(path: Path, table: Table) -> tuple[list[Row], int]:
    """Rows with typed values by the names of fields (None if empty, or UNREADABLE), and the number of ragged lines."""
    known = {_squeezed(alias): field.name for field in table.fields for alias in (field.name, *field.aliases)}
    head, *lines = records(path)
    names = [known.get(_squeezed(cell)) for cell in head]
    whole = [line for line in lines if len(line) == len(names)]
    rows = [{name: cell for name, cell in zip(names, line, strict=True) if name} for line in whole]
    return [typed(row, table) for row in rows], len(lines) - len(whole)


@cache
def _squeezed(text: str) -> str:
    return re.sub("[^a-z]", "", text.lower())


def typed(row: Row, table: Table) -> Row:
    """The row's values. No Kemendagri code was ever reused, so a region code is clear without its scheme."""
    result: Row = {"_raw": row}
    for field in table.fields:
        text = row.get(field.name, "").strip().lstrip("'")
        result[field.name] = value(field.kind, field.codes, text) if text else None
    if row.get("programmes"):
        named = set(re.findall("[a-z]+", row["programmes"].lower()))
        result["programmes"] = UNREADABLE if named - set(PROGRAMMES) else row["programmes"]
        result |= {name: name in named and named <= set(PROGRAMMES) for name in PROGRAMMES}
    return result


@cache
def value(kind: Kind, listed: str | None, text: str) -> Any:
    """The value of a cell."""
    try:
        return PARSERS[kind](text, listed)
    except (ValueError, KeyError):
        return UNREADABLE


def _date(text: str) -> date:
    if re.fullmatch(r"\d{5}", text):
        return date(1899, 12, 30) + timedelta(days=int(text))
    for form in ("%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise ValueError(text)


def _month(text: str) -> date:
    if re.fullmatch(r"\d{6}", text):
        return date(int(text[:4]), int(text[4:]), 1)
    if found := re.fullmatch(r"(\d{2})-(\d{4})", text):
        return date(int(found[2]), int(found[1]), 1)
    if found := re.fullmatch(r"(\d{4})-(\d{2})", text):
        return date(int(found[1]), int(found[2]), 1)
    return _date(text).replace(day=1)


def _number(text: str) -> float:
    if re.search(r",\d{2}$", text) or re.fullmatch(r"-?\d{1,3}(\.\d{3})+", text):
        return float(text.replace(".", "").replace(",", "."))
    return float(text.replace(",", ""))


def _flag(text: str) -> bool:
    if text.upper() not in YES + NO:
        raise ValueError(text)
    return text.upper() in YES


def _region(text: str) -> str:
    known: dict[str, str] = {}
    for vintage in ("kemendagri_2020", "kemendagri_2025"):
        known |= dict(codes("regencies").select(vintage, "code").iter_rows())
    return known[text.replace(".", "")]


def _activity(text: str) -> str:
    if not re.fullmatch(r"\d{5}", text) or text[:2] in ("00", "04", "34"):
        raise ValueError(text)
    return text


PARSERS: dict[Kind, Callable[[str, str | None], Any]] = {
    Kind.DATE: lambda text, _: _date(text),
    Kind.MONTH: lambda text, _: _month(text),
    Kind.NUMBER: lambda text, _: _number(text),
    Kind.PERCENT: lambda text, _: float(text),
    Kind.COUNT: lambda text, _: int(_number(text)),
    Kind.FLAG: lambda text, _: _flag(text),
    Kind.CODE: lambda text, listed: aliases(str(listed))[text.upper()],
    Kind.REGION: lambda text, _: _region(text),
    Kind.KBLI: lambda text, _: _activity(text),
    Kind.LIST: lambda text, _: text,
    Kind.IDENTIFIER: lambda text, _: text,
    Kind.NIK: lambda text, _: text,
    Kind.TEXT: lambda text, _: text,
}
