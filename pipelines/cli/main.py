"""The command `cakupan`: everything a person does with the product outside the Dagster UI.

Belongs here: the list of subcommands, exit codes, one clear line for an error. Not: the work of a subcommand. Exit codes: 0
done, 1 refused or failed, 2 wrong usage, 3 the file breaks rules (validate).
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from assets.errors import explained
from pipelines.cli import deliveries
from pipelines.cli import publish as publishing
from pipelines.cli import releases as releasing
from pipelines.cli import run as running
from pipelines.cli import sql as querying
from pipelines.cli.arguments import Landing, Releases, WarehouseRoot, locations_of
from pipelines.cli.printing import err, out, shown_path

HELP = """
Measure the coverage of Indonesia's employment social security.

Put a month of raw extracts in data/landing/YYYY-MM/<extract>/, then: cakupan run --month YYYY-MM
"""
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=HELP)


def main() -> None:
    """Run the command; errors for the user are one line on stderr."""
    try:
        app()
    except Exception as error:  # noqa: BLE001  the text of any error may quote a person's cell
        err.print("[red]error:[/] ", end="")
        err.print(str(explained(error, Path.cwd())), markup=False)
        sys.exit(1)


_FIRST: tuple[Callable[..., None], ...] = (running.run, running.demo, deliveries.simulate, deliveries.manifest)
for command in _FIRST:
    app.command()(command)


@app.command()
def validate(
    file: Annotated[Path, typer.Argument(help="The file an office means to send.", exists=True, dir_okay=False)],
    extract: Annotated[str, typer.Option(help="Which extract it is; see docs/deliveries.md.")] = "enrolments",
    month: Annotated[str | None, typer.Option(help="Month it reports, YYYY-MM. Default: last month.")] = None,
) -> None:
    """Check a file before it is sent: broken rules and row numbers, never a value."""
    from pipelines.cli.validate import print_findings

    if print_findings(file, extract, month):
        raise typer.Exit(3)


@app.command()
def status(landing: Landing = None, warehouse: WarehouseRoot = None, releases: Releases = None) -> None:
    """Show which months have landed, which were run, what is waited for or held, and the current release."""
    from pipelines.cli.status import print_status

    print_status(locations_of(landing, warehouse, releases))


@app.command()
def ui(port: Annotated[int, typer.Option(help="Port on loopback.")] = 3000) -> None:
    """Serve the Dagster UI on loopback, with schedules, sensors and every run of the command."""
    from pipelines.cli.session import child_environment, workspace

    out.print(f"Dagster UI: http://127.0.0.1:{port} (stop with Ctrl-C)")
    arguments = ["dev", "-w", str(workspace()), "-h", "127.0.0.1", "-p", str(port)]
    raise typer.Exit(
        subprocess.call([str(Path(sys.executable).parent / "dagster"), *arguments], env=child_environment())
    )


@app.command()
def serve(port: Annotated[int, typer.Option(help="Port on loopback.")] = 3000) -> None:
    """Serve the UI and run months as they land, until SIGTERM; schedules and sensors are on."""
    from pipelines.cli.serve import serve as run_service

    out.print(
        f"Cakupan: http://127.0.0.1:{port}, watching {shown_path(locations_of().landing)} (stop with Ctrl-C or SIGTERM)"
    )
    raise typer.Exit(run_service(port))


_OTHERS: tuple[Callable[..., None], ...] = (
    querying.sql,
    publishing.publish,
    releasing.releases,
    releasing.diff,
    releasing.rollback,
    releasing.verify,
)
for command in _OTHERS:
    app.command()(command)


if __name__ == "__main__":
    main()
