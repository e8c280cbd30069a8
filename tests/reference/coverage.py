"""The table `coverage`, computed independently. Source: docs/method.md, the fields of the table, list coverage_flags."""

from collections import defaultdict
from datetime import date
from itertools import product

from tests.reference.codes import groups, ratio, regions_of
from tests.reference.population import Population, added, eligible, group, newest_wave
from tests.reference.registers import PROGRAMMES, Person, age_band, persons
from tests.reference.rows import Nation, Row, SurveyCell

Cell = tuple[str, str, str, str, str, str]  # level, region, segment, programme, sex, age band


def coverage(nation: Nation, month: date) -> list[Row]:
    counted = {basis: _numerators(nation, month, basis) for basis in ("home", "work")}
    populations = _denominators(nation, month)
    rows = []
    for basis, numerators in counted.items():
        for (denominator, *cell), population in populations.items():
            rows.append(_row(basis, tuple(cell), denominator, numerators.get(tuple(cell), []), population))
        for cell, people in numerators.items():
            if ("potential", *cell) not in populations:
                rows.append(_row(basis, cell, "none", people, None))
    wave = next((cell.survey_wave for cell in newest_wave(nation, month)), None)
    return [{"month": month, "survey_wave": wave if row["denominator_id"] != "none" else None} | row for row in rows]


def _breakdowns(level: str, sex: str, age: str) -> list[tuple[str, str]]:
    """Sex and age: both summed up everywhere, and each and both crossed above the regencies."""
    return list(product(("all", sex), ("all", age))) if level != "regency" else [("all", "all")]


def _numerators(nation: Nation, month: date, basis: str) -> dict[Cell, list[Person]]:
    """Everybody in the register, by every cell that counts them; single programmes only hold those protected by them."""
    found: dict[Cell, list[Person]] = defaultdict(list)
    for person in persons(nation.members(month), month).values():
        age = age_band(person.primary.birth_date, month)
        region = person.home if basis == "home" else person.primary.work_region
        for (level, code), segment in product(regions_of(region), groups(person.primary.segment)):
            for sex, band in _breakdowns(level, person.primary.sex, age):
                found[level, code, segment, "any", sex, band].append(person)
            for programme in person.programmes:
                found[level, code, segment, programme, "all", "all"].append(person)
    return found


def _denominators(nation: Nation, month: date) -> dict[tuple[str, ...], Population]:
    """Employed for all; potential for all, formal and informal; of every programme alike."""
    found: dict[tuple[str, ...], list[tuple[SurveyCell, int]]] = defaultdict(list)
    for cell in newest_wave(nation, month):
        own = group(cell)
        counts = [("employed", "all", cell.persons)]
        counts += [("potential", segment, eligible(cell)) for segment in (own, "all") if own]
        for (denominator, segment, count), (level, code) in product(counts, regions_of(cell.region_code)):
            for sex, band in _breakdowns(level, cell.sex, cell.age_band):
                found[denominator, level, code, segment, "any", sex, band].append((cell, count))
            for programme in PROGRAMMES:
                found[denominator, level, code, segment, programme, "all", "all"].append((cell, count))
    return {key: added(counted) for key, counted in found.items()}


def _row(basis: str, cell: Cell, denominator: str, people: list[Person], population: Population | None) -> Row:
    level, code, segment, programme, sex, band = cell
    protected = [person for person in people if person.is_protected]
    whole = population.persons if population else None
    rse = population.rse if population else None
    share, low = ratio(len(protected), whole), None
    high = None
    if share is not None and rse is not None:
        low = share / (1 + 1.96 * rse / 100)
        high = share / (1 - 1.96 * rse / 100) if 1.96 * rse < 100 else None
    return {
        "geography_basis": basis, "geography_level": level, "region_code": code, "segment": segment,
        "programme": programme, "sex": sex, "age_band": band, "denominator_id": denominator,
        "protected_persons": len(protected),
        "registered_persons": _registered(people) if programme == "any" else None,
        "memberships": sum(person.memberships for person in protected),
        "dual_persons": sum(person.is_dual for person in protected),
        "denominator_persons": whole, "denominator_rse": rse, "coverage_ratio": share, "ratio_low": low,
        "ratio_high": high, "gap_persons": None if whole is None else whole - len(protected),
        "coverage_flag": _flag(basis, share, low, rse),
    }  # fmt: skip


def _registered(people: list[Person]) -> int:
    return sum(person.status in ("protected", "grace") for person in people)


def _flag(basis: str, share: float | None, low: float | None, rse: float | None) -> str:
    if share is None:
        return "no_denominator"
    if rse is None or rse > 25:
        return "denominator_uncertain"
    if share <= 1 or low is None:
        return "ok"
    if low <= 1:
        return "above_100_within_bounds"
    return "above_100_registration" if basis == "work" else "above_100_check_denominator"
