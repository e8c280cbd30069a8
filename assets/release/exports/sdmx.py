"""SDMX-CSV 2.0: `exports/sdmx/<table>.csv.gz`, one observation per row, one column per measure (as SDMX 3.0 allows).

Belongs here: the conversion of a row to an observation. Not: the structure that describes the columns (`sdmx_structure`).
The key fields of a table are its dimensions, its numbers the measures, and the rest attributes. A withheld measure is empty,
never zero: CONF_STATUS gives the reason, and the structure lists the measures that it applies to. One observation per figure would
need ten times the rows.
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
AREAS = ("regions", "provinces")  # prefixed, because software reads bare codes as numbers
NOT_IN_IDS = {":": "@", "+": "$"}  # characters that SDMX does not allow in a code, and their replacement
RENAMED = {"month": "TIME_PERIOD", "region_code": "REF_AREA", "province_code": "REF_AREA", "age_band": "AGE"}
MEASURES = (Kind.COUNT, Kind.NUMBER, Kind.PERCENT)


def write(folder: Path, tables: tuple[Table, ...]) -> None:
    """Write one file per table."""
    (folder / FOLDER).mkdir()
    months = provisional(folder)
    for table in tables:
        rows = build_observations(frame_of(folder, table), table.released(), months)
        write_csv_gz(folder / FOLDER / f"{table.name}.csv.gz", rows)


def build_observations(frame: pl.DataFrame, table: Table, months: list[date]) -> pl.DataFrame:
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
    """The numeric fields outside the key."""
    return [field for field in table.fields if field.name not in table.key and field.kind in MEASURES]


def attributes(table: Table) -> list[Field]:
    """The fields that are neither key nor number."""
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
    """CL_OBS_STATUS: Q, a measure is withheld; O, the table is not available for the month; P, provisional; A, normal."""
    absent = pl.col("availability") == "not_available" if "availability" in table.names else pl.lit(value=False)
    withheld = pl.col("conf_status") != "F" if "conf_status" in table.names else pl.lit(value=False)
    states = {"Q": withheld, "O": absent, "P": pl.col("month").is_in(months)}
    return pl.coalesce([*(pl.when(applies).then(pl.lit(code)) for code, applies in states.items()), pl.lit("A")])
