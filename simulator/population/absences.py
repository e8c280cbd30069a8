"""Pauses, lapses, departures and moves: which persons of a stratum are absent in a month, as sets of residues.

Belongs here: the sets. Not here: counting them (`residues`), which numbers are members at all (`member_ranges`).
"""

from functools import cache

from simulator.months import month_index
from simulator.population.calibration import HISTORY_BEGINS
from simulator.population.residues import ResidueSet, residue_set

HISTORY_START = month_index(HISTORY_BEGINS)  # until this month no person enters, leaves, pauses or moves
MODULI = {"PU": 300, "JAKON": 320, "BPU": 320, "PMI": 320, "subsidised": 480}
PRESENT, ENDED, GONE = 0, 8, 9  # states of a person; 1 to 3: absent for so many months
LAPSE_GROUPS = 12  # of the persons subsidised in a budget year, two groups of twelve lapse, one of them for good
_FIRST_PAUSING, _END_PAUSING = 10, 100  # residues of wage earners who pause; they have one membership each
_WAGE_EARNER_INTERVAL, _OWN_ACCOUNT_INTERVAL = 30, 40  # months between the pauses of a person


def follows_budget(regency: int) -> bool:
    """Whether the subsidies of the regency are paid for the budget year and lapse with it."""
    return regency % 2 == 0


@cache
def states_by_residue(stratum: str, month: int, entry_month: int, *, by_budget: bool) -> tuple[int, ...]:
    """The state of each residue in the month, for persons who entered in `entry_month`."""
    residues = range(MODULI[stratum])
    if stratum == "subsidised" and by_budget:
        return tuple(_budget_state(residue, month, entry_month) for residue in residues)
    pauses = [(out, month + 1 - out) for out in (1, 2) if max(HISTORY_START, entry_month) < month + 1 - out]
    return tuple(
        next((out for out, start in pauses if _starts_pause(stratum, residue, start)), PRESENT) for residue in residues
    )


def _starts_pause(stratum: str, residue: int, month: int) -> bool:
    """Whether a pause of two months starts. Own-account workers pause only if they pay month by month."""
    if stratum == "BPU":
        return residue % 8 < 3 and residue // 8 == month % _OWN_ACCOUNT_INTERVAL
    can_pause = stratum == "PU" and _FIRST_PAUSING <= residue < _END_PAUSING
    return can_pause and (residue - _FIRST_PAUSING) // 3 == month % _WAGE_EARNER_INTERVAL


def _budget_state(residue: int, month: int, entry_month: int) -> int:
    """After each budget year since entry, two groups are unpaid until March; one of them returns in April."""
    for year in range((HISTORY_START + 1) // 12, month // 12 + 1):
        january, group = year * 12, residue % LAPSE_GROUPS - year * 2 % LAPSE_GROUPS
        if entry_month < january and group in (0, 1):
            if month < january + 3:
                return month - january + 1
            if group == 1:
                return GONE
    return PRESENT


@cache
def residues_in_state(stratum: str, month: int, entry_month: int, state: int, *, by_budget: bool) -> ResidueSet:
    """The residues whose persons are in the state."""
    states = states_by_residue(stratum, month, entry_month, by_budget=by_budget)
    return residue_set(MODULI[stratum], (residue for residue, found in enumerate(states) if found == state))


def last_entry_months(stratum: str, month: int) -> list[int]:
    """The last months of entry, ascending, of the groups whose states in the month differ; ends with the month itself."""
    last = {month - 1, month}
    if stratum in ("PU", "BPU"):
        last.add(month - 2)
    if stratum == "subsidised":
        last |= {year * 12 - 1 for year in range((HISTORY_START + 1) // 12, month // 12 + 1)}
    return sorted(entry_month for entry_month in last if entry_month >= HISTORY_START) or [month]


@cache
def all_residues(stratum: str) -> ResidueSet:
    """Every residue of the stratum."""
    return residue_set(MODULI[stratum], range(MODULI[stratum]))


@cache
def continuing_members() -> ResidueSet:
    """Wage earners who are own-account members after they leave; every hundredth was one already."""
    return residue_set(MODULI["PU"], (residue for residue in range(MODULI["PU"]) if residue % 100 < 3))


@cache
def reported_leavers() -> ResidueSet:
    """Wage earners whose employer reports the end of the membership, once."""
    return residue_set(MODULI["PU"], (residue for residue in range(MODULI["PU"]) if 4 <= residue % 10 < 8))


@cache
def movers(stratum: str, month: int) -> ResidueSet:
    """Persons who live in another province from this month on. The first residue to move is half a modulus from 0."""
    modulus = MODULI[stratum]
    months = month - HISTORY_START
    return residue_set(modulus, {(months - 1 + modulus // 2) % modulus} if 0 < months <= modulus else ())
