"""The jobs: a month from landing to release, a month from landing to its tables, and the check of the newest month.

Belongs here: which assets a job runs. Not: what starts it (`schedules`, `sensors`).
"""

from collections.abc import Iterable

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from assets.release.editions import Edition

UnresolvedJob = UnresolvedAssetJobDefinition  # Dagster does not export the type of what `define_asset_job` returns
MONTH, TABLES = "month", "tables"


def month_job(editions: Iterable[Edition]) -> UnresolvedJob:
    """Months from landing to a release of each edition."""
    return dg.define_asset_job(
        MONTH,
        selection=dg.AssetSelection.groups("ingest", "registers", "coverage", "release") - _newest_months(editions),
        description="Months from landing to a release of each edition; a backfill of several months is one run and one release. "
        "In the launchpad choose the month and launch. The options of the command (`--status`, `--reason`, `--reason-class`, "
        "`--embargo`, `--accept-incomplete`) are under the release of each edition, `--force` is under each stage.",
    )


def freshness_job(editions: Iterable[Edition]) -> UnresolvedJob:
    """The checks that the newest month is released."""
    return dg.define_asset_job(
        "freshness",
        selection=_newest_months(editions),
        description="Checks that the newest month is released in each edition. Nothing is built.",
    )


tables_job = dg.define_asset_job(
    TABLES,
    selection=dg.AssetSelection.groups("ingest", "registers", "coverage"),
    description="Months from landing to their tables, without a release: of several months only the last one publishes.",
)


def _newest_months(editions: Iterable[Edition]) -> dg.AssetSelection:
    """The checks that run by their own schedule."""
    keys = [dg.AssetCheckKey(dg.AssetKey(edition.asset), "newest_month_is_released") for edition in editions]
    return dg.AssetSelection.checks(*keys)
