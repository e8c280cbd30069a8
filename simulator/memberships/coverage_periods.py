"""For how long a membership holds: from when, until when, paid through which month; projects, contracts, prepaid periods.

Belongs here: `start_date`, `end_date`, `paid_through`, `project_no`, and `span`, months of a period. Does not belong here: what
a membership costs or offers (`memberships`).
"""

import polars as pl

from simulator.months import first_days, month_indices
from simulator.population.absences import BASE, BATCHES, ENDED, HERE
from simulator.population.member_ranges import PROJECT
from simulator.population.persons import reference_year
from simulator.population.row_plan import STREAMS
from simulator.pseudorandom import random_bits

_PMI_MONTHS = 31  # protected before, during and after a contract of 24 months
_PAID_FOR = (1, 1, 1, 3, 3, 6, 12, 12)  # months an own-account worker pays for at once


def is_segment(*segments: str) -> pl.Expr:
    """Rows of these segments."""
    return pl.col("segment").is_in(segments) if len(segments) > 1 else pl.col("segment") == segments[0]


def months_at_once(drawn: pl.Expr) -> pl.Expr:
    """How many months an own-account member pays for at once; of members by themselves `drawn` is the turn."""
    return pl.lit(pl.Series(_PAID_FOR, dtype=pl.Int64)).gather(drawn % len(_PAID_FOR))


def with_insurance_terms(rows: pl.DataFrame, month: int, seed: int) -> pl.DataFrame:
    """start_date, end_date, paid_through. Projects, contracts and prepaid periods follow each other without a gap."""
    project = pl.col("place") * 131_072 + pl.col("idx") // PROJECT
    chance = random_bits(pl.when(is_segment("JAKON")).then(project).otherwise(pl.col("person")), seed + 4)
    # Of members by themselves the turn decides: whoever pauses (`turns`) pays month by month.
    drawn = pl.when(of_stream("BPU")).then(pl.col("turn")).otherwise(chance)
    own = months_at_once(drawn)
    span = pl.when(is_segment("JAKON")).then(3 + chance % 22).when(is_segment("PMI")).then(_PMI_MONTHS).otherwise(own)
    termed = rows.with_columns(chance.alias("term_chance"), span.alias("span"))
    term = (month + pl.col("term_chance") // 64 % pl.col("span")) // pl.col("span")
    begins = term * pl.col("span") - pl.col("term_chance") // 64 % pl.col("span")
    dated = termed.with_columns(*_since_entry(begins, month), term.alias("term"))
    return (
        dated.with_columns(_start(month), _project_no(), _paid_through(month))
        .with_columns(_end(month))
        .drop("term_chance", "begins", "term")
    )


def of_stream(stream: str) -> pl.Expr:
    """Rows of persons of the stream."""
    return pl.col("stream") == STREAMS.index(stream)


def _since_entry(begins: pl.Expr, month: int) -> list[pl.Expr]:
    """`begins` and `span` of the term: from the month of entry on, or as the budget year of the place has it."""
    entered, january = month_indices("entered").fill_null(0), month // 12 * 12
    following = begins + pl.col("span")
    budgeted = of_stream("subsidised") & (pl.col("place") % 2 == 0)
    returned = pl.col("turn") % BATCHES == month // 12 * 2 % BATCHES
    april = returned & (entered < january) & (january > BASE) & (month >= january + 3)
    first = pl.when(budgeted).then(pl.when(april).then(january + 3).otherwise(january)).otherwise(begins)
    last = pl.when(budgeted).then(january + 12).otherwise(following)
    since = pl.max_horizontal(first, entered)
    return [since.alias("begins"), (last - since).alias("span")]


def _start(month: int) -> pl.Expr:
    """Terms begin on the first of a month; others on any day: of the month they entered, or of the years before."""
    year = reference_year(month)
    of_age = pl.date(pl.col("birth_date").dt.year() + 16, 1, 1)
    long_ago = pl.date(year - 12, 1, 1) + pl.duration(days=pl.col("chance") // 8 % (365 * 10))
    joined = pl.max_horizontal(long_ago, of_age)
    recently = pl.col("entered") + pl.duration(days=pl.col("chance") // 8 % 28)
    term_begins = first_days(pl.col("begins"))
    return (
        pl.when(is_segment("JAKON", "PMI"))
        .then(term_begins)
        .otherwise(pl.coalesce(recently, joined))
        .alias("start_date")
    )


def _end(month: int) -> pl.Expr:
    ended = pl.max_horizontal(
        first_days(pl.lit(month)) - pl.duration(days=pl.col("chance") % 300), pl.col("start_date")
    )
    following = first_days(pl.col("begins") + pl.col("span"))
    within = pl.when(is_segment("JAKON")).then(pl.col("term_chance")).otherwise(pl.col("chance")) % 28
    this_month = first_days(pl.lit(month)) + pl.duration(days=within)
    reported = pl.when(pl.col("state") == ENDED).then(this_month)
    return (
        reported.when(is_segment("JAKON", "PMI")).then(following).when(of_stream("ended")).then(ended).alias("end_date")
    )


def _project_no() -> pl.Expr:
    number = pl.col("place") * 10**10 + pl.col("idx") // PROJECT * 10**4 + pl.col("term")
    return pl.when(is_segment("JAKON")).then(number.cast(pl.String).str.zfill(13)).alias("project_no")


def _paid_through(month: int) -> pl.Expr:
    """Months paid for: wage earners up to three in arrears, own-account workers up to eleven ahead."""
    chance = pl.col("chance")
    late = pl.when(chance % 100 < 90).then(0).otherwise(1 + chance // 100 % 3)
    arrears = (
        pl.when(pl.col("state").is_between(HERE + 1, 3)).then(pl.col("state"))
        .when(of_stream("grace")).then(1 + chance % 3)
        .when(of_stream("lapsed")).then(4 + chance % 12)
        .when(is_segment("PU")).then(late)
        .otherwise(month + 1 - pl.col("begins") - pl.col("span"))
    )  # fmt: skip
    return pl.when(is_segment("PU", "BPU")).then(first_days(month - arrears)).alias("paid_through")
