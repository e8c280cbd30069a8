"""Coverage periods of memberships: start, end and the month paid through; projects, contracts and prepaid periods.

Belongs here: `start_date`, `end_date`, `paid_through`, `project_no`, and `period_months`, the months of a period. Not here:
programmes, wages and payers (`membership_rows`).
"""

import polars as pl

from simulator.months import first_day, first_days, month_indices
from simulator.population.absences import ENDED, HISTORY_START, LAPSE_GROUPS, PRESENT
from simulator.population.dormant import FIRST_NUMBER
from simulator.population.member_ranges import PROJECT
from simulator.population.persons import reference_year
from simulator.population.row_plan import STRATA
from simulator.pseudorandom import random_bits

_PMI_MONTHS = 31  # protected before, during and after a contract of 24 months
_PREPAID_MONTHS = (1, 1, 1, 3, 3, 6, 12, 12)  # how many months own-account members pay for at once


def is_segment(*segments: str) -> pl.Expr:
    """Whether a row belongs to one of these segments."""
    return pl.col("segment").is_in(segments) if len(segments) > 1 else pl.col("segment") == segments[0]


def is_stratum(stratum: str) -> pl.Expr:
    """Whether the person of a row belongs to the stratum."""
    return pl.col("stratum") == STRATA.index(stratum)


def is_dormant() -> pl.Expr:
    """Whether the person is one of the dormant members (`population.dormant`); the month of entry is then the first one."""
    return (is_stratum("ended") | is_stratum("lapsed")) & (pl.col("person_number") >= FIRST_NUMBER)


def prepaid_months(number: pl.Expr) -> pl.Expr:
    """The months that an own-account member pays for at once; `number` is the residue if members pay for themselves."""
    return pl.lit(pl.Series(_PREPAID_MONTHS, dtype=pl.Int64)).gather(number % len(_PREPAID_MONTHS))


def with_coverage_period(rows: pl.DataFrame, month: int, seed: int) -> pl.DataFrame:
    """The rows with the columns of this module. The periods of a membership follow each other without a gap."""
    project = pl.col("regency") * 131_072 + pl.col("person_number") // PROJECT
    chance = random_bits(pl.when(is_segment("JAKON")).then(project).otherwise(pl.col("person")), seed + 4)
    # The residue decides for members who pay for themselves, because those who pause must pay month by month.
    prepaid = prepaid_months(pl.when(is_stratum("BPU")).then(pl.col("residue")).otherwise(chance))
    months = pl.when(is_segment("JAKON")).then(3 + chance % 22).when(is_segment("PMI")).then(_PMI_MONTHS)
    drawn = rows.with_columns(chance.alias("period_chance"), months.otherwise(prepaid).alias("period_months"))
    phase = pl.col("period_chance") // 64 % pl.col("period_months")
    period = (month + phase) // pl.col("period_months")
    start = period * pl.col("period_months") - phase
    placed = drawn.with_columns(*_period_since_entry(start, month), period.alias("period"))
    return (
        placed.with_columns(_start_date(month), _project_no(), _paid_through(month))
        .with_columns(_end_date(month))
        .drop("period_chance", "period_start", "period")
    )


def _period_since_entry(start: pl.Expr, month: int) -> list[pl.Expr]:
    """`period_start` and `period_months`: from the month of entry, or by the budget year of the regency."""
    entry, january = month_indices("entry_month").fill_null(0), month // 12 * 12
    by_budget = is_stratum("subsidised") & (pl.col("regency") % 2 == 0)
    returned = pl.col("residue") % LAPSE_GROUPS == month // 12 * 2 % LAPSE_GROUPS
    since_april = returned & (entry < january) & (january > HISTORY_START) & (month >= january + 3)
    budget_start = pl.when(since_april).then(january + 3).otherwise(january)
    first = pl.max_horizontal(pl.when(by_budget).then(budget_start).otherwise(start), entry)
    end = pl.when(by_budget).then(january + 12).otherwise(start + pl.col("period_months"))
    return [first.alias("period_start"), (end - first).alias("period_months")]


def _start_date(month: int) -> pl.Expr:
    """Projects and contracts start on the first of a month; others on any day of the month of entry, or years ago."""
    chance = pl.col("chance") // 8
    of_age = pl.date(pl.col("birth_date").dt.year() + 16, 1, 1)
    years_ago = pl.date(reference_year(month) - 12, 1, 1) + pl.duration(days=chance % (365 * 10))
    before = pl.max_horizontal(years_ago, of_age)
    entered = (
        pl.when(is_dormant())
        .then(pl.min_horizontal("entry_month", before))
        .otherwise(pl.coalesce(pl.col("entry_month") + pl.duration(days=chance % 28), before))
    )
    start = pl.when(is_segment("JAKON", "PMI")).then(first_days(pl.col("period_start"))).otherwise(entered)
    return start.alias("start_date")


def _end_date(month: int) -> pl.Expr:
    this_month = pl.lit(first_day(month))
    chance = pl.when(is_segment("JAKON")).then(pl.col("period_chance")).otherwise(pl.col("chance"))
    earlier = pl.max_horizontal(this_month - pl.duration(days=pl.col("chance") % 300), pl.col("start_date"))
    reported = pl.when(pl.col("state") == ENDED).then(this_month + pl.duration(days=chance % 28))
    agreed = reported.when(is_segment("JAKON", "PMI")).then(
        first_days(pl.col("period_start") + pl.col("period_months"))
    )
    dormant = agreed.when(is_dormant() & is_stratum("ended")).then(
        pl.col("entry_month") + pl.duration(days=chance % 28)
    )
    return dormant.when(is_stratum("ended")).then(earlier).alias("end_date")


def _project_no() -> pl.Expr:
    number = pl.col("regency") * 10**10 + pl.col("person_number") // PROJECT * 10**4 + pl.col("period")
    return pl.when(is_segment("JAKON")).then(number.cast(pl.String).str.zfill(13)).alias("project_no")


def _paid_through(month: int) -> pl.Expr:
    """The last month paid for: wage earners are up to three months in arrears, own-account members up to eleven ahead."""
    chance = pl.col("chance")
    late = pl.when(chance % 100 < 90).then(0).otherwise(1 + chance // 100 % 3)
    dormant = pl.when(is_dormant()).then(month + 1 - month_indices("entry_month"))
    absent = dormant.when(pl.col("state").is_between(PRESENT + 1, 3)).then(pl.col("state"))
    unprotected = absent.when(is_stratum("grace")).then(1 + chance % 3).when(is_stratum("lapsed")).then(4 + chance % 12)
    not_ahead = month + 1 - pl.col("period_start") - pl.col("period_months")
    arrears = unprotected.when(is_segment("PU")).then(late).otherwise(not_ahead)
    return pl.when(is_segment("PU", "BPU")).then(first_days(month - arrears)).alias("paid_through")
