"""How many persons each segment has, in which regency: exact at every scale.

Belongs here: published figures, the line between them, quotas. Does not belong here: who the persons are.
"""

from functools import cache
from itertools import pairwise

import polars as pl

from schemas.code_lists import codes
from simulator.apportionment import apportion
from simulator.months import month_index
from simulator.population.regencies import places, priors, residence_weights

SEGMENTS = ("PU", "JAKON", "BPU", "PMI")
HISTORY_BEGINS = "2023-12"  # the first month with published segments; before it the nation stands still
EMPLOYERS = 839_937  # registered employers (databoks 67f5ed64a9a66)


@cache
def published(indicator: str, segment: str, region: str = "nation") -> dict[str, int]:
    """Published values of a figure by month."""
    wanted = {"indicator": indicator, "segment": segment, "region_code": region}
    listed = codes("published_figures").filter(**wanted)
    return dict(zip(listed["as_of"], listed["value"].cast(pl.Int64), strict=True))


def _anchors(segment: str) -> list[tuple[int, int]]:
    known = published("protected_persons", segment) | priors(f"protected:{segment}")
    if segment == "BPU":  # informal is another name for the same persons
        known |= published("protected_persons", "informal")
    return sorted((month_index(month), persons) for month, persons in known.items())


def persons_at(segment: str, month: int) -> int:
    """Protected persons of the nation at full scale: on a line between anchors, constant outside."""
    anchors = _anchors(segment)
    month = min(max(month, anchors[0][0]), anchors[-1][0])
    for (start, low), (end, high) in pairwise(anchors):
        if start <= month <= end:
            return low + round((high - low) * (month - start) / (end - start))
    return anchors[-1][1]


def scaled(total: float, scale: float) -> int:
    """Persons at the scale."""
    return round(total * scale)


def national(month: int, scale: float) -> dict[str, int]:
    """Protected persons by segment at the scale: all, then formal and informal, then PU and JAKON."""
    full = {segment: persons_at(segment, month) for segment in SEGMENTS}
    whole = scaled(full["PU"] + full["JAKON"] + full["BPU"], scale)
    formal, informal = apportion(whole, [full["PU"] + full["JAKON"], full["BPU"]])
    wage_earners, projects = apportion(formal, [full["PU"], full["JAKON"]])
    return {"PU": wage_earners, "JAKON": projects, "BPU": informal, "PMI": scaled(full["PMI"], scale)}


def by_place(segment: str, total: int) -> list[int]:
    """A national total by place of registration: by the 2023-12 shares of the 34 provinces, then by weight."""
    if segment == "PMI":  # no shares are published: by where people live
        return apportion(total, residence_weights())
    counts = [0] * places().height
    parents = sorted(set(places()["parent_2020"]))
    shares = [published("protected_persons", segment, parent)[HISTORY_BEGINS] for parent in parents]
    for parent, persons in zip(parents, apportion(total, shares), strict=True):
        members = places().filter(parent_2020=parent)
        for place, part in zip(members["place"], apportion(persons, list(members["weight"])), strict=True):
            counts[place] = part
    return counts


def employers_by_place(scale: float) -> list[int]:
    """Employers by place, the same in every month: at least one wherever wage earners can be registered."""
    peak = by_place("PU", scaled(max(persons for _, persons in _anchors("PU")), scale))
    busy = [min(1, persons) for persons in peak]
    rest = max(0, scaled(EMPLOYERS, scale) - sum(busy))
    return [max(1, least + more) for least, more in zip(busy, apportion(rest, peak), strict=True)]


def potential(scale: float, employed: int) -> dict[str, int]:
    """Eligible and vulnerable persons at the scale, for a nation with so many employed (full scale)."""
    basis = published("employed_persons", "all")["2024-08"]
    groups = ("formal", "informal")
    full = {name: published("potential_persons", name)["2024-12"] * employed // basis for name in groups}
    formal, informal = apportion(scaled(sum(full.values()), scale), [full["formal"], full["informal"]])
    vulnerable = published("vulnerable_persons", "informal")["2024-12"] * employed // basis
    return {"formal": formal, "informal": informal, "all": formal + informal, "vulnerable": scaled(vulnerable, scale)}
