"""Build the register of persons from the memberships of the month, and check it before it is promoted.

Belongs here: the order of the steps, and the checks that the register must pass. Not here: who is protected (the SQL and the code
list `protected_rule`).
"""

from pathlib import Path

import polars as pl

from assets.engines.canonical import canonical
from assets.engines.engine import Engine
from assets.errors import MonthRefused
from assets.ingest.duplicates import repeated_keys
from assets.provenance import fingerprint
from assets.registers import person_codes
from assets.warehouse import Warehouse, query
from assets.warehouse.month_build import MonthBuild
from schemas.months import first_day, last_day, month_number
from schemas.registers import MEMBERSHIPS, PERSON_ATTRIBUTE_CODES, PERSON_CELLS, PERSON_STATUS_CODES, PERSONS

HERE = Path(__file__).parent
MEMBERSHIP_STATUS = ("membership_status", HERE)  # the only SQL that decides who is protected; always a view
_TABLES = tuple(table.name for table in (PERSON_STATUS_CODES, PERSON_ATTRIBUTE_CODES, PERSONS, PERSON_CELLS))


def month_values(month: str) -> dict[str, query.Parameter]:
    """The parameters of SQL about the month: $month, $month_index (year * 12 + month) and $month_end (its last day)."""
    first = first_day(month)
    return {"month": first, "month_index": month_number(first), "month_end": last_day(month)}


def build_persons(warehouse: Warehouse, month: str, *, force: bool = False) -> dict[str, int]:
    """Build and promote `persons`, the meaning of its codes and `person_cells`; return row counts and contradictions.

    Raises MonthRefused where two persons share a person_id, or persons and cells disagree; nothing is promoted then.
    """
    input_digest = fingerprint(warehouse.month_metadata("memberships", month).get("fingerprint", ""), code=(__name__,))
    build = MonthBuild(warehouse, month, _TABLES, {"fingerprint": input_digest})
    if known := build.known(force=force):
        return dict(known["counts"]) | {"reused": 1}
    with warehouse.sql() as engine, build.candidates() as candidates:
        _prepare(engine, warehouse, month)
        contradictions = _contradictions(engine)
        for table, listed in (
            (PERSON_STATUS_CODES, person_codes.status_codes()),
            (PERSON_ATTRIBUTE_CODES, person_codes.attribute_codes()),
        ):
            engine.register_frame(table.name, listed)
            dated = listed.select(pl.lit(first_day(month)).alias("month"), pl.all())
            candidates.write_frame(table, canonical(dated, table))
            candidates.describe(table.name, query.origin_metadata(engine, table))
        values = month_values(month)
        counts = {table.name: candidates.write_sql(engine, HERE, table, values) for table in (PERSONS, PERSON_CELLS)}
        _check_cells(engine, counts["persons"])
        counts |= contradictions
        for name in _TABLES:
            candidates.describe(name, {"counts": counts})
    return counts | {"reused": 0}


def _prepare(engine: Engine, warehouse: Warehouse, month: str) -> None:
    """Create the views and working tables that the SQL reads, in order."""
    query.register_months(engine, "memberships", warehouse, MEMBERSHIPS, [month])
    query.register_code_lists(engine, "protected_rule", "segments")
    register_weights(engine)
    values = month_values(month)
    query.create_view(engine, HERE, "membership_status", values)
    if engine.is_remote:
        query.create_table(engine, HERE, "repeated_persons", values)
    else:  # the same result in half the time and a fifth of the memory: sorting 46 M keys is cheaper than grouping them
        people = pl.scan_parquet(warehouse.files("memberships", month)).select("person_id")
        engine.register_frame("repeated_persons", repeated_keys(people).alias("person_id").to_frame())
    query.create_table(engine, HERE, "repeated_memberships", values)


def register_weights(engine: Engine) -> None:
    """Register the weights of the codes of a person: `<column>_weights`, and `ages` (age in months → weight of its band)."""
    for name, frame in person_codes.weights().items():
        engine.register_frame(f"{name}_weights", frame)
    bands = query.typed_code_list("age_bands").join(person_codes.weights()["age_band"], on="code")
    months = pl.int_ranges(pl.col("from_age") * 12, (pl.col("to_age") + 1) * 12, dtype=pl.Int32)
    engine.register_frame("ages", bands.select(months.alias("months_old"), "weight").explode("months_old"))


def _contradictions(engine: Engine) -> dict[str, int]:
    """Count persons whose memberships contradict each other. Raises MonthRefused where two persons share a person_id."""
    repeated = "FROM memberships JOIN repeated_persons USING (person_id) WHERE identity = 'nik' GROUP BY person_id"
    clashes = (
        f"SELECT count(*) AS persons FROM (SELECT person_id {repeated} HAVING min(person_check) < max(person_check))"
    )
    differ = "min(birth_date) < max(birth_date) OR min(sex) < max(sex)"
    differing = f"SELECT count(*) AS persons FROM (SELECT person_id {repeated} HAVING {differ})"
    shared = int(engine.query(clashes).item())
    if shared:
        raise MonthRefused(
            f"{shared} pseudonyms are shared by two persons each: the month needs another key; nothing was promoted",
            check="one_person_one_id",
        )
    return {"persons_contradicting": int(engine.query(differing).item())}


def _check_cells(engine: Engine, persons: int) -> None:
    """Check that every person is counted once on each geography basis. Raises MonthRefused."""
    sums = engine.query("SELECT CAST(sum(persons) AS BIGINT) AS persons FROM person_cells GROUP BY geography_basis")
    if any(total != persons for total in sums["persons"]):
        raise MonthRefused(
            "persons and their counts by region disagree: nothing was promoted", check="cells_count_every_person"
        )
