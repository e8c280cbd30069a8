"""The jobs: a month from landing to release, and a month from landing to its tables.

Belongs here: which assets a job runs. Not: what starts it (`schedules`, `sensors`).
"""

import dagster as dg

from assets.checks import MONTHS

_BY_MONTH = (
    dg.PartitionedConfig(  # a run is named by its month, whoever starts it; its config is the assets' own defaults
        MONTHS,
        run_config_for_partition_key_fn=lambda _: {},
        tags_for_partition_key_fn=lambda month: {"month": month},
    )
)
month_job = dg.define_asset_job(
    "month",
    selection=dg.AssetSelection.groups("ingest", "registers", "coverage", "release"),
    description="One month from landing to release. In the launchpad choose the month and launch; what the command takes as "
    "`--status`, `--reason`, `--reason-class`, `--embargo` and `--accept-incomplete` stands under `release`, `--force` under each "
    "stage.",
    config=_BY_MONTH,
)

tables_job = dg.define_asset_job(
    "tables",
    selection=dg.AssetSelection.groups("ingest", "registers", "coverage"),
    description="One month from landing to its tables, not published: of several months only the last publishes.",
    config=_BY_MONTH,
)
