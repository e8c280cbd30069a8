"""The extract of people's business credit (KUR): loan contracts, and the truth about the protection of debtors.

Belongs here: rows without errors, and sums over accepted contracts. Not here: who is a debtor (`population.debtors`).
A third of the debtors are members of the scheme; the others live where people live and are not in the enrolments.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from schemas.code_lists import codes
from schemas.extracts.kur_debtors import KUR_DEBTORS
from simulator.months import first_day, first_days
from simulator.population.absences import PRESENT
from simulator.population.month_plan import is_also_own_account
from simulator.population.persons import with_identity
from simulator.population.row_plan import STRATA
from simulator.pseudorandom import choose, random_bits

_NUMBER_SPACE, _NUMBER_STEP = 10**11, 76_543_211
_ACTIVITIES = ("47111", "47721", "56101", "01111", "01134", "03111", "49411", "96111", "14111", "10710")
# Contracts of each scheme, of 10,000 (gorontalo.antaranews.com 204801).
_SCHEMES = {"mikro": 8_400, "super_mikro": 900, "kecil": 600, "khusus": 97, "pmi": 3}
# The lowest amount in IDR, the step between amounts, and the number of amounts.
_AMOUNTS = {
    "mikro": (10_000_000, 5_000_000, 19),
    "super_mikro": (1_000_000, 500_000, 19),
    "kecil": (50_000_000, 25_000_000, 19),
    "khusus": (25_000_000, 25_000_000, 20),
    "pmi": (5_000_000, 5_000_000, 20),
}
_SHORTEST, _LENGTHS = 12, 12  # a contract runs for 12 to 23 months
_SEGMENTS = {STRATA.index("PU"): "PU", STRATA.index("BPU"): "BPU", STRATA.index("subsidised"): "BPU"}
DEBTOR_COLUMNS = ("nik", "stratum", "state", "has_bpu")  # the truth about a debtor


def contract_rows(debtors: pl.DataFrame, month: int, seed: int) -> pl.DataFrame:
    """The typed contracts of these debtors, one to three per debtor, with `DEBTOR_COLUMNS`."""
    persons = with_identity(debtors, month, seed).with_columns(random_bits(pl.col("person"), seed + 8).alias("chance"))
    percent = pl.col("chance") % 100
    contracts = pl.when(percent < 93).then(1).when(percent < 99).then(2).otherwise(3)
    numbered = persons.with_columns(pl.int_ranges(contracts).alias("nth")).explode("nth")
    identified = numbered.with_columns((pl.col("person") * 4 + pl.col("nth")).alias("contract"))
    chance = random_bits(pl.col("contract"), seed + 9)
    started = identified.with_columns(chance.alias("chance"), _start_month(month, chance).alias("start_month"))
    has_bpu = (pl.col("stratum") == STRATA.index("PU")) & is_also_own_account(pl.col("residue"))
    signed_on = first_days(pl.col("start_month")) + pl.duration(days=pl.col("chance") // 3 % 28)
    rows = started.with_columns(_scheme()).with_columns(
        _contract_no(),
        _amount(),
        signed_on.alias("signed_on"),
        choose(_ACTIVITIES, pl.col("chance") // 5).alias("kbli"),
        pl.col("home_region").alias("region"),
        has_bpu.alias("has_bpu"),
    )
    return rows.select("stratum", "state", "has_bpu", *KUR_DEBTORS.names)


def _start_month(month: int, chance: pl.Expr) -> pl.Expr:
    """The contracts of a debtor follow each other without a gap."""
    length = _SHORTEST + chance // 32 % _LENGTHS
    phase = chance // 1024 % length
    return (month + phase) // length * length - phase


def _scheme() -> pl.Expr:
    shares = pl.Series(list(_SCHEMES.values()))
    part = pl.col("chance") // 7 % sum(_SCHEMES.values())
    number = pl.lit(shares.cum_sum() - shares).search_sorted(part, side="right").cast(pl.Int64) - 1
    return choose(list(_SCHEMES), number).alias("scheme")


def _contract_no() -> pl.Expr:
    """Eleven scattered digits of the contract, and three of its first month."""
    scattered = pl.col("contract") * _NUMBER_STEP % _NUMBER_SPACE
    start = (pl.col("start_month") % 1000).cast(pl.String).str.zfill(3)
    return (scattered.cast(pl.String).str.zfill(11) + start).alias("contract_no")


def _amount() -> pl.Expr:
    lowest, step, count = (
        pl.col("scheme").replace_strict({name: amounts[i] for name, amounts in _AMOUNTS.items()}, return_dtype=pl.Int64)
        for i in range(3)
    )
    return (lowest + pl.col("chance") // 64 % count * step).alias("plafond_idr")


@dataclass
class KurTruth:
    """Sums over the accepted contracts. All contracts of a debtor must be in one file."""

    month: int
    sums: Counter[str] = field(default_factory=Counter)

    def add(self, accepted: pl.DataFrame, debtors: pl.DataFrame) -> None:
        """Add the accepted contracts of a file; `debtors` are the true debtors, by NIK."""
        contracts = accepted.join(debtors, on="nik", how="left").with_columns(_is_obliged(self.month).alias("obliged"))
        with_nik = contracts.filter(pl.col("stratum").is_not_null())
        self.sums["contracts"] += contracts.height
        self.sums["contracts_without_nik"] += contracts.height - with_nik.height
        self.sums["obliged_contracts"] += int(with_nik["obliged"].sum())
        debtor = [pl.col("obliged").any(), pl.col("stratum", "state", "has_bpu").first()]
        by_debtor = with_nik.group_by("nik").agg(debtor)
        self.sums.update({name: by_debtor.filter(counted).height for name, counted in _debtor_counts().items()})

    def as_json(self) -> dict[str, Any]:
        """The section `kur` of the ledger."""
        return dict(self.sums)


def _is_obliged(month: int) -> pl.Expr:
    """By scheme and amount, according to the obligations in force at the end of the month."""
    day = first_day(month + 1).isoformat()
    in_force = codes("kur_obligations").filter(
        (pl.col("valid_from") < day) & (pl.col("valid_to").fill_null("9999") >= day)
    )
    above = {row["scheme"]: int(row["above_idr"]) for row in in_force.iter_rows(named=True)}
    limit = pl.col("scheme").replace_strict(above, default=None, return_dtype=pl.Int64)
    return (pl.col("plafond_idr") > limit).fill_null(value=False)


def _debtor_counts() -> dict[str, pl.Expr]:
    segment = pl.col("stratum").replace_strict(_SEGMENTS, default=None, return_dtype=pl.String)
    protected_by = pl.when(pl.col("state") == PRESENT).then(segment).fill_null("none")
    as_pu, as_bpu, protected = protected_by == "PU", (protected_by == "BPU") | pl.col("has_bpu"), protected_by != "none"
    pausing = (pl.col("stratum") == STRATA.index("PU")) & (pl.col("state") != PRESENT)
    obliged = pl.col("obliged")
    return {
        "debtors": pl.lit(value=True),
        "protected_debtors": protected,
        "member_debtors": (pl.col("stratum") != STRATA.index("outsider")) & ~pausing,
        "protected_pu_debtors": as_pu,
        "protected_bpu_debtors": as_bpu,
        "obliged_debtors": obliged,
        "obliged_protected_debtors": obliged & protected,
        "obliged_bpu_debtors": obliged & as_bpu,
        "obliged_protected_otherwise_debtors": obliged & protected & ~as_bpu,
    }
