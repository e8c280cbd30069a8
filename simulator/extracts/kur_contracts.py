"""People's business credit (KUR): who has loan contracts, which, and the truth about their protection.

Belongs here: the rows of the extract for good contracts, and adding up what the pipeline must find. Does not belong
here: who of the members is a debtor (`plan`), files.
A third of the debtors are members of the scheme; the others live where people live and are nowhere in the enrolments.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from schemas.code_lists import codes
from schemas.extracts.kur_debtors import KUR_DEBTORS
from simulator.months import first_day, first_days
from simulator.population.absences import HERE
from simulator.population.month_plan import is_dual
from simulator.population.persons import with_identity
from simulator.population.row_plan import STREAMS
from simulator.pseudorandom import choose, random_bits

_NUMBER_SPACE, _NUMBER_STEP = 10**11, 76_543_211
_ACTIVITIES = ("47111", "47721", "56101", "01111", "01134", "03111", "49411", "96111", "14111", "10710")
# Of 10,000 contracts: mikro, super mikro, kecil, khusus, PMI (gorontalo.antaranews.com 204801; domain 4.7).
_SCHEMES = (("mikro", 8_400), ("super_mikro", 900), ("kecil", 600), ("khusus", 97), ("pmi", 3))
_AMOUNTS = {  # lowest amount, steps, and how many there are
    "mikro": (10_000_000, 5_000_000, 19), "super_mikro": (1_000_000, 500_000, 19), "kecil": (50_000_000, 25_000_000, 19),
    "khusus": (25_000_000, 25_000_000, 20), "pmi": (5_000_000, 5_000_000, 20),
}  # fmt: skip
_SHORTEST, _MONTHS = 12, 12  # a contract runs 12 to 23 months
_SEGMENTS = {STREAMS.index("PU"): "PU", STREAMS.index("BPU"): "BPU", STREAMS.index("subsidised"): "BPU"}
KNOWN = ("nik", "stream", "state", "has_bpu")  # of a debtor, as the truth has it


def contracts(skeleton: pl.DataFrame, month: int, seed: int) -> pl.DataFrame:
    """The contracts of these debtors, typed, with what is `KNOWN` of the debtor."""
    persons = with_identity(skeleton, month, seed).with_columns(random_bits(pl.col("person"), seed + 8).alias("luck"))
    held = pl.when(pl.col("luck") % 100 < 93).then(1).when(pl.col("luck") % 100 < 99).then(2).otherwise(3)
    rows = persons.with_columns(pl.int_ranges(held).alias("nth")).explode("nth")
    drawn = rows.with_columns((pl.col("person") * 4 + pl.col("nth")).alias("contract"))
    chance = random_bits(pl.col("contract"), seed + 9)
    begun = drawn.with_columns(chance.alias("chance"), _begins(month, chance).alias("begins")).with_columns(_scheme())
    dual = (pl.col("stream") == STREAMS.index("PU")) & is_dual(pl.col("turn"))
    return begun.with_columns(
        _contract_no(), _amount(), _signed_on(), choose(_ACTIVITIES, pl.col("chance") // 5).alias("kbli"),
        pl.col("home_region").alias("region"), dual.alias("has_bpu"),
    ).select("stream", "state", "has_bpu", *KUR_DEBTORS.names)  # fmt: skip


def _begins(month: int, chance: pl.Expr) -> pl.Expr:
    """Contracts follow each other: a debtor has had one before, and will have one after."""
    span = _SHORTEST + chance // 32 % _MONTHS
    phase = chance // 1024 % span
    return (month + phase) // span * span - phase


def _scheme() -> pl.Expr:
    part = pl.col("chance") // 7 % sum(share for _, share in _SCHEMES)
    limits, upto = [], 0
    for _, share in _SCHEMES:
        limits.append(upto)
        upto += share
    number = pl.lit(pl.Series(limits)).search_sorted(part, side="right").cast(pl.Int64) - 1
    return choose([name for name, _ in _SCHEMES], number).alias("scheme")


def _contract_no() -> pl.Expr:
    """Eleven scattered digits of the debtor's contract, and three of the month it began in."""
    scattered = pl.col("contract") * _NUMBER_STEP % _NUMBER_SPACE
    begun = (pl.col("begins") % 1000).cast(pl.String).str.zfill(3)
    return (scattered.cast(pl.String).str.zfill(11) + begun).alias("contract_no")


def _amount() -> pl.Expr:
    parts = [pl.col("scheme").replace_strict({name: amount[i] for name, amount in _AMOUNTS.items()},
                                             return_dtype=pl.Int64) for i in range(3)]  # fmt: skip
    lowest, step, count = parts
    return (lowest + pl.col("chance") // 64 % count * step).alias("plafond_idr")


def _signed_on() -> pl.Expr:
    return (first_days(pl.col("begins")) + pl.duration(days=pl.col("chance") // 3 % 28)).alias("signed_on")


@dataclass
class CreditTruth:
    """Sums over the accepted contracts; the contracts of a debtor stand in one file."""

    month: int
    sums: Counter[str] = field(default_factory=Counter)

    def add(self, accepted: pl.DataFrame, known: pl.DataFrame) -> None:
        """Enter a file's accepted contracts; `known`: the true debtors by NIK."""
        numbered = accepted.join(known, on="nik", how="left")
        self.sums["contracts"] += numbered.height
        self.sums["contracts_without_nik"] += numbered.filter(pl.col("stream").is_null()).height
        obliged = numbered.with_columns(_is_obliged(self.month).alias("obliged")).filter(pl.col("stream").is_not_null())
        self.sums["obliged_contracts"] += int(obliged["obliged"].sum())
        by_debtor = obliged.group_by("nik").agg(pl.col("obliged").any(), pl.col("stream", "state", "has_bpu").first())
        self.sums.update({name: by_debtor.filter(wanted).height for name, wanted in _counted().items()})

    def as_json(self) -> dict[str, Any]:
        """The truth as plain values."""
        return dict(self.sums)


def _is_obliged(month: int) -> pl.Expr:
    """By scheme and amount, as the list of obligations has it at the end of the month."""
    day = first_day(month + 1).isoformat()
    listed = codes("kur_obligations").filter(
        (pl.col("valid_from") < day) & (pl.col("valid_to").fill_null("9999") >= day)
    )
    above = {row["scheme"]: int(row["above_idr"]) for row in listed.iter_rows(named=True)}
    limit = pl.col("scheme").replace_strict(above, default=None, return_dtype=pl.Int64)
    return (pl.col("plafond_idr") > limit).fill_null(value=False)


def _counted() -> dict[str, pl.Expr]:
    segment = pl.col("stream").replace_strict(_SEGMENTS, default=None, return_dtype=pl.String)
    protected_by = pl.when(pl.col("state") == HERE).then(segment).fill_null("none")
    as_pu, as_bpu, protected = protected_by == "PU", (protected_by == "BPU") | pl.col("has_bpu"), protected_by != "none"
    pausing = (pl.col("stream") == STREAMS.index("PU")) & (pl.col("state") != HERE)
    obliged = pl.col("obliged")
    return {
        "debtors": pl.lit(value=True),
        "protected_debtors": protected,
        "member_debtors": (pl.col("stream") != STREAMS.index("outsider")) & ~pausing,
        "protected_pu_debtors": as_pu,
        "protected_bpu_debtors": as_bpu,
        "obliged_debtors": obliged,
        "obliged_protected_debtors": obliged & protected,
        "obliged_bpu_debtors": obliged & as_bpu,
        "obliged_protected_otherwise_debtors": obliged & protected & ~as_bpu,
    }
