"""Debtors of people's business credit (KUR): members with certain residues, and persons outside the scheme.

Belongs here: the plan of debtors. Not here: their contracts (`extracts.kur_contracts`).
A member keeps the loan while absent or in arrears, and has none after the membership has ended.
"""

import polars as pl

from simulator.apportionment import apportion
from simulator.population.absences import MODULI
from simulator.population.calibration import by_regency, employers_by_regency, national_persons, scaled
from simulator.population.history import membership_history
from simulator.population.month_plan import add_members, unprotected_persons
from simulator.population.regencies import residence_weights
from simulator.population.residues import residue_set
from simulator.population.row_plan import STRATA, RowPlan, RowPlanBuilder

# Debtors of January to July 2022 (gorontalo.antaranews.com 204801), and about how many of them are members.
DEBTORS, _MEMBERS = 4_400_000, 1_520_000
# One in 30 wage earners (some are own-account members too), and one in 16 own-account members.
_RESIDUES = {
    "PU": [residue for residue in range(MODULI["PU"]) if residue % 60 in (4, 40)],
    "BPU": range(5, MODULI["BPU"], 16),
    "subsidised": range(5, MODULI["subsidised"], 16),
}
_IN_GRACE, _OUTSIDE = residue_set(3, [1]), residue_set(1, [0])  # one in three persons in grace, and all outside


def is_debtor(stratum: pl.Expr, residue: pl.Expr) -> pl.Expr:
    """Whether the member has loan contracts; only for the strata in which rows are damaged."""
    return pl.any_horizontal(
        (stratum == STRATA.index(name)) & residue.is_in(list(residues)) for name, residues in _RESIDUES.items()
    )


def plan_debtors(month: int, scale: float, seed: int) -> RowPlan:
    """The plan of all debtors, by regency."""
    builder, history = RowPlanBuilder(), membership_history(month, scale, seed)
    for stratum, residues in _RESIDUES.items():
        add_members(builder, history.strata[stratum], month, residue_set(MODULI[stratum], residues), absent=True)
    _add_others(builder, month, scale)
    return builder.build(employers_by_regency(scale), mixed=False)


def _add_others(builder: RowPlanBuilder, month: int, scale: float) -> None:
    """Add persons in grace, and persons outside the scheme, by where people live."""
    in_grace = by_regency("BPU", unprotected_persons(national_persons(month, scale))["grace"])
    outside = apportion(scaled(DEBTORS - _MEMBERS, scale), residence_weights())
    for regency, (grace, outsiders) in enumerate(zip(in_grace, outside, strict=True)):
        builder.add(regency, "grace", (0, grace), _IN_GRACE, segment="BPU")
        builder.add(regency, "outsider", (0, outsiders), _OUTSIDE, segment="BPU")
