"""Rows of the enrolments at the end of a month: programmes, wage, payer, employer; typed as in the contract.

Belongs here: the columns of rows without errors. Not here: planted errors (`defects`), the text an office writes (`offices`).
"""

import polars as pl

from schemas.code_lists import values
from schemas.extracts.enrolments import ENROLMENTS
from simulator.memberships.coverage_periods import is_segment, is_stratum, with_coverage_period
from simulator.population import employers
from simulator.population.persons import with_identity
from simulator.population.regencies import priors, province_codes, regencies
from simulator.pseudorandom import choose, random_bits

OWN_PAYERS = ("self",) * 16 + ("group",) * 3 + ("donor",)
_INFORMAL_ACTIVITIES = ("47111", "47721", "56101", "01111", "01134", "03111", "49221", "49411", "96111", "14111")
_OCCUPATIONS = ("9111", "9112", "5221", "8322", "9621", "7531", "6111", "6221", "5120", "4110", "3313", "2341")
# Columns beside the fields, for planted errors and payments.
_HELPER_COLUMNS = ("row", "regency", "stratum", "person_number", "residue", "state", "chance", "period_months")


def membership_rows(persons: pl.DataFrame, month: int, seed: int) -> pl.DataFrame:
    """Typed rows without errors, one per person and membership, with all fields but the office, and helper columns."""
    identified = with_identity(persons, month, seed).with_columns(
        random_bits(pl.col("person") + pl.col("membership"), seed + 3).alias("chance"),
        pl.lit(_lowest_wages()).gather(pl.col("regency")).alias("lowest_wage"),
    )
    employed = _with_employer(with_coverage_period(identified, month, seed), seed)
    paid = employed.with_columns(_payer(), choose(_OCCUPATIONS, pl.col("chance") // 7).alias("occupation"))
    rows = paid.with_columns(*_programmes(), _activity(), _wage(), _channel(), _vulnerable_basis(seed))
    fields = [name for name in ENROLMENTS.names if name not in ("programmes", "office_code")]
    return rows.select(*_HELPER_COLUMNS, *fields)


def _lowest_wages() -> pl.Series:
    wages = [priors("lowest_wage")[province_codes()[number]] for number in regencies()["province"]]
    return pl.Series(wages, dtype=pl.Int64)


def _with_employer(rows: pl.DataFrame, seed: int) -> pl.DataFrame:
    """The rows with employer, division and size of the employer, for wage earners."""
    chance = random_bits(pl.col("person") + pl.col("membership"), seed + 5)
    worker_of = employers.employer_of_worker(chance, pl.col("employers"))
    numbered = rows.with_columns(pl.when(is_segment("PU")).then(worker_of).alias("employer"))
    regency, employer = pl.col("regency"), pl.col("employer")
    size = employers.size_class(regency, employer, pl.col("employers"))
    return numbered.with_columns(
        employers.employer_id(regency, employer, seed).alias("employer_id"),
        pl.when(is_segment("PU")).then(employers.employer_division(employer)).alias("employer_division"),
        pl.when(is_segment("PU")).then(size).alias("size_class"),
    )


def _programmes() -> list[pl.Expr]:
    """By size (Perpres 109/2013): work injury and death for all, old age from small employers, pension from medium."""
    larger = is_segment("PU") & pl.col("size_class").is_in(["medium", "large"])
    small = is_segment("PU") & (pl.col("size_class") == "small")
    tenth = pl.col("chance") % 10
    voluntary = pl.when(is_segment("PU")).then(tenth < 4).when(is_segment("BPU")).then(tenth < 2).otherwise(False)
    yes = pl.lit(value=True)
    flags = {"jkk": yes, "jkm": yes, "jht": larger | small | voluntary, "jp": larger, "jkp": larger | small}
    return [flag.fill_null(value=False).alias(name) for name, flag in flags.items()]


def _activity() -> pl.Expr:
    employed = employers.activity(pl.col("regency"), pl.col("employer"))
    building = choose(("41011", "41014", "42101", "43211"), pl.col("chance"))
    informal = choose(_INFORMAL_ACTIVITIES, pl.col("chance") // 3)
    formal = pl.when(is_segment("PU")).then(employed).when(is_segment("JAKON")).then(building)
    return formal.when(is_segment("BPU")).then(informal).alias("kbli")


def _wage() -> pl.Expr:
    """Whole thousands, at least a million: then no thousands separator of an office is ambiguous."""
    chance = pl.col("chance")
    percent = 95 + chance % 50 + pl.when(chance // 50 % 12 == 0).then(chance // 600 % 400).otherwise(0)
    wages = pl.col("lowest_wage") * percent // 100_000 * 1000
    declared = 1_000_000 + chance % 41 * 100_000
    abroad = 5_000_000 + chance % 71 * 100_000
    informal = pl.when(is_segment("BPU")).then(declared).otherwise(abroad)
    stated = pl.when(is_segment("PU", "JAKON")).then(wages).when(chance // 64 % 1000 >= 15).then(informal)
    return stated.alias("wage_idr")


def _payer() -> pl.Expr:
    is_village_fund = pl.col("residue") % 10 == 9
    budget = pl.when(is_village_fund).then(pl.lit("village_fund")).otherwise(pl.lit("regional_government"))
    drawn = pl.when(is_stratum("BPU")).then(pl.col("residue")).otherwise(pl.col("chance") // 16)
    own = choose(OWN_PAYERS, drawn)
    informal = pl.when(is_stratum("subsidised")).then(budget).otherwise(own)
    employed = pl.when(is_segment("PU", "JAKON")).then(pl.lit("employer"))
    return employed.when(is_segment("PMI")).then(pl.lit("self")).otherwise(informal).alias("payer")


def _channel() -> pl.Expr:
    chance = pl.col("chance") // 11
    employed = choose(("web", "web", "web", "branch"), chance)
    informal = choose(("agent", "agent", "app", "app", "partner", "bank", "branch"), chance)
    return pl.when(is_segment("PU", "JAKON")).then(employed).otherwise(informal).alias("channel")


def _vulnerable_basis(seed: int) -> pl.Expr:
    """Farmers 37 %, fishers 8 % (Ombudsman, December 2024: 1.1 and 0.24 of 2.97 million)."""
    bases = list(values("vulnerable_bases"))
    weighted = ["farmer"] * 37 + ["fisher"] * 8 + [bases[i % 6 + 2] for i in range(55)]
    subsidised = pl.col("payer").is_in(["regional_government", "village_fund"])
    drawn = choose(weighted, random_bits(pl.col("person"), seed + 6))
    return pl.when(subsidised).then(drawn).alias("vulnerable_basis")
