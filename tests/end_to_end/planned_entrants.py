"""Own-account members who enter and stay, by regency of residence, from the simulator's plan: without files.

Belongs here: the plan in the form of the register. Not: any expectation (`test_season`, `test_outreach_effect`).
"""

import polars as pl

from schemas.registers import TRANSITIONS
from simulator.months import first_day, month_index
from simulator.population.absences import HERE, continuing, follows_budget, in_state
from simulator.population.history import movement
from simulator.population.month_plan import entry
from simulator.population.persons import with_identity
from simulator.population.regencies import places
from simulator.population.row_plan import Cells

KEY = ["place", "stream", "idx"]


def own_account(month: int, scale: float, seed: int) -> pl.DataFrame:
    """Protected own-account members of the plan, and where they live."""
    cells, moving = Cells(), movement(month, scale, seed)
    for stream in ("BPU", "subsidised"):
        for place in range(places().height):
            for end, first, last, won in moving.streams[stream].members(month, place):
                here = in_state(stream, month, end, HERE, by_budget=follows_budget(place))
                cells.add(place, stream, (first, last), here, entered=entry(end), won=won)
    for place, (first, last) in enumerate(zip(moving.kept_from[month], moving.streams["PU"].low[month], strict=True)):
        cells.add(place, "PU", (first, last), continuing(), membership=1, segment="BPU")
    plan = cells.plan([1] * places().height, mixed=False)
    skeleton = plan.draw_up(pl.int_range(plan.rows, eager=True))
    return with_identity(skeleton, month, seed).select(*KEY, "membership", region="home_region")


def entries(months: list[str], scale: float, seed: int) -> pl.DataFrame:
    """month, kind (`stayed`: protected the month before), region and persons, of own-account members."""
    parts, before = [], own_account(month_index(months[0]) - 1, scale, seed)
    for month in map(month_index, months):
        now = own_account(month, scale, seed)
        new = now.filter(membership=0).join(before, on=KEY, how="anti").with_columns(kind=pl.lit("entered"))
        both = pl.concat([new, before.with_columns(kind=pl.lit("stayed"))])
        counted = both.group_by("kind", "region").agg(persons=pl.len().cast(pl.Int64))
        parts.append(counted.with_columns(month=pl.lit(first_day(month))))
        before = now
    return pl.concat(parts)


def as_transitions(counted: pl.DataFrame) -> pl.DataFrame:
    """These persons as the register has them."""
    stayed, region = pl.col("kind") == "stayed", pl.col("region")
    known = {
        "region_before": pl.when(stayed).then(region), "region_now": pl.when(~stayed).then(region),
        "segment_before": pl.when(stayed).then(pl.lit("BPU")), "segment_now": pl.when(~stayed).then(pl.lit("BPU")),
    }  # fmt: skip
    rows = counted.with_columns(value.alias(name) for name, value in known.items())
    missing = [
        pl.lit(None, dtype=of).alias(name) for name, of in TRANSITIONS.storage.items() if name not in rows.columns
    ]
    return rows.with_columns(missing).select(TRANSITIONS.names)
