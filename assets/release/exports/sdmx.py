"""SDMX-CSV 2.0: `exports/sdmx/<table>.csv.gz`, an observation a row, a column a measure (as SDMX 3.0 allows).

Belongs here: how a row becomes an observation. Not: the structure that says what the columns are (`sdmx_structure`).
The key of the table are the dimensions, its numbers the measures, the rest attributes. A measure that is withheld is empty, never
zero: CONF_STATUS says why, and the structure which measures it speaks of. One observation a figure would be ten times the rows.
"""

from datetime import date
from pathlib import Path

import polars as pl

from assets.csv_escaping import escape_formulas
from assets.release.exports.files import frame_of, provisional, write_csv_gz
from schemas.tables import Field, Kind, Table

AGENCY = "CAKUPAN"
VERSION = "1.0"
FOLDER = "exports/sdmx"
AREAS = ("regions", "provinces")  # prefixed, so that no reader takes them for numbers
NOT_IN_IDS = {":": "@", "+": "$"}  # characters that a code of SDMX may not have, and what stands for them
RENAMED = {"month": "TIME_PERIOD", "region_code": "REF_AREA", "province_code": "REF_AREA", "age_band": "AGE"}
MEASURES = (Kind.COUNT, Kind.NUMBER, Kind.PERCENT)


def write(folder: Path, tables: tuple[Table, ...]) -> None:
    """One file a table."""
    (folder / FOLDER).mkdir()
    months = provisional(folder)
    for table in tables:
        rows = observations(frame_of(folder, table), table.released(), months)
        write_csv_gz(folder / FOLDER / f"{table.name}.csv.gz", rows)


def observations(frame: pl.DataFrame, table: Table, months: list[date]) -> pl.DataFrame:
    """The rows as SDMX-CSV 2.0: structure columns, then dimensions, measures and attributes in that order.

    `months` are the provisional ones.
    """
    fixed = {"STRUCTURE": "dataflow", "STRUCTURE_ID": f"{AGENCY}:{table.name.upper()}({VERSION})", "ACTION": "I"}
    columns = [
        _cell(field).alias(component(field)) for field in (*dimensions(table), *measures(table), *attributes(table))
    ]
    literals = [pl.lit(value).alias(name) for name, value in fixed.items()]
    return escape_formulas(frame.select(*literals, *columns, _status(table, months).alias("OBS_STATUS")))


def component(field: Field) -> str:
    """The name of the field in SDMX."""
    return RENAMED.get(field.name, field.name.upper())


def dimensions(table: Table) -> list[Field]:
    """The key, in its order."""
    return [table.field(name) for name in table.key]


def measures(table: Table) -> list[Field]:
    """What is measured: the numbers."""
    return [field for field in table.fields if field.name not in table.key and field.kind in MEASURES]


def attributes(table: Table) -> list[Field]:
    """What is said of an observation: everything that is neither key nor number."""
    return [field for field in table.fields if field.name not in table.key and field.kind not in MEASURES]


def code_id(code: pl.Expr, name: str) -> pl.Expr:
    """The code of the list as an identifier of SDMX."""
    if name in AREAS:
        return pl.when(code == "ID").then(code).otherwise(pl.lit("ID") + code)
    return code.str.replace_many(list(NOT_IN_IDS), list(NOT_IN_IDS.values()))


def _cell(field: Field) -> pl.Expr:
    cell = pl.col(field.name)
    if field.kind is Kind.MONTH:
        return cell.dt.strftime("%Y-%m")
    return code_id(cell, field.codes) if field.codes else cell


def _status(table: Table, months: list[date]) -> pl.Expr:
    """CL_OBS_STATUS: Q, something is withheld; O, the month has nothing of this table; P, provisional; A, normal."""
    absent = pl.col("availability") == "not_available" if "availability" in table.names else pl.lit(value=False)
    withheld = pl.col("conf_status") != "F" if "conf_status" in table.names else pl.lit(value=False)
    states = {"Q": withheld, "O": absent, "P": pl.col("month").is_in(months)}
    return pl.coalesce([*(pl.when(holds).then(pl.lit(code)) for code, holds in states.items()), pl.lit("A")])
