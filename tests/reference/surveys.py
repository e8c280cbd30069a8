"""Survey waves as they come: whole, cut short, with regencies in part or in whole, corrected later, and stray cells.

Belongs here: what can come. Not: which cells count (`population`).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from tests.reference.codes import PROVINCES, REGENCIES
from tests.reference.rows import SurveyCell, shift


def surveys(one: Callable[..., Any], months: list[date]) -> dict[date, tuple[SurveyCell, ...]]:
    wave = date(months[0].year - (months[0].month < 8), 8, 1)
    rse = one(None, 0.0, 5.5, 12.34)
    cells = [
        SurveyCell(wave, code, status, persons=one(0, 1, 2, 5, 9), vulnerable_persons=one(*known), rse=rse)
        for code in PROVINCES
        for known in [one((None,), (0, 1), (0, 1), (0, 1))]
        for status in ("1", "4")
    ]
    cells = [replace(cell, vulnerable_persons=_within(cell)) for cell in cells]
    for code in ("34", "93"):
        cells = _in_regencies(one, cells, code)
    cells += [_cell(one, wave) for _ in range(one(0, 2, 4))]
    if one(*[False] * 7, True):
        cells = [cell for cell in cells if not cell.region_code.startswith("9")]
    survey = {months[0]: _keyed(cells)}
    if len(months) > 1 and one(False, True):
        later = one(*months[1:])
        again = [replace(cell, persons=cell.persons + 3) for cell in cells if one(*[False] * 30, True)]
        stray = [_cell(one, one(wave, wave, shift(wave, -6), shift(wave, 6))) for _ in range(one(0, 1, 2))]
        survey[later] = _keyed([cell for cell in (*again, *stray) if cell.survey_wave <= later])
    return survey


def _within(cell: SurveyCell) -> int | None:
    return None if cell.vulnerable_persons is None else min(cell.vulnerable_persons, cell.persons)


def _keyed(cells: list[SurveyCell]) -> tuple[SurveyCell, ...]:
    """A key belongs to one row of a delivery."""
    keys = ("survey_wave", "region_code", "employment_status", "sex", "age_band", "sector")
    return tuple({tuple(getattr(cell, name) for name in keys): cell for cell in cells}.values())


def _in_regencies(one: Callable[..., Any], cells: list[SurveyCell], code: str) -> list[SurveyCell]:
    """A province with no regencies, some, or all; that agree with its own row, differ from it, or stand alone."""
    what = one("none", "some", "agree", "agree", "differ", "alone", "alone", "some alone")
    listed = sorted(regency for regency, of in REGENCIES.items() if of == code)
    own = [cell for cell in cells if cell.region_code == code]
    parts = []
    for cell in own if what != "none" else []:
        for index, regency in enumerate(listed[:1] if what.startswith("some") else listed):
            persons = cell.persons * (index == 0) if what == "agree" else one(0, 1, 4)
            parts.append(_part(cell, regency, persons, one(None, 0, 1)))
    return [cell for cell in cells if cell not in own or not what.endswith("alone")] + parts


def _part(cell: SurveyCell, regency: str, persons: int, vulnerable: int | None) -> SurveyCell:
    part = replace(cell, region_code=regency, persons=persons, vulnerable_persons=vulnerable)
    return replace(part, vulnerable_persons=_within(part))


def _cell(one: Callable[..., Any], wave: date) -> SurveyCell:
    persons = one(0, 3, 10, 101)
    eligible = one(None, 0, persons)
    return SurveyCell(
        wave, one("32", "34", "93", "31", "9301", "3273"), one(*"1144567"), one("M", "M", "F"), one("15-24", "25-34", "25-34", "65+"),
        one(None, "2020:A"), persons, eligible, one(None, 0, persons if eligible is None else eligible),
        one(None, 0.0, 10.0, 25.1, 51.5, 99.9),
    )  # fmt: skip
