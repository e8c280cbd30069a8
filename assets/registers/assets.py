"""The assets of the stage registers: persons of the month, and their counts. The work stands in `persons`."""

from collections.abc import Iterator

import dagster as dg

from assets import checks
from assets.ingest.assets import Rerun
from assets.registers.persons import make_persons
from assets.resources import Places
from schemas.registers import PERSON_CELLS, PERSONS


@dg.multi_asset(
    name="registers",
    specs=[
        dg.AssetSpec(
            table.name,
            group_name="registers",
            deps=deps,
            partitions_def=checks.MONTHS,
            kinds={"duckdb", "parquet"},
            owners=["team:cakupan"],
            description=f"{table.about}. Grain: {table.grain}. Person-level tables are never released.",
        )
        for table, deps in ((PERSONS, ["memberships"]), (PERSON_CELLS, ["persons"]))
    ],
    check_specs=[
        dg.AssetCheckSpec(
            "one_person_one_id", asset="persons", blocking=True, description="no two NIK share a person_id"
        ),
        dg.AssetCheckSpec(
            "person_agrees_with_itself",
            asset="persons",
            description="memberships of a person show one birth date and sex",
        ),
        dg.AssetCheckSpec(
            "cells_count_every_person",
            asset="person_cells",
            blocking=True,
            description="both geography bases add up to all persons",
        ),
    ],
)
def registers(
    context: dg.AssetExecutionContext, config: Rerun, places: dg.ResourceParam[Places]
) -> Iterator[dg.MaterializeResult]:
    """Persons and their counts; the two blocking checks refuse the month before anything is promoted."""
    month, watch = context.partition_key, checks.Stopwatch()
    with checks.failing_clearly(places.warehouse), places.warehouse.lock(f"registers-{month}"):
        counts = make_persons(places.warehouse, month, force=config.force)
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
        metadata=checks.table_metadata(places.warehouse, PERSONS, month, watch.seconds),
        check_results=[unique, agrees],
    )
    yield dg.MaterializeResult(
        asset_key="person_cells",
        metadata=checks.table_metadata(places.warehouse, PERSON_CELLS, month, watch.seconds),
        check_results=[complete],
    )
