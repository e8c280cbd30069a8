"""The assets of the stage registers: persons and their counts, and changes since the month before.

Thin: the work is in `persons`, `transitions` and `prepayments`.
"""

from collections.abc import Iterator

import dagster as dg

from assets import checks
from assets.check_docs import check
from assets.ingest.assets import Rerun
from assets.months_in_run import AssetMonth, Events, run_months
from assets.partitions import MONTHS, ONE_RUN, POOL, dependencies
from assets.registers.inputs import INPUTS
from assets.registers.persons import build_persons
from assets.registers.prepayments import build_prepayments
from assets.registers.transitions import build_transitions
from assets.resources import Locations
from schemas.months import previous
from schemas.registers import (
    ENTRANTS,
    PERSON_ATTRIBUTE_CODES,
    PERSON_CELLS,
    PERSON_STATUS_CODES,
    PERSONS,
    PREPAYMENTS,
    TRANSITIONS,
)
from schemas.tables import Table


def _spec(table: Table) -> dg.AssetSpec:
    return dg.AssetSpec(
        table.name,
        group_name="registers",
        deps=dependencies(INPUTS[table.name]),
        partitions_def=MONTHS,
        kinds={"duckdb", "parquet"},
    )


@dg.multi_asset(
    name="registers",
    pool=POOL,
    backfill_policy=ONE_RUN,
    specs=[_spec(table) for table in (PERSONS, PERSON_STATUS_CODES, PERSON_ATTRIBUTE_CODES, PERSON_CELLS)],
    check_specs=[
        check("one_person_one_id", PERSONS.name),
        check("person_agrees_with_itself", PERSONS.name),
        check("cells_count_every_person", PERSON_CELLS.name),
    ],
)
def registers(context: dg.AssetExecutionContext, config: Rerun, locations: Locations) -> Events:
    """Persons and their counts; the two blocking checks refuse the month before anything is promoted."""
    warehouse = locations.warehouse

    def build(month: str) -> Iterator[AssetMonth]:
        watch = checks.Stopwatch()
        with warehouse.lock(f"registers-{month}"):
            contradicting = build_persons(warehouse, month, force=config.force)["persons_contradicting"]
        agrees = checks.result(
            PERSONS.name,
            "person_agrees_with_itself",
            passed=contradicting == 0,
            severity=checks.WARN,
            metadata={"persons": contradicting},
        )
        results = {
            PERSONS.name: (checks.result(PERSONS.name, "one_person_one_id", passed=True), agrees),
            PERSON_CELLS.name: (checks.result(PERSON_CELLS.name, "cells_count_every_person", passed=True),),
        }
        for table in (PERSONS, PERSON_STATUS_CODES, PERSON_ATTRIBUTE_CODES, PERSON_CELLS):
            yield AssetMonth(
                table.name,
                checks.table_metadata(warehouse, table, month, watch.seconds),
                checks.data_version(warehouse, table, month),
                results.get(table.name, ()),
            )

    blocking = {"one_person_one_id": PERSONS.name, "cells_count_every_person": PERSON_CELLS.name}
    yield from run_months(context, locations, build, needs=["memberships"], blocking=blocking)


@dg.multi_asset(
    name="movements",
    pool=POOL,
    backfill_policy=ONE_RUN,
    specs=[_spec(table) for table in (TRANSITIONS, ENTRANTS)],
    check_specs=[check("month_before_is_there", TRANSITIONS.name)],
)
def movements(context: dg.AssetExecutionContext, config: Rerun, locations: Locations) -> Events:
    """Entries and exits since the previous month; without that month no table is built, and the metadata report it."""
    warehouse = locations.warehouse

    def build(month: str) -> Iterator[AssetMonth]:
        watch = checks.Stopwatch()
        with warehouse.lock(f"transitions-{month}"):
            is_built = bool(build_transitions(warehouse, month, force=config.force))
        reason = f"the table persons of {previous(month)} is not there: run that month, then this one again"
        if not is_built:
            context.log.warning("%s has nothing to compare with: %s", month, reason)
        compared = checks.result(TRANSITIONS.name, "month_before_is_there", passed=is_built, severity=checks.WARN)
        for table in (TRANSITIONS, ENTRANTS):
            yield AssetMonth(
                table.name,
                checks.table_metadata(warehouse, table, month, watch.seconds)
                if is_built
                else {"nothing_built": dg.MetadataValue.text(reason)},
                checks.data_version(warehouse, table, month) if is_built else None,
                (compared,) if table is TRANSITIONS else (),
            )

    yield from run_months(context, locations, build, needs=[PERSONS.name])


@dg.multi_asset(name="prepayments", pool=POOL, backfill_policy=ONE_RUN, specs=[_spec(PREPAYMENTS)])
def prepayments(context: dg.AssetExecutionContext, config: Rerun, locations: Locations) -> Events:
    """Payments of the month that cover later months."""
    warehouse = locations.warehouse

    def build(month: str) -> Iterator[AssetMonth]:
        watch = checks.Stopwatch()
        with warehouse.lock(f"prepayments-{month}"):
            build_prepayments(warehouse, month, force=config.force)
        metadata = checks.table_metadata(warehouse, PREPAYMENTS, month, watch.seconds)
        yield AssetMonth(PREPAYMENTS.name, metadata, checks.data_version(warehouse, PREPAYMENTS, month))

    yield from run_months(context, locations, build, needs=["contributions"])
