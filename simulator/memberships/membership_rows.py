"""What a membership looks like at the end of the month: dates, programmes, wage, payer; typed as the contract has it.

Belongs here: the columns of the extract for good rows. Does not belong here: defects, and how an office writes it down.
"""

import polars as pl

from schemas.code_lists import values
from schemas.extracts.enrolments import ENROLMENTS
from simulator.memberships.coverage_periods import is_segment, of_stream, with_insurance_terms
from simulator.population import employers
from simulator.population.persons import with_identity
from simulator.population.regencies import places, priors, province_codes
from simulator.pseudorandom import choose, random_bits

OWN_PAYERS = ("self",) * 16 + ("group",) * 3 + ("donor",)
_INFORMAL_ACTIVITIES = ("47111", "47721", "56101", "01111", "01134", "03111", "49221", "49411", "96111", "14111")
_OCCUPATIONS = ("9111", "9112", "5221", "8322", "9621", "7531", "6111", "6221", "5120", "4110", "3313", "2341")
# What planting and payments need to know beside the fields.
KEPT = ("row", "place", "stream", "idx", "turn", "state", "chance", "span")


def draw_up(skeleton: pl.DataFrame, month: int, seed: int) -> pl.DataFrame:
    """Good rows, typed, with the columns of the contract, but for the office, and `KEPT`."""
    known = with_identity(skeleton, month, seed).with_columns(
        random_bits(pl.col("person") + pl.col("membership"), seed + 3).alias("chance"),
        pl.lit(_lowest_wages()).gather(pl.col("place")).alias("lowest_wage"),
    )
    hired = _with_employer(with_insurance_terms(known, month, seed), seed)
    columns = [*_programmes(), _activity(), _wage(), _channel(), _basis(seed)]
    known_payer = hired.with_columns(_payer(), choose(_OCCUPATIONS, pl.col("chance") // 7).alias("occupation"))
    fields = [name for name in ENROLMENTS.names if name not in ("programmes", "office_code")]
    return known_payer.with_columns(columns).select(*KEPT, *fields)


def _lowest_wages() -> pl.Series:
    listed = [priors("lowest_wage")[province_codes()[number]] for number in places()["province"]]
    return pl.Series(listed, dtype=pl.Int64)


def _with_employer(rows: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Employer, division and its size, for wage earners."""
    chance = random_bits(pl.col("person") + pl.col("membership"), seed + 5)
    works_at = employers.working_at(chance, pl.col("employers"))
    numbered = rows.with_columns(pl.when(is_segment("PU")).then(works_at).alias("employer"))
    place, employer = pl.col("place"), pl.col("employer")
    return numbered.with_columns(
        employers.number(place, employer, seed).alias("employer_id"),
        pl.when(is_segment("PU")).then(employers.division(employer)).alias("employer_division"),
        pl.when(is_segment("PU")).then(employers.size_class(place, employer, pl.col("employers"))).alias("size_class"),
    )


def _programmes() -> list[pl.Expr]:
    """By size (Perpres 109/2013): work injury and death for all, old age from small employers, pension from medium."""
    larger = is_segment("PU") & pl.col("size_class").is_in(["medium", "large"])
    small = is_segment("PU") & (pl.col("size_class") == "small")
    chosen = (
        pl.when(is_segment("PU"))
        .then(pl.col("chance") % 10 < 4)
        .when(is_segment("BPU"))
        .then(pl.col("chance") % 10 < 2)
    )
    old_age = larger | small | chosen.otherwise(False)
    yes = pl.lit(value=True)
    flags = {"jkk": yes, "jkm": yes, "jht": old_age, "jp": larger, "jkp": larger | small}
    return [flag.fill_null(value=False).alias(name) for name, flag in flags.items()]


def _activity() -> pl.Expr:
    employed = employers.activity(pl.col("place"), pl.col("employer"))
    building = choose(("41011", "41014", "42101", "43211"), pl.col("chance"))
    informal = choose(_INFORMAL_ACTIVITIES, pl.col("chance") // 3)
    formal = pl.when(is_segment("PU")).then(employed).when(is_segment("JAKON")).then(building)
    return formal.when(is_segment("BPU")).then(informal).alias("kbli")


def _wage() -> pl.Expr:
    """Whole thousands; a million at least, so that the thousands marks of every office leave no doubt."""
    chance = pl.col("chance")
    spread = 95 + chance % 50 + pl.when(chance // 50 % 12 == 0).then(chance // 600 % 400).otherwise(0)
    wages = pl.col("lowest_wage") * spread // 100_000 * 1000
    declared = 1_000_000 + chance % 41 * 100_000
    abroad = 5_000_000 + chance % 71 * 100_000
    informal = pl.when(is_segment("BPU")).then(declared).otherwise(abroad)
    stated = pl.when(is_segment("PU", "JAKON")).then(wages).when(chance // 64 % 1000 >= 15).then(informal)
    return stated.alias("wage_idr")


def _payer() -> pl.Expr:
    by_village = pl.col("turn") % 10 == 9
    budget = pl.when(by_village).then(pl.lit("village_fund")).otherwise(pl.lit("regional_government"))
    drawn = pl.when(of_stream("BPU")).then(pl.col("turn")).otherwise(pl.col("chance") // 16)
    own = choose(OWN_PAYERS, drawn)
    informal = pl.when(of_stream("subsidised")).then(budget).otherwise(own)
    employed = pl.when(is_segment("PU", "JAKON")).then(pl.lit("employer"))
    return employed.when(is_segment("PMI")).then(pl.lit("self")).otherwise(informal).alias("payer")


def _channel() -> pl.Expr:
    chance = pl.col("chance") // 11
    employed = choose(("web", "web", "web", "branch"), chance)
    informal = choose(("agent", "agent", "app", "app", "partner", "bank", "branch"), chance)
    return pl.when(is_segment("PU", "JAKON")).then(employed).otherwise(informal).alias("channel")


def _basis(seed: int) -> pl.Expr:
    """Farmers 37 %, fishers 8 % (Ombudsman, December 2024: 1.1 and 0.24 of 2.97 million)."""
    known = list(values("vulnerable_bases"))
    weighted = ["farmer"] * 37 + ["fisher"] * 8 + [known[i % 6 + 2] for i in range(55)]
    subsidised = pl.col("payer").is_in(["regional_government", "village_fund"])
    drawn = choose(weighted, random_bits(pl.col("person"), seed + 6))
    return pl.when(subsidised).then(drawn).alias("vulnerable_basis")
