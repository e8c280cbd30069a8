"""The survey, computed independently: which wave and which of its cells count, and the populations that ratios divide by.

Source: docs/method.md (denominators; ratio, bounds, gap), the fields of the extract workforce, list survey_limits.
The newest wave that is whole counts: it has every province, as its own row or as all of its regencies. A later delivery
corrects the cells that it holds. A row without sector is the total of its cell. Of a province its regencies count where all are there and agree with its own row.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import floor, sqrt

from tests.reference.codes import PROVINCES, REGENCIES, listed, province
from tests.reference.rows import Nation, SurveyCell

STATUSES = {line["code"]: line for line in listed("employment_statuses")}
GROUP = {"PU": "formal", "BPU": "informal", "": None}


def newest_wave(nation: Nation, month: date) -> list[SurveyCell]:
    """The cells that count of the newest whole wave up to the month; empty where there is none."""
    waves: dict[date, dict[tuple[object, ...], SurveyCell]] = {}
    for delivered in sorted(day for day in nation.months if day <= month):
        for cell in nation.of(delivered).workforce or ():
            key = (cell.region_code, cell.employment_status, cell.sex, cell.age_band, cell.sector)
            waves.setdefault(cell.survey_wave, {})[key] = cell
    for wave in sorted((day for day in waves if day <= month), reverse=True):
        counted = _totals(waves[wave].values())
        found = [_of_province(code, counted) for code in PROVINCES]
        if all(found):
            return [cell for cells in found for cell in cells]
    return []


def _totals(cells: Iterable[SurveyCell]) -> list[SurveyCell]:
    """Without the rows of sectors where the same cell has a row without sector: that one is their total."""
    known = list(cells)
    totals = {_cell(cell) for cell in known if cell.sector is None}
    return [cell for cell in known if cell.sector is None or _cell(cell) not in totals]


def _cell(cell: SurveyCell) -> tuple[object, ...]:
    return cell.region_code, cell.employment_status, cell.sex, cell.age_band


def _without_parts(cells: Iterable[SurveyCell]) -> list[SurveyCell]:
    """A row without a sector is the total of its cell: rows of its sectors are parts of it and do not count."""

    def cell_of(cell: SurveyCell) -> tuple[str, ...]:
        return cell.region_code, cell.employment_status, cell.sex, cell.age_band

    totals = {cell_of(cell) for cell in cells if cell.sector is None}
    return [cell for cell in cells if cell.sector is None or cell_of(cell) not in totals]


def _of_province(code: str, cells: Iterable[SurveyCell]) -> list[SurveyCell]:
    """Its regencies where they are whole and agree with the province's own cells; else these; empty: no whole is known."""
    own = [cell for cell in cells if cell.region_code == code]
    parts = [cell for cell in cells if len(cell.region_code) == 4 and province(cell.region_code) == code]
    is_whole = {cell.region_code for cell in parts} == {regency for regency, of in REGENCIES.items() if of == code}
    return parts if is_whole and (not own or _agree(own, parts)) else own


def _agree(own: list[SurveyCell], parts: list[SurveyCell]) -> bool:
    """Persons and potential of every segment differ by no more than the limits allow."""
    limits = {line["code"]: int(line["value"]) for line in listed("survey_limits")}
    regencies = len({cell.region_code for cell in parts})
    for segment in {group(cell) for cell in (*own, *parts)}:
        for count in (lambda cell: cell.persons, eligible):
            whole, summed = (sum(count(c) for c in cells if group(c) == segment) for cells in (own, parts))
            allowed = (
                limits["regencies_differ_permille"] * whole + 1000 * limits["regency_rounding_persons"] * regencies
            )
            if 1000 * abs(whole - summed) > allowed:
                return False
    return True


def eligible(cell: SurveyCell) -> int:
    """Eligible persons: those in the file of the survey, else the share of the employment status, half up."""
    if cell.eligible_persons is not None:
        return cell.eligible_persons
    return floor(cell.persons * float(STATUSES[cell.employment_status]["potential_share"]) + 0.5)


def group(cell: SurveyCell) -> str | None:
    """Formal or informal; None: family workers, who are not in the potential."""
    return GROUP[STATUSES[cell.employment_status]["segment"]]


def vulnerable(nation: Nation, month: date) -> dict[str, int | None]:
    """Vulnerable workers by region, of those who could join; None if no cell of the region has them."""
    reported: dict[str, list[int]] = defaultdict(list)
    for cell in newest_wave(nation, month):
        reported[cell.region_code] += (
            [cell.vulnerable_persons] if group(cell) and cell.vulnerable_persons is not None else []
        )
    return {region: sum(counts) if counts else None for region, counts in reported.items()}


@dataclass(frozen=True)
class Population:
    """A sum of survey cells, with its relative standard error in percent; None where one cell of somebody has none."""

    persons: int
    rse: float | None


def added(cells: Iterable[tuple[SurveyCell, int]]) -> Population:
    """The sum of counts of cells, assumed to be independent; errors are whole hundredths of a person."""
    counted = list(cells)
    total = sum(count for _, count in counted)
    if not total or any(cell.rse is None and cell.persons for cell, _ in counted):
        return Population(total, None)
    return Population(total, sqrt(sum(floor(count * (cell.rse or 0) + 0.5) ** 2 for cell, count in counted)) / total)
