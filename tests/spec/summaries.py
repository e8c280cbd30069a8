"""A summary table, built from small drawn tables by the product, from warehouse to warehouse.

Belongs here: setting a warehouse and reading the result. Not: any expectation.
"""

from pathlib import Path

import polars as pl
from surveys import whole
from tables import stored, written

from assets.coverage.summary import Summary, build_summary
from assets.engines.duckdb_engine import DuckDB
from assets.registers import person_codes
from assets.warehouse import Warehouse
from schemas.extracts.catalogue import stored_table
from schemas.extracts.enrolments import ENROLMENTS, PROGRAMMES
from schemas.extracts.workforce import WORKFORCE
from schemas.registers import PERSON_ATTRIBUTE_CODES, PERSON_STATUS_CODES, PERSONS
from schemas.tables import Table

NATION_TOTAL = {
    "geography_basis": "home",
    "geography_level": "nation",
    "region_code": "ID",
    "segment": "all",
    "programme": "any",
    "sex": "all",
    "age_band": "all",
    "denominator_id": "potential",
}
MONTH = "2024-12"


def given(warehouse: Warehouse, table: Table, text: str, month: str = MONTH, **usual: object) -> None:
    """Let the warehouse hold a month of a table: drawn cells, else `usual`, else null; `month` is filled in."""
    given_frame(warehouse, table, stored(table, text, **(_of(month) | usual)), month)


def given_waves(warehouse: Warehouse, *surveys: tuple[str, str], **usual: object) -> None:
    """Store deliveries (month, cells) of the survey; the drawn waves are completed with empty cells."""
    table = stored_table(WORKFORCE)
    frames = [stored(table, text, **(_of(month) | usual)) for month, text in surveys]
    for (month, _), frame in zip(surveys, whole(*frames), strict=True):
        given_frame(warehouse, table, frame, month)


def given_frame(warehouse: Warehouse, table: Table, frame: pl.DataFrame, month: str) -> None:
    """Let the warehouse hold a month of a table."""
    with warehouse.candidate(table.name, month) as candidate:
        frame.write_parquet(candidate / "part-00000.parquet")
        warehouse.promote(table.name, month, candidate, {"fingerprint": f"{table.name}-{month}"})


def _of(month: str) -> dict[str, object]:
    return {"month": pl.Series([f"{month}-01"]).str.to_date()[0]}


PERSON = Table(
    "persons", "persons with codes in place of numbers", "one row per person",
    (
        *PERSONS.fields, *PERSON_STATUS_CODES.fields[2:], *PERSON_ATTRIBUTE_CODES.fields[2:], ENROLMENTS.field("home_region"),
        ENROLMENTS.field("work_region"),
    ),
)  # fmt: skip


def given_persons(warehouse: Warehouse, text: str, month: str = MONTH, **usual: object) -> None:
    """Let the warehouse hold a month of persons, drawn with codes as `given` has them, and what their numbers mean."""
    day = pl.Series([f"{month}-01"]).str.to_date()[0]
    usual = {"month": day, "identity": "nik", **dict.fromkeys([*PROGRAMMES, "is_dual"], False)} | usual
    rows = stored(PERSON, text, **usual).drop("status_code", "attribute_code")
    listed = {PERSON_STATUS_CODES: person_codes.status_codes(), PERSON_ATTRIBUTE_CODES: person_codes.attribute_codes()}
    for frame in listed.values():
        rows = rows.join(frame, on=frame.columns[1:], how="left", nulls_equal=True, maintain_order="left")
    regencies = {
        f"{region}_regency": pl.col(f"{region}_region").cast(pl.Int16).fill_null(0) for region in ("home", "work")
    }
    held = {PERSONS: rows.with_columns(**regencies)} | {
        table: frame.with_columns(pl.lit(day).alias("month")) for table, frame in listed.items()
    }
    for table, frame in held.items():
        with warehouse.candidate(table.name, month) as candidate:
            frame.select(table.names).write_parquet(candidate / "part-00000.parquet")
            warehouse.promote(table.name, month, candidate, {"fingerprint": f"{table.name}-{month}"})


def explained(persons: pl.DataFrame) -> pl.DataFrame:
    """Persons with codes in place of numbers."""
    for frame in (person_codes.status_codes(), person_codes.attribute_codes()):
        persons = persons.join(frame, on=frame.columns[0], how="left", maintain_order="left")
    regions = {
        f"{region}_region": pl.when(pl.col(f"{region}_regency") > 0).then(
            pl.col(f"{region}_regency").cast(pl.String).str.zfill(4)
        )
        for region in ("home", "work")
    }
    return persons.with_columns(**regions)


def build(warehouse: Warehouse, summary: Summary, month: str = MONTH) -> pl.DataFrame:
    """The month of the summary, built from the warehouse."""
    build_summary(warehouse, month, summary, force=True)
    return pl.read_parquet(warehouse.files(summary.table.name, month))


def figures(frame: pl.DataFrame, *columns: str, **where: object) -> list[str]:
    """These columns of the rows that are so, as drawn rows, sorted."""
    rows = frame.filter([pl.col(name) == value for name, value in where.items()] or pl.lit(value=True))
    return written(rows.select(columns).sort(pl.all(), nulls_last=True))


def warehouse(root: Path) -> Warehouse:
    """An empty warehouse."""
    return Warehouse(root, DuckDB(memory_limit="500MB"))
