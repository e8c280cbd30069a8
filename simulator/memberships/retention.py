"""The true retention: how many of the entrants of a month are protected some months later.

Belongs here: cohorts by segment and payer at entry, counted from the member ranges. Not here: flows (`flows`).
"""

from simulator.memberships.membership_rows import OWN_PAYERS
from simulator.months import month_text
from simulator.population.absences import (
    HISTORY_START,
    MODULI,
    PRESENT,
    all_residues,
    continuing_members,
    follows_budget,
    residues_in_state,
)
from simulator.population.history import MembershipHistory, membership_history
from simulator.population.residues import ResidueSet, intersection, residue_set
from simulator.population.row_plan import SEGMENT_OF

LONGEST = 24  # months after entry


def _residues_by_payer(stratum: str) -> dict[str, ResidueSet]:
    modulus = MODULI[stratum]
    if stratum == "BPU":
        payers = [OWN_PAYERS[residue % len(OWN_PAYERS)] for residue in range(modulus)]
    elif stratum == "subsidised":
        payers = ["village_fund" if residue % 10 == 9 else "regional_government" for residue in range(modulus)]
    else:
        return {"self" if stratum == "PMI" else "employer": all_residues(stratum)}
    return {
        payer: residue_set(modulus, (residue for residue in range(modulus) if payers[residue] == payer))
        for payer in sorted(set(payers))
    }


def true_retention(month: int, scale: float, seed: int) -> list[dict[str, object]]:
    """One entry per cohort, segment and payer with entrants: cohorts of the last 24 months, from 2024-01 on."""
    if month <= HISTORY_START:
        return []
    history = membership_history(month, scale, seed)
    cohorts: list[dict[str, object]] = []
    for cohort in range(max(HISTORY_START + 1, month - LONGEST), month + 1):
        for stratum in history.strata:
            for payer, residues in _residues_by_payer(stratum).items():
                entrants, retained = _count_cohort(history, stratum, cohort, month, residues)
                if entrants:
                    cohorts.append(
                        {
                            "cohort_month": month_text(cohort),
                            "segment": SEGMENT_OF[stratum],
                            "payer": payer,
                            "months_since_entry": month - cohort,
                            "entrants": entrants,
                            "retained": retained,
                        }
                    )
    return cohorts


def _count_cohort(
    history: MembershipHistory, stratum: str, cohort: int, month: int, residues: ResidueSet
) -> tuple[int, int]:
    ranges = history.strata[stratum]
    entrants = retained = 0
    for regency, (first, end) in enumerate(zip(ranges.high[cohort - 1], ranges.high[cohort], strict=True)):
        if first == end:
            continue
        entrants += residues.count(first, end, regency)
        present = residues_in_state(stratum, month, cohort, PRESENT, by_budget=follows_budget(regency))
        low = ranges.low[month][regency]
        retained += intersection(present, residues).count(max(first, low), end, regency)
        if stratum == "PU":
            continuing = max(first, history.continuing_from[month][regency])
            retained += continuing_members().count(continuing, min(end, low), regency)
    return entrants, retained
