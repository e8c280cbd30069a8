"""The commands `cakupan run` and `cakupan demo`: months from landing to release.

Belongs here: arguments and what is printed. Not: a run of a month (`session`), later months that read it (`rerun`).
"""

import time
from typing import Annotated

import typer

from assets.errors import CakupanError
from assets.release.editions import configured_editions, folder_of, most_complete_edition
from assets.release.journal import current_release
from assets.release.publication import PublicationOptions
from assets.resources import Locations
from pipelines.cli import releases as releasing
from pipelines.cli.arguments import Engine, Landing, Months, Releases, SparkServer, WarehouseRoot, locations_of
from pipelines.cli.deliveries import check_scale, simulate_months
from pipelines.cli.end_of_run import longest_steps, print_deliveries, print_locations, print_result
from pipelines.cli.printing import Bars, err, out


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

    Later months whose tables read a new delivery are built again automatically. A month whose delivery makes figures wrong
    is held until --reason is given.

    Without --releases, a named folder of tables holds its releases.
    """
    configured_editions()  # a wrong name is refused before anything runs
    declared = PublicationOptions.parse(  # refused before anything runs
        month, status, reason, reason_class, embargo, accept_incomplete=accept_incomplete
    )
    publication: dict[str, object] = {
        "status": declared.status,
        "reason": reason,
        "reason_class": reason_class,
        "embargo": embargo,
        "accept_incomplete": accept_incomplete,
    }
    _run(
        month,
        locations_of(landing, warehouse, releases, engine=engine, spark=spark),
        force=force,
        publication=publication,
    )


def _run(
    months: list[str], locations: Locations, *, force: bool = False, publication: dict[str, object] | None = None
) -> None:
    from pipelines.cli.rerun import is_followed, run_following  # Dagster takes two seconds to import
    from pipelines.cli.session import run_month

    follows = is_followed(locations.warehouse, months)
    for index, month in enumerate(months):
        start, is_last = time.monotonic(), index == len(months) - 1 and not follows
        with Bars() as bars:
            done = run_month(
                locations,
                month,
                bars,
                force=force,
                publish=is_last,
                publication={**(publication or {}), "months": months},
            )
        for warning in done.warnings:
            err.print(f"[yellow]note:[/] {warning}")
        if done.failure:
            if index:  # the months before it are published nevertheless
                run_month(locations, months[index - 1], publication={**(publication or {}), "months": months[:index]})
            raise CakupanError(done.failure)
        end = "release" if is_last else "its tables"
        out.print(f"{month}: from landing to {end} in {time.monotonic() - start:.1f} s", soft_wrap=True)
        if steps := longest_steps(done.seconds):
            out.print(steps, soft_wrap=True)
    if follows:
        run_following(locations, months, publication or {}, lambda line: out.print(line, soft_wrap=True))
    out.print()
    print_deliveries(locations.warehouse, months)
    editions = configured_editions()
    waits = [releasing.waiting(folder_of(locations.releases, edition)) for edition in editions]
    if any(waits):
        out.print("\n".join(filter(None, waits)), soft_wrap=True)
        return
    releases = {edition.name: current_release(folder_of(locations.releases, edition)).folder for edition in editions}
    edition = most_complete_edition()
    print_result(releases[edition.name], edition)
    print_locations(releases, edition, months[-1])


def demo(scale: Annotated[float, typer.Option(help="Size of the nation; 1 is 45.2 million persons.")] = 0.001) -> None:
    """Simulate a small nation of two months and run the main job on it."""
    locations = locations_of()
    months = ["2024-11", "2024-12"]
    check_scale(scale)
    out.print(f"Simulating {' and '.join(months)} at 1 : {1 / scale:,.0f}")
    simulate_months(months, scale, 2024, locations.landing)
    _run(months, locations)
