"""The register of persons: SQL over the month's memberships, checked before it is promoted.

Belongs here: the order of the steps and the checks that the register must pass. The rules themselves are in the SQL and
in the code list `protected_rule`.
"""

from calendar import monthrange
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from assets import query
from assets.errors import MonthRefused
from assets.ingest.duplicates import repeated
from assets.ingest.month import first_day
from assets.provenance import fingerprint
from assets.warehouse import Warehouse
from schemas.registers import MEMBERSHIPS, PERSON_CELLS, PERSONS

HERE = Path(__file__).parent


def month_values(month: str) -> dict[str, query.Parameter]:
    """What SQL may ask about the month: $month, $month_index (year * 12 + month) and $month_end (its last day)."""
    first = first_day(month)
    last = date(first.year, first.month, monthrange(first.year, first.month)[1])
    return {"month": first, "month_index": first.year * 12 + first.month, "month_end": last}


def make_persons(warehouse: Warehouse, month: str, *, force: bool = False) -> dict[str, int]:
    """Make and promote `persons` and `person_cells` of the month; returns their row counts and what was noticed.

    Raises MonthRefused where two persons share a person_id, or persons and cells disagree; nothing is promoted then.
    """
    made_from = fingerprint(warehouse.stage("memberships", month).get("fingerprint", ""))
    stage = warehouse.stage("person_cells", month)
    if stage.get("fingerprint") == made_from and not force:
        return dict(stage["counts"]) | {"reused": 1}
    with (
        warehouse.sql() as con,
        warehouse.candidate("persons", month) as persons,
        warehouse.candidate("person_cells", month) as cells,
    ):
        _prepare(con, warehouse, month)
        noticed = _noticed(con)
        rows = query.write(con, query.sql_text(HERE, "persons"), PERSONS, persons / "part-00000.parquet")
        query.offer_files(con, "persons", [persons / "part-00000.parquet"], PERSONS)
        ordered = f"SELECT * FROM ({query.sql_text(HERE, 'person_cells')}) ORDER BY ALL"
        counted = query.write(con, ordered, PERSON_CELLS, cells / "part-00000.parquet")
        _agree(con, rows, cells / "part-00000.parquet")
        counts = {"persons": rows, "person_cells": counted, **noticed}
        for name, folder in (("persons", persons), ("person_cells", cells)):
            warehouse.promote(name, month, folder, {"fingerprint": made_from, "counts": counts})
    return counts | {"reused": 0}


def _prepare(con: duckdb.DuckDBPyConnection, warehouse: Warehouse, month: str) -> None:
    """The views and working tables the SQL reads, in order."""
    query.offer_files(con, "memberships", warehouse.files("memberships", month), MEMBERSHIPS)
    query.offer_codes(con, "protected_rule", "segments")
    query.offer_frame(con, "ages", _ages())
    values = month_values(month)
    query.define(con, "VIEW", "membership_status", query.sql_text(HERE, "membership_status"), values)
    # what repeated_persons.sql says, in half the time and a fifth of the memory: sorting beats grouping 46 M keys
    people = pl.scan_parquet(warehouse.files("memberships", month)).select("person_id")
    query.offer_frame(con, "repeated_persons", repeated(people).alias("person_id").to_frame())
    query.define(con, "TABLE", "repeated_memberships", query.sql_text(HERE, "repeated_memberships"), values)


def _ages() -> pl.DataFrame:
    """Age in months → age band, so that SQL needs no inequality join."""
    bands = query.typed_codes("age_bands")
    months = bands.select(
        "code", pl.int_ranges(pl.col("from_age") * 12, (pl.col("to_age") + 1) * 12).alias("months_old")
    )
    return months.explode("months_old").rename({"code": "age_band"})


def _noticed(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Persons whose memberships contradict each other; refuses a month in which two persons share an identity."""
    repeated = "FROM memberships JOIN repeated_persons USING (person_id) WHERE identity = 'nik' GROUP BY person_id"
    clashes = f"SELECT count(*) FROM (SELECT person_id {repeated} HAVING min(person_check) < max(person_check))"
    unlike = "min(birth_date) < max(birth_date) OR min(sex) < max(sex)"
    differing = f"SELECT count(*) FROM (SELECT person_id {repeated} HAVING {unlike})"
    shared = int(con.execute(clashes).fetchall()[0][0])
    if shared:
        raise MonthRefused(
            f"{shared} pseudonyms stand for two persons each: the month needs another key; nothing was promoted"
        )
    return {"persons_contradicting": int(con.execute(differing).fetchall()[0][0])}


def _agree(con: duckdb.DuckDBPyConnection, persons: int, cells: Path) -> None:
    """Every person is counted once on each geography basis."""
    path = str(cells).replace("'", "''")
    sums = con.execute(f"SELECT sum(persons) FROM read_parquet('{path}') GROUP BY geography_basis").fetchall()
    if any(int(total) != persons for (total,) in sums):
        raise MonthRefused("persons and their counts by region disagree: nothing was promoted")
