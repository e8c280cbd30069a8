"""Options that several commands share, and their locations.

Belongs here: options and their help. Not: what a command does.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assets import environment
from assets.errors import CakupanError
from schemas.texts import LANGUAGES

if TYPE_CHECKING:
    from assets.resources import Locations

Month = Annotated[str, typer.Option("--month", help="Reported month, YYYY-MM.")]
Months = Annotated[list[str], typer.Option("--month", help="Reported month, YYYY-MM; repeat for several.")]
Landing = Annotated[
    Path | None, typer.Option(help="Folder of the deliveries. Default: $CAKUPAN_LANDING, data/landing.")
]
WarehouseRoot = Annotated[
    str | None,
    typer.Option(
        metavar="PLACE",
        help="Location of the tables: a folder, or s3://bucket/prefix. Default: $CAKUPAN_WAREHOUSE, data/warehouse.",
    ),
]
Releases = Annotated[
    Path | None, typer.Option(help="Folder of the releases. Default: $CAKUPAN_RELEASES, data/releases.")
]
EditionName = Annotated[
    str, typer.Option("--edition", help="internal, ministry or public; it must be one of $CAKUPAN_EDITIONS.")
]
Language = Annotated[str, typer.Option("--lang", help="Language: en or id. Default: $CAKUPAN_LANG, en.")]
Records = Annotated[bool, typer.Option("--records", help="Print one row below the other.")]
Csv = Annotated[bool, typer.Option("--csv", help="Print CSV, with every digit.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, with every digit.")]
ParquetFile = Annotated[Path | None, typer.Option("--parquet", help="Write a Parquet file.", dir_okay=False)]
XlsxFile = Annotated[Path | None, typer.Option("--xlsx", help="Write an Excel workbook.", dir_okay=False)]
Engine = Annotated[
    str | None, typer.Option(help="What computes the tables: duckdb (default) or spark. Default: $CAKUPAN_ENGINE.")
]
SparkServer = Annotated[
    str | None,
    typer.Option(help="Its address: sc://host:15002. Default: $CAKUPAN_SPARK. Its token: $CAKUPAN_SPARK_TOKEN."),
]


def locations_of(
    landing: Path | None = None,
    warehouse: str | None = None,
    releases: Path | None = None,
    *,
    engine: str | None = None,
    spark: str | None = None,
) -> "Locations":
    """The locations as the command line names them, otherwise the environment.

    Without a name for the releases, a named folder of tables holds them. Raises WarehouseUnusable, EngineRefused.
    """
    from assets.resources import Locations  # imported here, because Dagster takes two seconds to import
    from assets.warehouse.storage.interface import parse_uri

    home, tables = environment.home(), parse_uri(warehouse) if warehouse is not None else None
    default = tables / "releases" if isinstance(tables, Path) else home / "releases"
    named = engine or ("spark" if spark else None)
    locations = Locations(
        landing_folder=str(landing or environment.read(environment.LANDING, str(home / "landing"))),
        warehouse_uri=str(tables or environment.read(environment.WAREHOUSE, str(home / "warehouse"))),
        releases_folder=str(releases or environment.read(environment.RELEASES, str(default))),
        engine=named or environment.read(environment.ENGINE, "duckdb"),
        spark_address=spark or environment.read(environment.SPARK),
        spark_token=environment.read(environment.SPARK_TOKEN),
    )
    locations.warehouse  # noqa: B018  refused now, and not in the middle of a run
    return locations


def language_of(named: str) -> str:
    """The language as the command line names it, otherwise the environment. Raises CakupanError for an unknown one."""
    language = named or environment.read(environment.LANGUAGE, LANGUAGES[0])
    if language not in LANGUAGES:
        raise CakupanError(
            f"{language} is not a language of the product: --lang and ${environment.LANGUAGE} are en or id"
        )
    return language


def edition_folder(releases: Path | None, edition: str) -> Path:
    """The folder of the edition's releases, as the command line names both.

    Raises ReleaseRefused if the edition is unknown or not configured, or the user may not read it.
    """
    from assets.release.editions import find_edition, folder_of

    root = releases or environment.read(environment.RELEASES, str(environment.home() / "releases"))
    return folder_of(Path(root).absolute(), find_edition(edition))
