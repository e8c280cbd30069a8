"""What a membership looks like at the end of the month: dates, programmes, wage, payer; typed as the contract has it.

Belongs here: the columns of the extract for good rows. Does not belong here: defects, and how an office writes it down.
"""

import polars as pl

from pipelines.simulator import businesses
from pipelines.simulator.draws import first_day, index_of, noise, one_of
from pipelines.simulator.persons import reference_year, with_identity
from pipelines.simulator.places import places, priors, province_codes
from pipelines.simulator.plan import STREAMS
from pipelines.simulator.turns import BASE, BATCHES, ENDED, HERE
from pipelines.simulator.windows import PROJECT
from schemas.codelists import values
from schemas.enrolments import ENROLMENTS

_PMI_MONTHS = 31  # protected before, during and after a contract of 24 months
_PAID_FOR = (1, 1, 1, 3, 3, 6, 12, 12)  # months an own-account worker pays for at once
OWN_PAYERS = ("self",) * 16 + ("group",) * 3 + ("donor",)
_INFORMAL_ACTIVITIES = ("47111", "47721", "56101", "01111", "01134", "03111", "49221", "49411", "96111", "14111")
_OCCUPATIONS = ("9111", "9112", "5221", "8322", "9621", "7531", "6111", "6221", "5120", "4110", "3313", "2341")
# What planting and payments need to know beside the fields.
KEPT = ("row", "place", "stream", "idx", "turn", "state", "chance", "span")


