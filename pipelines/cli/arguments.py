"""What several commands take: options named once, and the locations they name.

Belongs here: options and their help. Not: what a command does.
"""

import os
from pathlib import Path
from typing import Annotated

import typer

from assets import resources
from assets.engines import choice
from assets.resources import Locations
from assets.warehouse.storage.interface import parse_uri

Month = Annotated[str, typer.Option("--month", help="Reported month, YYYY-MM.")]
Months = Annotated[list[str], typer.Option("--month", help="Reported month, YYYY-MM; repeat for several.")]
Landing = Annotated[Path | None, typer.Option(help="Where months land. Default: $CAKUPAN_LANDING, data/landing.")]
WarehouseRoot = Annotated[
    str | None,
    typer.Option(
        metavar="PLACE",
        help="Where tables stand: a folder, or s3://bucket/prefix. Default: $CAKUPAN_WAREHOUSE, data/warehouse.",
    ),
]
Releases = Annotated[Path | None, typer.Option(help="Where releases stand. Default: $CAKUPAN_RELEASES, data/releases.")]
Engine = Annotated[
    str | None, typer.Option(help="What computes the tables: duckdb (default) or spark. Default: $CAKUPAN_ENGINE.")
]
SparkServer = Annotated[
    str | None,
    typer.Option(help="Its address: sc://host:15002. Default: $CAKUPAN_SPARK. Its token: $CAKUPAN_SPARK_TOKEN."),
]


def choose_engine(engine: str | None, spark: str | None) -> None:
    """The engine as named on the command line, else by the environment. Raises EngineRefused where it is none."""
    named = engine or ("spark" if spark else None)
    os.environ.update({name: given for name, given in ((choice.ENGINE, named), (choice.SPARK, spark)) if given})
    choice.engine_from_environment()


def locations_of(landing: Path | None, warehouse: str | None, releases: Path | None = None) -> Locations:
    """The locations as named on the command line, else by the environment. Raises WarehouseUnusable."""
    tables = parse_uri(warehouse) if warehouse is not None else None
    if isinstance(tables, Path) and releases is None and resources.RELEASES not in os.environ:
        releases = tables / "releases"
    for variable, place in (
        (resources.LANDING, landing),
        (resources.WAREHOUSE, tables),
        (resources.RELEASES, releases),
    ):
        if place is not None:
            os.environ[variable] = str(place.absolute() if isinstance(place, Path) else place)
    return Locations.from_environment()
