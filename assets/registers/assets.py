"""The assets of the stage registers: persons, their counts, and who came and went. The work: `persons`, `transitions`."""

from collections.abc import Iterator

import dagster as dg

from assets import checks
from assets.advice import check
from assets.ingest.assets import Rerun
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


def _spec(table: Table, *deps: str) -> dg.AssetSpec:
    return dg.AssetSpec(
        table.name,
        group_name="registers",
        deps=deps,
        partitions_def=checks.MONTHS,
        kinds={"duckdb", "parquet"},
    )


@dg.multi_asset(
    name="registers",
    pool=checks.WRITERS,
    specs=[
        _spec(PERSONS, "memberships"),
        _spec(PERSON_STATUS_CODES, "memberships"),
        _spec(PERSON_ATTRIBUTE_CODES, "memberships"),
        _spec(PERSON_CELLS, "persons", "person_status_codes", "person_attribute_codes"),
    ],
    check_specs=[
        check("one_person_one_id", "persons"),
        check("person_agrees_with_itself", "persons"),
        check("cells_count_every_person", "person_cells"),
    ],
)
def registers(
    context: dg.AssetExecutionContext, config: Rerun, locations: Locations
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Persons and their counts; the two blocking checks refuse the month before anything is promoted."""
    month, watch = context.partition_key, checks.Stopwatch()

    def made() -> dict[str, int]:
        with locations.warehouse.lock(f"registers-{month}"):
            return build_persons(locations.warehouse, month, force=config.force)

    broken = {"one_person_one_id": "persons", "cells_count_every_person": "person_cells"}
    counts = yield from checks.attempted(locations.warehouse, made, broken)
    contradicting = counts["persons_contradicting"]
    agrees = dg.AssetCheckResult(
        asset_key="persons",
        check_name="person_agrees_with_itself",
        passed=contradicting == 0,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"persons": contradicting},
    )
    unique = dg.AssetCheckResult(asset_key="persons", check_name="one_person_one_id", passed=True)
    complete = dg.AssetCheckResult(asset_key="person_cells", check_name="cells_count_every_person", passed=True)
    yield dg.MaterializeResult(
        asset_key="persons",
        metadata=checks.table_metadata(locations.warehouse, PERSONS, month, watch.seconds),
        data_version=checks.data_version(locations.warehouse, PERSONS, month),
        check_results=[unique, agrees],
    )
    for table in (PERSON_STATUS_CODES, PERSON_ATTRIBUTE_CODES):
        yield dg.MaterializeResult(
            asset_key=table.name,
            metadata=checks.table_metadata(locations.warehouse, table, month, watch.seconds),
            data_version=checks.data_version(locations.warehouse, table, month),
        )
    yield dg.MaterializeResult(
        asset_key="person_cells",
        metadata=checks.table_metadata(locations.warehouse, PERSON_CELLS, month, watch.seconds),
        data_version=checks.data_version(locations.warehouse, PERSON_CELLS, month),
        check_results=[complete],
    )


@dg.multi_asset(
    name="movements",
    pool=checks.WRITERS,
    specs=[_spec(TRANSITIONS, "persons", "person_status_codes"), _spec(ENTRANTS, "persons", "person_status_codes")],
    check_specs=[check("month_before_is_there", "transitions")],
)
def movements(context: dg.AssetExecutionContext, config: Rerun, locations: Locations) -> Iterator[dg.MaterializeResult]:
    """Who came and who went since the month before; without that month nothing is made, and the metadata says so."""
    month, watch = context.partition_key, checks.Stopwatch()
    with checks.failing_clearly(locations.warehouse), locations.warehouse.lock(f"transitions-{month}"):
        counts = build_transitions(locations.warehouse, month, force=config.force)
    why = f"persons of {previous(month)} are not there: run that month, then this one again"
    if not counts:
        context.log.warning("nothing to compare %s with: %s", month, why)
    compared = dg.AssetCheckResult(
        asset_key="transitions",
        check_name="month_before_is_there",
        passed=bool(counts),
        severity=dg.AssetCheckSeverity.WARN,
    )
    for table in (TRANSITIONS, ENTRANTS):
        made = checks.table_metadata(locations.warehouse, table, month, watch.seconds) if counts else {}
        yield dg.MaterializeResult(
            asset_key=table.name,
            metadata=made or {"nothing_made": why},
            data_version=checks.data_version(locations.warehouse, table, month) if counts else None,
            check_results=[compared] if table is TRANSITIONS else [],
        )


@dg.multi_asset(name="paid_ahead", pool=checks.WRITERS, specs=[_spec(PREPAYMENTS, "contributions")])
def paid_ahead(
    context: dg.AssetExecutionContext, config: Rerun, locations: Locations
) -> Iterator[dg.MaterializeResult]:
    """What later months need of the month's payments."""
    month, watch = context.partition_key, checks.Stopwatch()
    with checks.failing_clearly(locations.warehouse), locations.warehouse.lock(f"prepayments-{month}"):
        build_prepayments(locations.warehouse, month, force=config.force)
    made = checks.table_metadata(locations.warehouse, PREPAYMENTS, month, watch.seconds)
    version = checks.data_version(locations.warehouse, PREPAYMENTS, month)
    yield dg.MaterializeResult(asset_key=PREPAYMENTS.name, metadata=made, data_version=version)
