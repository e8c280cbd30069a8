"""A release in a database: asking the one in its folder, loading it into PostgreSQL.

Belongs here: the two commands. Not: how a release is loaded (`assets.release.postgresql`).
"""

import time
from typing import Annotated

import duckdb
import typer
from rich.table import Table as Grid

from assets.errors import CakupanError
from assets.release.database import NAME
from assets.release.switch import current
from assets.release.verify import problems
from pipelines import releasing
from pipelines.arguments import Releases, places_of
from pipelines.printing import Bars, out


def sql(
    query: Annotated[str, typer.Argument(help="For example: select * from coverage limit 5")],
    releases: Releases = None,
    csv: Annotated[bool, typer.Option(help="Print CSV instead of a table.")] = False,
) -> None:
    """Ask the current release; read-only, no access to other files."""
    release = current(places_of(None, None, releases).releases)
    try:
        with duckdb.connect(release / NAME, read_only=True) as con:
            con.execute("SET enable_external_access = false")
            con.execute("SET lock_configuration = true")
            frame = con.sql(query).pl()
    except duckdb.Error as error:
        raise CakupanError(str(error).splitlines()[0]) from None
    if csv:
        typer.echo(frame.write_csv(), nl=False)
    else:
        _print_frame(
            frame.columns,
            [[str(cell) if cell is not None else "" for cell in row] for row in frame.head(200).rows()],
            frame.height,
        )


def _print_frame(columns: list[str], rows: list[list[str]], height: int) -> None:
    grid = Grid(*columns)
    for row in rows:
        grid.add_row(*row)
    out.print(grid)
    if height > len(rows):
        out.print(f"… {height - len(rows)} more rows; --csv prints all")


def publish(
    url: Annotated[
        str,
        typer.Argument(
            envvar="CAKUPAN_POSTGRESQL",
            show_envvar=False,
            help="postgresql://user@host:5432/database, or $CAKUPAN_POSTGRESQL. A password belongs in ~/.pgpass.",
        ),
    ],
    release: Annotated[str, typer.Option(help="Which release; default: the current one.")] = "",
    schema: Annotated[
        str, typer.Option(help="Schema that the release takes; nothing else may stand in it.")
    ] = "cakupan",
    role: Annotated[
        str, typer.Option(help="Role that may read it; made, without login, if missing.")
    ] = "cakupan_reader",
    releases: Releases = None,
) -> None:
    """Load a release into PostgreSQL, in one transaction: readers see the old one or the new one."""
    try:
        from assets.release.postgresql.address import address
        from assets.release.postgresql.loading import load
    except ModuleNotFoundError:
        raise CakupanError("PostgreSQL needs its driver: pip install 'cakupan[postgresql]'") from None
    to, start = address(url), time.monotonic()
    folder = releasing.folder_of(places_of(None, None, releases).releases, release)
    found = problems(folder)
    if found:
        raise CakupanError(f"{folder.name} is not as it was published: {'; '.join(found[:3])}; restore it from a copy")
    with Bars() as bars:
        loaded = load(folder, to, schema=schema, reader=role, progress=bars)
    size = f"{len(loaded.rows)} tables, {sum(loaded.rows.values()):,} rows in {time.monotonic() - start:.1f} s"
    out.print(f"{loaded.release_id}: {size}; in {to.shown}, schema {schema}, for role {role}", markup=False)
