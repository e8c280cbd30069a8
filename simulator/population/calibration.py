"""The number of persons of each segment in each regency, exact at every scale.

Belongs here: published figures, interpolation between them, and quotas. Not here: who the persons are (`persons`).
"""

from functools import cache
from itertools import pairwise

import polars as pl

from schemas.code_lists import codes
from simulator.apportionment import apportion
from simulator.months import month_index
from simulator.population.regencies import priors, regencies, residence_weights

SEGMENTS = ("PU", "JAKON", "BPU", "PMI")
HISTORY_BEGINS = "2023-12"  # the first month with published segments; before it nothing changes
EMPLOYERS = 839_937  # registered employers (databoks 67f5ed64a9a66)


@cache
def published_figures(indicator: str, segment: str, region: str = "nation") -> dict[str, int]:
    """The published values of a figure, by month."""
    figures = codes("published_figures").filter(indicator=indicator, segment=segment, region_code=region)
    return dict(zip(figures["as_of"], figures["value"].cast(pl.Int64), strict=True))


def _known_months(segment: str) -> list[tuple[int, int]]:
    known = published_figures("protected_persons", segment) | priors(f"protected:{segment}")
    if segment == "BPU":  # informal is another name for the same persons
        known |= published_figures("protected_persons", "informal")
    return sorted((month_index(month), persons) for month, persons in known.items())


def persons_at(segment: str, month: int) -> int:
    """Protected persons of the nation at full scale: interpolated between known months, constant before and after them."""
    known = _known_months(segment)
    month = min(max(month, known[0][0]), known[-1][0])
    for (start, low), (end, high) in pairwise(known):
        if start <= month <= end:
            return low + round((high - low) * (month - start) / (end - start))
    return known[-1][1]


def scaled(total: float, scale: float) -> int:
    """The number of persons at the scale."""
    return round(total * scale)


def national_persons(month: int, scale: float) -> dict[str, int]:
    """Protected persons by segment at the scale: the total is rounded once, and then split."""
    full = {segment: persons_at(segment, month) for segment in SEGMENTS}
    total = scaled(full["PU"] + full["JAKON"] + full["BPU"], scale)
    formal, informal = apportion(total, [full["PU"] + full["JAKON"], full["BPU"]])
    wage_earners, projects = apportion(formal, [full["PU"], full["JAKON"]])
    return {"PU": wage_earners, "JAKON": projects, "BPU": informal, "PMI": scaled(full["PMI"], scale)}


def by_regency(segment: str, total: int) -> list[int]:
    """A national total by regency of registration: by the shares of the 34 provinces in 2023-12, then by weight."""
    if segment == "PMI":  # no shares are published; residence decides
        return apportion(total, residence_weights())
    counts = [0] * regencies().height
    parents = sorted(set(regencies()["parent_2020"]))
    shares = [published_figures("protected_persons", segment, parent)[HISTORY_BEGINS] for parent in parents]
    for parent, persons in zip(parents, apportion(total, shares), strict=True):
        inside = regencies().filter(parent_2020=parent)
        for regency, part in zip(inside["regency"], apportion(persons, list(inside["weight"])), strict=True):
            counts[regency] = part
    return counts


def employers_by_regency(scale: float) -> list[int]:
    """Employers by regency, the same in every month: at least one where wage earners can be registered."""
    peak = by_regency("PU", scaled(max(persons for _, persons in _known_months("PU")), scale))
    first = [min(1, persons) for persons in peak]
    others = apportion(max(0, scaled(EMPLOYERS, scale) - sum(first)), peak)
    return [max(1, one + more) for one, more in zip(first, others, strict=True)]


def potential_persons(scale: float, employed: int) -> dict[str, int]:
    """Eligible and vulnerable persons at the scale; `employed` is the number of employed persons at full scale."""
    basis = published_figures("employed_persons", "all")["2024-08"]
    groups = ("formal", "informal")
    full = {name: published_figures("potential_persons", name)["2024-12"] * employed // basis for name in groups}
    formal, informal = apportion(scaled(sum(full.values()), scale), [full["formal"], full["informal"]])
    vulnerable = published_figures("vulnerable_persons", "informal")["2024-12"] * employed // basis
    return {"formal": formal, "informal": informal, "all": formal + informal, "vulnerable": scaled(vulnerable, scale)}
