"""Taking one group of a month's files ahead, as an operation of Dagster: a run of its own for each group.

Thin on purpose: the work stands in `groups` and `taken`. It is no asset: what it leaves is gone once the month stands. Such runs
take no lock and are in no pool: any number may work at once, on as many machines as see the same landing zone, warehouse and
folder of taken files.
"""

import os

import dagster as dg
from pydantic import Field

from assets import checks
from assets.errors import CakupanError
from assets.ingest.groups import take_group
from assets.ingest.pulse import beating
from assets.resources import GROUPS, Places

MOST_GROUPS = 99
DEFAULT_GROUPS = 4


def _divided() -> int:
    said = os.environ.get(GROUPS) or str(DEFAULT_GROUPS)
    if said.isdecimal() and 1 <= int(said) <= MOST_GROUPS:
        return int(said)
    raise CakupanError(f"{GROUPS} is a whole number from 1 to {MOST_GROUPS}: how many groups a month is divided into")


DIVIDED = _divided()
NAMES = tuple(f"G{number:02d}" for number in range(1, MOST_GROUPS + 1))
PARTITIONS = dg.MultiPartitionsDefinition(
    {"month": checks.MONTHS, "group": dg.StaticPartitionsDefinition(list(NAMES[:DIVIDED]))}
)


class Division(dg.Config):
    """Into how many groups the month is divided."""

    of: int = Field(
        default=DIVIDED, description="Into how many groups the month is divided. Default: $CAKUPAN_GROUPS, 4."
    )


@dg.op(
    description="Files of a month, taken ahead by a group: read, judged and kept until the month's run adopts them. A month does "
    "without; it then reads every file itself. What is kept is person-level, as the warehouse is.",
    out=dg.Out(dg.Nothing),
)
def take_files(context: dg.OpExecutionContext, config: Division, places: dg.ResourceParam[Places]) -> None:
    """Take the group that the run's tags name."""
    month, group = (context.run.tags[f"dagster/partition/{name}"] for name in ("month", "group"))
    watch = checks.Stopwatch()
    with checks.failing_clearly(places.warehouse), beating(places.place_to_take(), context.run_id):
        delivery, number = places.delivery(month), NAMES.index(group)
        if number >= config.of:
            raise CakupanError(f"there is no group {group}: the month is divided into {config.of}")
        volume = take_group(delivery, places.warehouse, places.key(delivery), places.place_to_take(), number, config.of)
    context.add_output_metadata({**vars(volume), "seconds": round(watch.seconds, 3)})
