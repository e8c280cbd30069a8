"""The code location named in workspace.yaml: assembly only.

Nothing is read and no environment is needed at import; locations are resolved when a run or tick starts.
"""

import os
from typing import Any

import dagster as dg

from assets.coverage import assets as coverage
from assets.ingest import assets as ingest
from assets.plausibility import assets as plausibility
from assets.registers import assets as registers
from assets.release import assets as release
from assets.resources import SERVICE
from pipelines.defs.asset_metadata import page
from pipelines.defs.code_versions import versioned
from pipelines.defs.jobs import month_job, tables_job
from pipelines.defs.resources import locations_from_environment
from pipelines.defs.schedules import monthly_schedule
from pipelines.defs.sensors import embargo_sensor, landing_sensor


def build_definitions(*, is_service: bool = False, **overrides: Any) -> dg.Definitions:  # noqa: ANN401  any resource
    """Every definition of the code location; a test or the command replaces resources by name.

    In the service schedule and sensor are on until somebody turns them off; elsewhere off until somebody turns them on.
    """
    loaded = dg.load_assets_from_modules([ingest, registers, coverage, plausibility, release])
    resources = {"locations": locations_from_environment} | overrides
    made = [asset for asset in loaded if isinstance(asset, dg.AssetsDefinition)]
    return dg.Definitions(
        assets=dg.map_asset_specs(lambda spec: versioned(page(spec)), made),
        jobs=[month_job, tables_job],
        schedules=[monthly_schedule(is_on=is_service)],
        sensors=[landing_sensor(is_on=is_service), embargo_sensor(is_on=is_service)],
        resources=resources,
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """The code location."""
    return build_definitions(is_service=os.environ.get(SERVICE) == "1")
