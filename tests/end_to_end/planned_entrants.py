"""Own-account members who enter and stay, by regency of residence, from the plan of the simulator, without files.

Belongs here: the plan in the form of the register. Not here: expectations (`test_season`, `test_outreach_effect`).
"""

import polars as pl

from schemas.registers import TRANSITIONS
from simulator.months import first_day, month_index
from simulator.population.absences import PRESENT, continuing_members, follows_budget, residues_in_state
from simulator.population.history import membership_history
from simulator.population.month_plan import entry_day
from simulator.population.persons import with_identity
from simulator.population.regencies import regencies
from simulator.population.row_plan import RowPlanBuilder

KEY = ["regency", "stratum", "person_number"]


def own_account(month: int, scale: float, seed: int) -> pl.DataFrame:
    """Protected own-account members of the plan, and the regency where they live."""
    builder, history = RowPlanBuilder(), membership_history(month, scale, seed)
    for stratum in ("BPU", "subsidised"):
        for regency in range(regencies().height):
            for entry_month, first, end, recruited in history.strata[stratum].members(month, regency):
                present = residues_in_state(stratum, month, entry_month, PRESENT, by_budget=follows_budget(regency))
                entered = entry_day(entry_month)
                builder.add(regency, stratum, (first, end), present, entry_month=entered, recruited=recruited)
    bounds = zip(history.continuing_from[month], history.strata["PU"].low[month], strict=True)
    for regency, (first, end) in enumerate(bounds):
        builder.add(regency, "PU", (first, end), continuing_members(), membership=1, segment="BPU")
    plan = builder.build([1] * regencies().height, mixed=False)
    persons = plan.persons(pl.int_range(plan.rows, eager=True))
    return with_identity(persons, month, seed).select(*KEY, "membership", region="home_region")


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
    """These persons in the form of the register."""
    stayed, region = pl.col("kind") == "stayed", pl.col("region")
    known = {
        "region_before": pl.when(stayed).then(region),
        "region_now": pl.when(~stayed).then(region),
        "segment_before": pl.when(stayed).then(pl.lit("BPU")),
        "segment_now": pl.when(~stayed).then(pl.lit("BPU")),
    }
    rows = counted.with_columns(value.alias(name) for name, value in known.items())
    missing = [
        pl.lit(None, dtype=of).alias(name) for name, of in TRANSITIONS.storage.items() if name not in rows.columns
    ]
    return rows.with_columns(missing).select(TRANSITIONS.names)
