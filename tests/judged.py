"""Shared by the tests of exports: a release of invented rows, and the readers of `tests/oracles`.

Belongs here: rows that are hard to write down (formulas, quotes, lines, exact floats, withheld counts), the release folder made
of them, running a judge, and the rules of the contract. Not: any expectation.
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import yaml

from assets.csv_escaping import escape_formulas
from assets.release.exports import sdmx
from assets.release.exports.write import write_exports
from schemas import code_lists
from schemas.columns import code_list
from schemas.tables import Field, Kind, Table

ROOT = Path(__file__).resolve().parent.parent
TEXTS = (
    "=1+1",
    "+62",
    "-3",
    "@x",
    "'quoted",
    "''",
    'a "b", c',
    "two\nlines",
    " spaced ",
    "Papua–Jawa ½",
    "0012",
    "1e5",
    "x: y",
)
COUNTS = (0, 10, 2**53 + 1, -7, 45_200_000)
FLOATS = (0.1, 1 / 3, 1e-7, 1e22, 123456.789, 2 / 3, 0.30000000000000004, 5e-324)


def invented(table: Table, rows: int = 16) -> pl.DataFrame:
    """Rows of the table with distinct keys: every code of every list in turn, and every second figure of a row withheld."""
    columns = {field.name: _cells(field, table, rows) for field in table.fields}
    return pl.DataFrame(columns, schema=table.storage).unique(table.key, maintain_order=True).sort(table.key)


def release_of(tables: tuple[Table, ...], folder: Path, frames: dict[str, pl.DataFrame] | None = None) -> Path:
    """A release folder of these tables with its exports; `frames` where the rows are given."""
    for name in ("parquet", "csv", "codes"):
        (folder / name).mkdir(parents=True)
    for table in (table.released() for table in tables):
        frame = (frames or {}).get(table.name)
        frame = invented(table) if frame is None else frame
        frame.write_parquet(folder / "parquet" / f"{table.name}.parquet")
        escape_formulas(frame).write_csv(folder / "csv" / f"{table.name}.csv")
    for name in ("segments", "regencies"):
        code_lists.codes(name).write_csv(folder / "codes" / f"{name}.csv")
    write_exports(folder, tables)
    return folder


def judge(name: str, release: Path, *more: str) -> tuple[dict[str, Any], Path]:
    """The verdict of the reader, and the folder with its tables."""
    out = Path(tempfile.mkdtemp(dir=release.parent))
    command = [
        ROOT / ".venv-oracles" / "bin" / "python",
        ROOT / "tests" / "oracles" / f"{name}.py",
        release,
        out,
        *more,
    ]
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(list(map(str, command)), env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads((out / "verdict.json").read_text()), out


def typed(read: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The texts that a reader returned, in the types of the table, without the guard of spreadsheets."""
    return read.select(_typed(field) for field in table.fields)


def released_again(read: Path, table: Table) -> pl.DataFrame:
    """The tables that `pysdmx_reads` read, with the names and codes of the release."""
    frame = pl.read_parquet(read / f"{table.name}.parquet")
    return frame.select(_out_of_sdmx(field).alias(field.name) for field in table.fields)


def offences(release: Path) -> dict[str, int]:
    """Offending rows of every rule of the contract, by table, column and rule."""
    contract = yaml.safe_load((release / "exports" / "contract.odcs.yaml").read_text(encoding="utf-8"))
    found = {}
    for table in contract["schema"]:
        frame = pl.read_parquet(release / "parquet" / f"{table['name']}.parquet")
        checked = [(None, table["quality"]), *((p["name"], p["quality"]) for p in table["properties"])]
        for column, rules in checked:
            for rule in rules:
                found[f"{table['name']}.{column}: {rule['name']}"] = _broken(frame, table["name"], column, rule)
    return found


def _broken(frame: pl.DataFrame, table: str, column: str | None, rule: dict[str, Any]) -> int:
    if rule["type"] == "sql":
        with duckdb.connect() as con:
            con.register(table, frame.to_arrow())
            return con.execute(rule["query"]).fetchall()[0][0]
    if rule["metric"] == "duplicateValues":
        return int(frame.select(rule["arguments"]["properties"]).is_duplicated().sum())
    if rule["metric"] == "rowCount":
        return int(frame.height <= rule["mustBeGreaterThan"])
    if rule["metric"] == "nullValues":
        return frame[column].null_count()
    return int(frame.filter(pl.col(column).is_in(rule["arguments"]["validValues"]).not_()).height)


def _out_of_sdmx(field: Field) -> pl.Expr:
    """The column with the values of the release, as docs/exports.md describes."""
    cell = pl.col(sdmx.component(field))
    if field.kind is Kind.MONTH:
        return cell + "-01"
    if field.kind is Kind.FLAG:
        return cell.str.to_lowercase()  # pandas writes True
    if field.codes in sdmx.AREAS:
        return pl.when(cell == "ID").then(cell).otherwise(cell.str.strip_prefix("ID"))
    return cell.str.replace_many({"@": ":", "$": "+"}) if field.codes else cell


def _typed(field: Field) -> pl.Expr:
    cell = pl.col(field.name)
    if field.dtype == pl.Boolean():
        return cell.replace_strict({"true": True, "false": False}, return_dtype=pl.Boolean())
    if field.dtype == pl.Date():
        return cell.str.to_date("%Y-%m-%d")
    if field.dtype == pl.String():
        return cell.str.strip_prefix("'")
    return cell.cast(field.dtype)


def _cells(field: Field, table: Table, rows: int) -> list[Any]:
    cells = [value for _, value in zip(range(rows), _values(field), strict=False)]
    if field.name == "conf_status":
        return ["A" if position % 2 else "F" for position in range(rows)]
    keeps = field.name in table.key or field.name in ("availability", "office_code")
    return [value if keeps or position % 4 != 1 else None for position, value in enumerate(cells)]


def _values(field: Field) -> Iterator[Any]:
    """Hard values of the field's kind, without end."""
    position = sum(map(ord, field.name))  # neighbouring columns differ
    codes = code_list(field)["code"].to_list() if field.codes else []
    kinds: dict[Kind, tuple[Any, ...]] = {
        Kind.MONTH: tuple(date(2024, month, 1) for month in range(1, 13)), Kind.COUNT: COUNTS, Kind.NUMBER: FLOATS,
        Kind.FLAG: (True, False), Kind.DATE: (date(2024, 2, 29),),
    }  # fmt: skip
    values = codes or kinds.get(field.kind, TEXTS)
    while True:
        yield values[position % len(values)]
        position += 1