def draw_up(skeleton: pl.DataFrame, month: int, seed: int) -> pl.DataFrame:
    """Good rows, typed, with the columns of the contract, but for the office, and `KEPT`."""
    known = with_identity(skeleton, month, seed).with_columns(
        noise(pl.col("person") + pl.col("membership"), seed + 3).alias("chance"),
        pl.lit(_lowest_wages()).gather(pl.col("place")).alias("lowest_wage"),
    )
    hired = _with_employer(_with_insurance_terms(known, month, seed), seed)
    columns = [*_programmes(), _activity(), _wage(), _channel(), _basis(seed)]
    known_payer = hired.with_columns(_payer(), one_of(_OCCUPATIONS, pl.col("chance") // 7).alias("occupation"))
    fields = [name for name in ENROLMENTS.names if name not in ("programmes", "office_code")]
    return known_payer.with_columns(columns).select(*KEPT, *fields)


def _is(*segments: str) -> pl.Expr:
    return pl.col("segment").is_in(segments) if len(segments) > 1 else pl.col("segment") == segments[0]


def _lowest_wages() -> pl.Series:
    listed = [priors("lowest_wage")[province_codes()[number]] for number in places()["province"]]
    return pl.Series(listed, dtype=pl.Int64)


def _with_insurance_terms(rows: pl.DataFrame, month: int, seed: int) -> pl.DataFrame:
    """start_date, end_date, paid_through. Projects, contracts and prepaid periods follow each other without a gap."""
    project = pl.col("place") * 131_072 + pl.col("idx") // PROJECT
    chance = noise(pl.when(_is("JAKON")).then(project).otherwise(pl.col("person")), seed + 4)
    # Of members by themselves the turn decides: whoever pauses (`turns`) pays month by month.
    drawn = pl.when(_of("BPU")).then(pl.col("turn")).otherwise(chance)
    paid_for = pl.lit(pl.Series(_PAID_FOR, dtype=pl.Int64)).gather(drawn % len(_PAID_FOR))
    span = pl.when(_is("JAKON")).then(3 + chance % 22).when(_is("PMI")).then(_PMI_MONTHS).otherwise(paid_for)
    termed = rows.with_columns(chance.alias("term_chance"), span.alias("span"))
    term = (month + pl.col("term_chance") // 64 % pl.col("span")) // pl.col("span")
    begins = term * pl.col("span") - pl.col("term_chance") // 64 % pl.col("span")
    dated = termed.with_columns(*_since_entry(begins, month), term.alias("term"))
    return (
        dated.with_columns(_start(month), _project_no(), _paid_through(month))
        .with_columns(_end(month))
        .drop("term_chance", "begins", "term")
    )


def _of(stream: str) -> pl.Expr:
    return pl.col("stream") == STREAMS.index(stream)


def _since_entry(begins: pl.Expr, month: int) -> list[pl.Expr]:
    """`begins` and `span` of the term: from the month of entry on, or as the budget year of the place has it."""
    entered, january = index_of("entered").fill_null(0), month // 12 * 12
    following = begins + pl.col("span")
    budgeted = _of("subsidised") & (pl.col("place") % 2 == 0)
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
    term_begins = first_day(pl.col("begins"))
    return pl.when(_is("JAKON", "PMI")).then(term_begins).otherwise(pl.coalesce(recently, joined)).alias("start_date")


def _end(month: int) -> pl.Expr:
    ended = pl.max_horizontal(first_day(pl.lit(month)) - pl.duration(days=pl.col("chance") % 300), pl.col("start_date"))
    following = first_day(pl.col("begins") + pl.col("span"))
    within = pl.when(_is("JAKON")).then(pl.col("term_chance")).otherwise(pl.col("chance")) % 28
    this_month = first_day(pl.lit(month)) + pl.duration(days=within)
    reported = pl.when(pl.col("state") == ENDED).then(this_month)
    return reported.when(_is("JAKON", "PMI")).then(following).when(_of("ended")).then(ended).alias("end_date")


def _project_no() -> pl.Expr:
    number = pl.col("place") * 10**10 + pl.col("idx") // PROJECT * 10**4 + pl.col("term")
    return pl.when(_is("JAKON")).then(number.cast(pl.String).str.zfill(13)).alias("project_no")


def _paid_through(month: int) -> pl.Expr:
    """Months paid for: wage earners up to three in arrears, own-account workers up to eleven ahead."""
    chance = pl.col("chance")
    late = pl.when(chance % 100 < 90).then(0).otherwise(1 + chance // 100 % 3)
    arrears = (
        pl.when(pl.col("state").is_between(HERE + 1, 3)).then(pl.col("state"))
        .when(_of("grace")).then(1 + chance % 3)
        .when(_of("lapsed")).then(4 + chance % 12)
        .when(_is("PU")).then(late)
        .otherwise(month + 1 - pl.col("begins") - pl.col("span"))
    )  # fmt: skip
    return pl.when(_is("PU", "BPU")).then(first_day(month - arrears)).alias("paid_through")


def _with_employer(rows: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Employer, division and its size, for wage earners."""
    chance = noise(pl.col("person") + pl.col("membership"), seed + 5)
    works_at = businesses.working_at(chance, pl.col("employers"))
    numbered = rows.with_columns(pl.when(_is("PU")).then(works_at).alias("employer"))
    place, employer = pl.col("place"), pl.col("employer")
    return numbered.with_columns(
        businesses.number(place, employer, seed).alias("employer_id"),
        pl.when(_is("PU")).then(businesses.division(employer)).alias("employer_division"),
        pl.when(_is("PU")).then(businesses.size_class(place, employer, pl.col("employers"))).alias("size_class"),
    )


def _programmes() -> list[pl.Expr]:
    """By size (Perpres 109/2013): work injury and death for all, old age from small employers, pension from medium."""
    larger = _is("PU") & pl.col("size_class").is_in(["medium", "large"])
    small = _is("PU") & (pl.col("size_class") == "small")
    chosen = pl.when(_is("PU")).then(pl.col("chance") % 10 < 4).when(_is("BPU")).then(pl.col("chance") % 10 < 2)
    old_age = larger | small | chosen.otherwise(False)
    yes = pl.lit(value=True)
    flags = {"jkk": yes, "jkm": yes, "jht": old_age, "jp": larger, "jkp": larger | small}
    return [flag.fill_null(value=False).alias(name) for name, flag in flags.items()]


def _activity() -> pl.Expr:
    employed = businesses.activity(pl.col("place"), pl.col("employer"))
    building = one_of(("41011", "41014", "42101", "43211"), pl.col("chance"))
    informal = one_of(_INFORMAL_ACTIVITIES, pl.col("chance") // 3)
    formal = pl.when(_is("PU")).then(employed).when(_is("JAKON")).then(building)
    return formal.when(_is("BPU")).then(informal).alias("kbli")


def _wage() -> pl.Expr:
    """Whole thousands; a million at least, so that the thousands marks of every office leave no doubt."""
    chance = pl.col("chance")
    spread = 95 + chance % 50 + pl.when(chance // 50 % 12 == 0).then(chance // 600 % 400).otherwise(0)
    wages = pl.col("lowest_wage") * spread // 100_000 * 1000
    declared = 1_000_000 + chance % 41 * 100_000
    abroad = 5_000_000 + chance % 71 * 100_000
    informal = pl.when(_is("BPU")).then(declared).otherwise(abroad)
    stated = pl.when(_is("PU", "JAKON")).then(wages).when(chance // 64 % 1000 >= 15).then(informal)
    return stated.alias("wage_idr")


def _payer() -> pl.Expr:
    by_village = pl.col("turn") % 10 == 9
    budget = pl.when(by_village).then(pl.lit("village_fund")).otherwise(pl.lit("regional_government"))
    drawn = pl.when(_of("BPU")).then(pl.col("turn")).otherwise(pl.col("chance") // 16)
    own = one_of(OWN_PAYERS, drawn)
    informal = pl.when(_of("subsidised")).then(budget).otherwise(own)
    employed = pl.when(_is("PU", "JAKON")).then(pl.lit("employer"))
    return employed.when(_is("PMI")).then(pl.lit("self")).otherwise(informal).alias("payer")


def _channel() -> pl.Expr:
    chance = pl.col("chance") // 11
    employed = one_of(("web", "web", "web", "branch"), chance)
    informal = one_of(("agent", "agent", "app", "app", "partner", "bank", "branch"), chance)
    return pl.when(_is("PU", "JAKON")).then(employed).otherwise(informal).alias("channel")


def _basis(seed: int) -> pl.Expr:
    """Farmers 37 %, fishers 8 % (Ombudsman, December 2024: 1.1 and 0.24 of 2.97 million)."""
    known = list(values("vulnerable_bases"))
    weighted = ["farmer"] * 37 + ["fisher"] * 8 + [known[i % 6 + 2] for i in range(55)]
    subsidised = pl.col("payer").is_in(["regional_government", "village_fund"])
    drawn = one_of(weighted, noise(pl.col("person"), seed + 6))
    return pl.when(subsidised).then(drawn).alias("vulnerable_basis")
