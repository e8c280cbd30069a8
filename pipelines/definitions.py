"""The code location named in workspace.yaml: assembly only.

Nothing is read and no environment is needed at import; places are resolved when a run or tick starts.
"""

import os
from typing import Any

import dagster as dg

from assets.coverage import assets as coverage
from assets.ingest import assets as ingest
from assets.plausibility import assets as plausibility
from assets.registers import assets as registers
from assets.release import assets as release
from assets.resources import SERVICE, Places
from pipelines.asset_pages import page
from pipelines.code_versions import versioned
from pipelines.jobs import embargo_sensor, landing_sensor, month_job, monthly_schedule, tables_job


@dg.resource(description="landing zone, warehouse and releases, as the environment names them")
def places_from_environment(_: dg.InitResourceContext) -> Places:
    """Resolved for each run."""
    return Places.from_environment()


def build_definitions(*, is_service: bool = False, **overrides: Any) -> dg.Definitions:  # noqa: ANN401  any resource
    """Every definition of the code location; a test or the command replaces resources by name.

    In the service schedule and sensor are on until somebody turns them off; elsewhere off until somebody turns them on.
    """
    loaded = dg.load_assets_from_modules([ingest, registers, coverage, plausibility, release])
    resources = {"places": places_from_environment} | overrides
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
