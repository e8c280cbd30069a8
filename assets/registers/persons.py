"""The register of persons: SQL over the month's memberships, checked before it is promoted.

Belongs here: the order of the steps and the checks that the register must pass. The rules themselves are in the SQL and
in the code list `protected_rule`.
"""

from calendar import monthrange
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from assets import query
from assets.errors import MonthRefused
from assets.ingest.duplicates import repeated
from assets.ingest.month import first_day
from assets.provenance import fingerprint
from assets.registers import numbers
from assets.warehouse import Warehouse
from schemas.registers import MEMBERSHIPS, PERSON_CELLS, PERSONS, PROFILES, STANDINGS

HERE = Path(__file__).parent
_MADE = (STANDINGS, PROFILES, PERSONS, PERSON_CELLS)


def month_values(month: str) -> dict[str, query.Parameter]:
    """What SQL may ask about the month: $month, $month_index (year * 12 + month) and $month_end (its last day)."""
    first = first_day(month)
    last = date(first.year, first.month, monthrange(first.year, first.month)[1])
    return {"month": first, "month_index": first.year * 12 + first.month, "month_end": last}


def make_persons(warehouse: Warehouse, month: str, *, force: bool = False) -> dict[str, int]:
    """Make and promote `persons`, what its numbers mean and `person_cells`; returns row counts and what was noticed.

    Raises MonthRefused where two persons share a person_id, or persons and cells disagree; nothing is promoted then.
    """
    made_from = fingerprint(warehouse.stage("memberships", month).get("fingerprint", ""))
    stage = warehouse.stage("person_cells", month)
    if stage.get("fingerprint") == made_from and not force:
        return dict(stage["counts"]) | {"reused": 1}
    with warehouse.sql() as con, ExitStack() as stack:
        folders = {table.name: stack.enter_context(warehouse.candidate(table.name, month)) for table in _MADE}
        files = {name: folder / "part-00000.parquet" for name, folder in folders.items()}
        _prepare(con, warehouse, month)
        noticed = _noticed(con)
        for table, listed in ((STANDINGS, numbers.standings()), (PROFILES, numbers.profiles())):
            query.offer_frame(con, table.name, listed)
            query.write(
                con, f"SELECT $month AS month, * FROM {table.name}", table, files[table.name], month_values(month)
            )
        rows = query.write(con, query.sql_text(HERE, "persons"), PERSONS, files["persons"])
        query.offer_files(con, "persons", [files["persons"]], PERSONS)
        ordered = f"SELECT * FROM ({query.sql_text(HERE, 'person_cells')}) ORDER BY ALL"
        counted = query.write(con, ordered, PERSON_CELLS, files["person_cells"])
        _agree(con, rows, files["person_cells"])
        counts = {"persons": rows, "person_cells": counted, **noticed}
        for name, folder in folders.items():  # last the one that says that all of them are made
            warehouse.promote(name, month, folder, {"fingerprint": made_from, "counts": counts})
    return counts | {"reused": 0}


def _prepare(con: duckdb.DuckDBPyConnection, warehouse: Warehouse, month: str) -> None:
    """The views and working tables the SQL reads, in order."""
    query.offer_files(con, "memberships", warehouse.files("memberships", month), MEMBERSHIPS)
    query.offer_codes(con, "protected_rule", "segments")
    offer_weights(con)
    values = month_values(month)
    query.define(con, "VIEW", "membership_status", query.sql_text(HERE, "membership_status"), values)
    # what repeated_persons.sql says, in half the time and a fifth of the memory: sorting beats grouping 46 M keys
    people = pl.scan_parquet(warehouse.files("memberships", month)).select("person_id")
    query.offer_frame(con, "repeated_persons", repeated(people).alias("person_id").to_frame())
    query.define(con, "TABLE", "repeated_memberships", query.sql_text(HERE, "repeated_memberships"), values)


def offer_weights(con: duckdb.DuckDBPyConnection) -> None:
    """What the numbers of a person are added up from: `<column>_weights`, and `ages` (age in months → weight of its band)."""
    for name, frame in numbers.weights().items():
        query.offer_frame(con, f"{name}_weights", frame)
    bands = query.typed_codes("age_bands").join(numbers.weights()["age_band"], on="code")
    months = pl.int_ranges(pl.col("from_age") * 12, (pl.col("to_age") + 1) * 12, dtype=pl.Int32)
    query.offer_frame(con, "ages", bands.select(months.alias("months_old"), "weight").explode("months_old"))


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
