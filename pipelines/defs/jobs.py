"""The jobs: a month from landing to release, and a month from landing to its tables.

Belongs here: which assets a job runs. Not: what starts it (`schedules`, `sensors`).
"""

import dagster as dg

NEWEST = dg.AssetCheckKey(dg.AssetKey("release"), "newest_month_is_released")  # runs by its own schedule
month_job = dg.define_asset_job(
    "month",
    selection=dg.AssetSelection.groups("ingest", "registers", "coverage", "release") - dg.AssetSelection.checks(NEWEST),
    description="Months from landing to release; a backfill of several months is one run and one release. In the launchpad "
    "choose the month and launch. The options of the command (`--status`, `--reason`, `--reason-class`, `--embargo`, "
    "`--accept-incomplete`) are under `release`, `--force` is under each stage.",
)

tables_job = dg.define_asset_job(
    "tables",
    selection=dg.AssetSelection.groups("ingest", "registers", "coverage"),
    description="Months from landing to their tables, without a release: of several months only the last one publishes.",
)
