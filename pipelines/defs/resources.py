"""The resource that assets and sensors use: the storage locations.

Belongs here: how Dagster builds it for each run and tick. Not: the class (`assets/resources`).
"""

import dagster as dg

from assets.resources import Locations


@dg.resource(description="landing zone, warehouse and releases, as the environment names them")
def locations_from_environment(_: dg.InitResourceContext) -> Locations:
    """Resolved for each run."""
    return Locations.from_environment()
