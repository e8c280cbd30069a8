"""The command `cakupan sql`: a query over the current release.

Belongs here: its arguments and what it prints. Nothing is changed.
"""

from typing import Annotated

import duckdb
import typer
from rich.table import Table as Grid

from assets.errors import CakupanError
from assets.release.journal import current_release
from pipelines.cli.arguments import EditionName, Releases, edition_folder
from pipelines.cli.printing import out


def sql(
    query: Annotated[str, typer.Argument(help="For example: select * from coverage limit 5")],
    edition: EditionName = "public",
    releases: Releases = None,
    csv: Annotated[bool, typer.Option(help="Print CSV instead of a table.")] = False,
) -> None:
    """Ask the current release of an edition; read-only, no access to other files."""
    release = current_release(edition_folder(releases, edition))
    try:
        with duckdb.connect(release.database, read_only=True) as con:
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
