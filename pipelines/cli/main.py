"""The command `cakupan`: everything a person does with the product outside the Dagster UI.

Belongs here: arguments, exit codes, one clear line on errors. Exit codes: 0 done, 1 refused or failed, 2 wrong usage,
3 the file breaks rules (validate). What it runs, it runs through Dagster (`session`).
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from assets.errors import CakupanError, explained
from assets.ingest.delivery import write_manifest
from assets.release.journal import current_release
from assets.release.publication import PublicationOptions
from assets.resources import Locations
from pipelines.cli import publish as publishing
from pipelines.cli import releases as releasing
from pipelines.cli import sql as querying
from pipelines.cli.arguments import (
    Engine,
    Landing,
    Month,
    Months,
    Releases,
    SparkServer,
    WarehouseRoot,
    locations_of,
)
from pipelines.cli.printing import Bars, err, out, print_headline, print_headlines, print_quality, print_withheld

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="""
Measure the coverage of Indonesia's employment social security.

Put a month of raw extracts in data/landing/YYYY-MM/<extract>/, then: cakupan run --month YYYY-MM
""")  # fmt: skip


def main() -> None:
    """Run the command; errors for the user are one line on stderr."""
    try:
        app()
    except Exception as error:  # noqa: BLE001  the text of any error may quote a person's cell
        err.print("[red]error:[/] ", end="")
        err.print(str(explained(error, Path.cwd())), markup=False)
        sys.exit(1)


@app.command()
def run(
    month: Months,
    landing: Landing = None,
    warehouse: WarehouseRoot = None,
    releases: Releases = None,
    force: Annotated[bool, typer.Option(help="Do the work again even where nothing changed.")] = False,
    status: Annotated[str, typer.Option(help="Declare the months final or corrected; needs --reason.")] = "",
    reason: Annotated[
        str,
        typer.Option(help="Why published figures change, or why a held month is right; it is published with them."),
    ] = "",
    reason_class: Annotated[str, typer.Option(help="R new data, C error, M method, G geography. Default: found.")] = "",
    embargo: Annotated[str, typer.Option(help='Not public before, with zone: "2025-01-15 09:00 Asia/Jakarta".')] = "",
    accept_incomplete: Annotated[
        bool,
        typer.Option("--accept-incomplete", help="Publish though files were refused or are missing; needs --reason."),
    ] = False,
    engine: Engine = None,
    spark: SparkServer = None,
) -> None:
    """Run months from landing to release, in the order given; the last one publishes them all.

    Later months whose tables read what was delivered anew are made again by themselves. A month whose delivery makes
    figures wrong is held until somebody gives --reason.

    Without --releases, a named folder of tables holds its releases.
    """
    declared = PublicationOptions.parse(  # refused before anything runs
        month, status, reason, reason_class, embargo, accept_incomplete=accept_incomplete
    )
    said: dict[str, object] = {
        "status": declared.status,
        "reason": reason,
        "reason_class": reason_class,
        "embargo": embargo,
        "accept_incomplete": accept_incomplete,
    }
    _run(month, locations_of(landing, warehouse, releases, engine=engine, spark=spark), force=force, said=said)


def _run(
    months: list[str], locations: Locations, *, force: bool = False, said: dict[str, object] | None = None
) -> None:
    from pipelines.cli.rerun import is_followed, run_following  # Dagster takes two seconds to import
    from pipelines.cli.session import run_month

    follows = is_followed(locations.warehouse, months)
    for place, month in enumerate(months):
        start, is_last = time.monotonic(), place == len(months) - 1 and not follows
        with Bars() as bars:
            done = run_month(
                locations, month, bars, force=force, publish=is_last, said={**(said or {}), "months": months}
            )
        for warning in done.warnings:
            err.print(f"[yellow]note:[/] {warning}")
        if done.failure:
            if place:  # what was made before it is published all the same
                run_month(locations, months[place - 1], said={**(said or {}), "months": months[:place]})
            raise CakupanError(done.failure)
        took = " · ".join(f"{asset} {seconds:.1f}" for asset, seconds in done.seconds.items())
        end = "release" if is_last else "its tables"
        out.print(f"{month}: from landing to {end} in {time.monotonic() - start:.1f} s ({took})\n")
        print_quality(locations.warehouse, month)
    if follows:
        run_following(locations, months, said or {}, lambda line: out.print(line, soft_wrap=True))
    if waits := releasing.waiting(locations.releases):
        out.print(waits, soft_wrap=True)
        return
    release = current_release(locations.releases).folder
    out.print()
    print_headline(release)
    print_headlines(release)
    print_withheld(release)
    out.print(f'Release: {_shown(release)}   SQL: {_command()} sql "select …"   UI: {_command()} ui')
    out.print(f"Quarantine, restricted: {_shown(locations.warehouse.storage.table_location('quarantine'))}")


@app.command()
def demo(scale: Annotated[float, typer.Option(help="Size of the nation; 1 is 45.2 million persons.")] = 0.001) -> None:
    """Make a small synthetic nation of two months and run the main job on it."""
    locations = locations_of()
    for month in ("2024-11", "2024-12"):
        _simulate(month, scale, 2024, locations.landing)
    _run(["2024-11", "2024-12"], locations)


@app.command()
def simulate(
    month: Month,
    scale: Annotated[float, typer.Option(help="Size of the nation, from 0.0001 to 1 (45.2 million persons).")] = 0.001,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = 2024,
    landing: Landing = None,
) -> None:
    """Write the landing folder of a synthetic nation, with planted defects counted in a ledger beside it."""
    folder = _simulate(month, scale, seed, locations_of(landing, None).landing)
    out.print(f"{folder} and its ledger {folder.name}.ledger.json")


def _simulate(month: str, scale: float, seed: int, landing: Path) -> Path:
    from simulator import simulate as make

    if not 0.0001 <= scale <= 1:
        raise CakupanError("--scale is between 0.0001 and 1")
    with Bars() as bars:
        return make(landing, month, scale, seed, lambda done, total: bars.show(f"simulating {month}", done, total))


@app.command()
def manifest(
    folder: Annotated[Path, typer.Argument(help="A month's folder, landing/YYYY-MM.", exists=True, file_okay=False)],
) -> None:
    """Vouch for a delivery: write manifest.json when every file of the month is there."""
    if not re.fullmatch(r"\d{4}-\d{2}", folder.resolve().name):
        raise CakupanError(f"{folder} is no month's folder: name it YYYY-MM")
    path = write_manifest(folder, folder.resolve().name, synthetic=False)
    out.print(f"{path} vouches for the files of {folder.resolve().name}")


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
    """Which months have landed, which stand in the warehouse, what is released."""
    from pipelines.cli.status import print_status

    print_status(locations_of(landing, warehouse, releases))


app.command()(querying.sql)
app.command()(publishing.publish)


@app.command()
def ui(port: Annotated[int, typer.Option(help="Port on loopback.")] = 3000) -> None:
    """The Dagster UI on loopback, with schedule, sensor and every run the command made."""
    from pipelines.cli.session import child_environment, workspace

    out.print(f"Dagster UI: http://127.0.0.1:{port} (stop with Ctrl-C)")
    arguments = ["dev", "-w", str(workspace()), "-h", "127.0.0.1", "-p", str(port)]
    raise typer.Exit(
        subprocess.call([str(Path(sys.executable).parent / "dagster"), *arguments], env=child_environment())
    )


@app.command()
def serve(port: Annotated[int, typer.Option(help="Port on loopback.")] = 3000) -> None:
    """Serve the UI and run months as they land, until SIGTERM; schedule and sensor are on."""
    from pipelines.cli.serve import serve as run_service

    out.print(
        f"Cakupan: http://127.0.0.1:{port}, watching {_shown(locations_of().landing)} (stop with Ctrl-C or SIGTERM)"
    )
    raise typer.Exit(run_service(port))


for command in (releasing.releases, releasing.diff, releasing.rollback, releasing.verify):
    app.command()(command)


def _shown(place: Path | str) -> str:
    near = isinstance(place, Path) and place.is_relative_to(Path.cwd())
    return os.path.relpath(place) if near else str(place)


def _command() -> str:
    found = Path(sys.argv[0])
    return _shown(found.absolute()) if found.name == "cakupan" else "cakupan"


if __name__ == "__main__":
    main()
