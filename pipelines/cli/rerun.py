"""Months that run again because an earlier month, which their tables read, was delivered again.

Belongs here: the list of these months in order, and publishing after they are built. Not: how a month runs (`session`).
"""

from collections.abc import Callable

from assets.coverage.dependence import Ingested, later_months
from assets.errors import CakupanError
from assets.resources import Locations
from assets.warehouse import Warehouse
from pipelines.cli.session import run_month


def is_followed(warehouse: Warehouse, months: list[str]) -> bool:
    """Whether the warehouse has later months: they may read these, and one release has all of them."""
    return bool(later_months(warehouse, months))


def run_following(
    locations: Locations, months: list[str], publication: dict[str, object], report: Callable[[str], None]
) -> None:
    """Make the tables of each later month again of which an input has changed, then publish all months.

    A month is looked at once those before it stand: it may read what one of them made. Raises CakupanError where one
    fails; then nothing is published.
    """
    ran = list(months)
    for month in later_months(locations.warehouse, months):
        if not Ingested(locations.warehouse).is_outdated(month):
            continue
        report(f"{month}: reads a new delivery; its tables are built again")
        failure = run_month(locations, month, publish=False).failure
        if failure:
            raise CakupanError(f"{month} reads {', '.join(months)} and could not be made again: {failure}")
        ran.append(month)
    failure = run_month(locations, ran[-1], publication={**publication, "months": ran}).failure
    if failure:
        raise CakupanError(failure)
