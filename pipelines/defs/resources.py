"""The resource that assets and sensors use: the storage locations.

Belongs here: how Dagster builds it for each run and tick. Not: the class (`assets/resources`).
"""

import dagster as dg

from assets.resources import Places


@dg.resource(description="landing zone, warehouse and releases, as the environment names them")
def places_from_environment(_: dg.InitResourceContext) -> Places:
    """Resolved for each run."""
    return Places.from_environment()
