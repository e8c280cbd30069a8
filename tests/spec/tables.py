"""Small readable tables for tests: text in, frame out, and back.

Belongs here: the notation of the tests. Not: any expectation.
"""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from assets.engines.engine import Engine
from assets.registers import persons as registers
from assets.registers.persons import month_values
from assets.warehouse import query
from schemas.registers import MEMBERSHIPS
from schemas.tables import Table

MONTH = "2024-12"


def table(text: str, **storage: pl.DataType) -> pl.DataFrame:
    """A table drawn as text: header row, `|` between cells, blank = missing; `storage` names columns that are not text."""
    header, *rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    assert all(len(row) == len(header) for row in rows), "every row has as many cells as the header"
    columns = {
        name: [_value(row[region], storage.get(name, pl.String())) for row in rows]
        for region, name in enumerate(header)
    }
    return pl.DataFrame(columns, schema={name: storage.get(name, pl.String()) for name in header})


def written(frame: pl.DataFrame) -> list[str]:
    """The rows of a frame as a table draws them, in the order of the frame."""
    return [" | ".join("" if cell is None else str(cell) for cell in row).strip() for row in frame.iter_rows()]


def drawn(text: str) -> list[str]:
    """The rows of a drawn table below its header, as `written` gives them."""
    _, *rows = text.strip().splitlines()
    return [" | ".join(cell.strip() for cell in row.split("|")).strip() for row in rows]


def stored(declared: Table, text: str, **defaults: Any) -> pl.DataFrame:
    """Rows in the stored form of a table: drawn cells, else the default of the column, else null."""
    named = {name: dtype for name, dtype in declared.storage.items() if name in text.strip().splitlines()[0]}
    rows = table(text, **named)
    missing = [
        pl.lit(defaults.get(name), dtype=dtype).alias(name)
        for name, dtype in declared.storage.items()
        if name not in rows.columns
    ]
    return rows.with_columns(missing).select(declared.names)


def memberships(text: str) -> pl.DataFrame:
    """Stored memberships: as drawn, and otherwise those of one man of 34 with JKK and JKM who began in 2020."""
    usual = {
        "month": date(2024, 12, 1), "person_check": 7, "identity": "nik", "birth_date": date(1990, 6, 15), "sex": "M",
        "jkk": True, "jkm": True, "jht": False, "jp": False, "jkp": False, "work_region": "3171",
        "home_region": "3201", "home_basis": "declared", "start_date": date(2020, 1, 1),
    }  # fmt: skip
    rows = stored(MEMBERSHIPS, text, **usual)
    numbered = pl.int_range(1, rows.height + 1, dtype=pl.Int64)
    return rows.with_columns(
        pl.coalesce("membership_key", numbered).alias("membership_key"),
        pl.coalesce("person_id", numbered).alias("person_id"),
    )


def registered(engine: Engine, held: pl.DataFrame, folder: Path) -> None:
    """Offer `membership_status` and what `persons` reads, through the SQL of the product."""
    held.write_parquet(folder / "memberships.parquet")
    engine.register_parquet("memberships", [str(folder / "memberships.parquet")], MEMBERSHIPS)
    query.register_code_lists(engine, "protected_rule", "segments")
    registers.register_weights(engine)
    for name in ("membership_status", "repeated_persons", "repeated_memberships"):
        create = query.create_view if name == "membership_status" else query.create_table
        create(engine, registers.HERE, name, month_values(MONTH))


def _value(cell: str, dtype: pl.DataType) -> Any:
    if cell == "":
        return None
    if dtype == pl.Boolean:
        return {"yes": True, "no": False}[cell]
    if dtype == pl.Date:
        return date.fromisoformat(cell if len(cell) == 10 else f"{cell}-01")
    if dtype.is_integer():
        return int(cell.replace("_", ""))
    return float(cell) if dtype.is_float() else cell
