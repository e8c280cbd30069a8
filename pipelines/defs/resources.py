"""The resources of the code location: the storage locations as the environment names them, and progress reporting.

Belongs here: which variable configures which field. Not: the class (`assets/resources`).
"""

import dagster as dg

from assets import environment
from assets.progress import Progress, Silent
from assets.resources import Locations

_FIELDS = {
    "landing_folder": environment.LANDING,
    "warehouse_uri": environment.WAREHOUSE,
    "releases_folder": environment.RELEASES,
    "engine": environment.ENGINE,
    "spark_address": environment.SPARK,
    "spark_token": environment.SPARK_TOKEN,
}


def resources(locations: Locations | None = None, progress: Progress | None = None) -> dict[str, object]:
    """The resources by name; those that are not given are configured by the environment."""
    return {
        "locations": locations or locations_from_environment(),
        "progress": dg.ResourceDefinition.hardcoded_resource(progress or Silent()),
    }


def locations_from_environment() -> Locations:
    """The locations by variable: a variable that is set becomes an EnvVar. The others are folders of CAKUPAN_HOME."""
    home = environment.home()
    folders = {f"{name}_folder": str(home / name) for name in ("landing", "releases")}
    defaults = folders | {"warehouse_uri": str(home / "warehouse")}
    named = {field: dg.EnvVar(variable) for field, variable in _FIELDS.items() if environment.read(variable)}
    return Locations(**(defaults | named))
