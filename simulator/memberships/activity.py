"""The true activity: members who are not protected at the end of a month, by segment and by how long.

Belongs here: sums over the nation, counted from the ranges of the plan without building any row. Not here: who they are
(`population.dormant`, `population.month_plan`).
"""

from typing import Any

from simulator.memberships.flows import GROUPS
from simulator.population.calibration import national_persons
from simulator.population.dormant import dormant_ranges, unprotected_own_account
from simulator.population.history import membership_history
from simulator.population.month_plan import count_reported_leavers, missing_dormant, unprotected_persons

_YEAR = 12


def true_activity(month: int, scale: float, seed: int, *, dormant: bool) -> dict[str, Any]:
    """Members and dormant members by segment group; `more_than_a_year`: those dormant for 13 to 24 months, and for longer.

    Members in arrears or who left are dormant for at most a year: only the added ones are dormant for longer.
    """
    history = membership_history(month, scale, seed)
    protected, others = national_persons(month, scale), unprotected_persons(national_persons(month, scale))
    missing = missing_dormant(history, month) if dormant else {}
    left = {name: count_reported_leavers(history.strata[name], month) for name in ("PU", "JAKON", "PMI")}
    segments = {
        "PU": others["lapsed"] + others["ended"] + left["PU"] + missing.get("formal", 0),
        "JAKON": left["JAKON"],
        "BPU": others["grace"] + unprotected_own_account(history, month) + missing.get("informal", 0),
        "PMI": left["PMI"],
    }
    sums = {group: sum(segments[segment] for segment in members) for group, members in GROUPS.items()}
    members = {group: sums[group] + sum(protected[segment] for segment in names) for group, names in GROUPS.items()}
    return {"members": members, "dormant": sums, "more_than_a_year": _longest(missing, month, scale)}


def _longest(missing: dict[str, int], month: int, scale: float) -> dict[str, dict[str, int]]:
    durations = {}
    for group, count in missing.items():
        ranges = [
            (month - since + 1, end - first) for _, since, first, end in dormant_ranges(group, count, month, scale)
        ]
        durations[group] = {
            "13_24": sum(persons for months, persons in ranges if _YEAR < months <= 2 * _YEAR),
            "25": sum(persons for months, persons in ranges if months > 2 * _YEAR),
        }
    return durations
