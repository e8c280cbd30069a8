"""The code location named in workspace.yaml: assembly only.

Belongs here: which definitions there are. Not: the definitions (`defs`, `assets`). An import reads no environment and no
data; the environment is read when Dagster loads the definitions.
"""

import dagster as dg

from assets import environment
from assets.coverage import assets as coverage
from assets.ingest import assets as ingest
from assets.plausibility import assets as plausibility
from assets.progress import Progress
from assets.registers import assets as registers
from assets.release import assets as release
from assets.resources import Locations
from pipelines.defs.alert_sensors import month_alerts, run_failure_alerts
from pipelines.defs.asset_metadata import page
from pipelines.defs.checks import freshness_job, freshness_schedule, newest_month_is_released
from pipelines.defs.code_versions import versioned
from pipelines.defs.jobs import month_job, tables_job
from pipelines.defs.resources import resources
from pipelines.defs.schedules import monthly_schedule
from pipelines.defs.sensors import embargo_sensor, landing_sensor


def build_definitions(
    locations: Locations | None = None, progress: Progress | None = None, *, is_service: bool = False
) -> dg.Definitions:
    """Every definition of the code location, with the resources of the environment where none is given.

    With `is_service`, schedule and sensors start switched on; otherwise switched off.
    """
    loaded = dg.load_assets_from_modules([ingest, registers, coverage, plausibility, release])
    assets = [asset for asset in loaded if isinstance(asset, dg.AssetsDefinition)]
    return dg.Definitions(
        assets=dg.map_asset_specs(lambda spec: versioned(page(spec)), assets),
        asset_checks=[newest_month_is_released],
        jobs=[month_job, tables_job, freshness_job],
        schedules=[monthly_schedule(is_on=is_service), freshness_schedule(is_on=is_service)],
        sensors=[
            landing_sensor(is_on=is_service),
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
