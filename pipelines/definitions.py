"""The code location named in workspace.yaml: assembly only.

Belongs here: which definitions there are. Not: the definitions (`defs`, `assets`). An import reads no environment and no
data; the environment is read when Dagster loads the definitions.
"""

from collections.abc import Sequence

import dagster as dg

from assets import environment
from assets.coverage import assets as coverage
from assets.ingest import assets as ingest
from assets.plausibility import assets as plausibility
from assets.progress import Progress
from assets.registers import assets as registers
from assets.release.assets import release_asset
from assets.release.editions import Edition, configured_editions
from assets.resources import Locations
from pipelines.defs.alert_sensors import month_alerts, run_failure_alerts
from pipelines.defs.asset_metadata import page
from pipelines.defs.checks import freshness_check, freshness_schedule
from pipelines.defs.code_versions import versioned
from pipelines.defs.jobs import freshness_job, month_job, tables_job
from pipelines.defs.resources import resources
from pipelines.defs.schedules import monthly_schedule
from pipelines.defs.sensors import embargo_sensor, landing_sensor


def build_definitions(
    locations: Locations | None = None,
    progress: Progress | None = None,
    *,
    editions: Sequence[Edition] | None = None,
    is_service: bool = False,
) -> dg.Definitions:
    """Every definition of the code location, with resources and editions of the environment where none are given.

    With `is_service`, schedule and sensors start switched on; otherwise switched off.
    """
    published = configured_editions() if editions is None else editions
    loaded = dg.load_assets_from_modules([ingest, registers, coverage, plausibility])
    assets = [asset for asset in loaded if isinstance(asset, dg.AssetsDefinition)]
    assets += [release_asset(edition) for edition in published]
    month, freshness = month_job(published), freshness_job(published)
    return dg.Definitions(
        assets=dg.map_asset_specs(lambda spec: versioned(page(spec)), assets),
        asset_checks=[freshness_check(edition) for edition in published],
        jobs=[month, tables_job, freshness],
        schedules=[
            monthly_schedule(month, is_on=is_service),
            freshness_schedule(freshness, is_on=is_service),
        ],
        sensors=[
            landing_sensor([month, tables_job], is_on=is_service),
            embargo_sensor(is_on=is_service),
            month_alerts(is_on=is_service),
            run_failure_alerts(is_on=is_service),
        ],
        resources=resources(locations, progress),
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """The code location."""
    return build_definitions(is_service=environment.read(environment.SERVICE) == "1")
