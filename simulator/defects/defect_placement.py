"""Placement of rare defects: a defect for which an office has too few rows moves to the next office that has enough.

Belongs here: the kinds of rows that some files lack. Not here: the schedule before (`defect_schedule`), damaging rows
(`office_rows`). Where every file has the rows it needs, nothing changes.
"""

from collections.abc import Sequence

from simulator.defects.defect_schedule import PlantedDefect, style_can_show
from simulator.defects.enrolment_defects import DEFECTS
from simulator.defects.office_rows import EnrolmentMonth, damageable_rows
from simulator.offices.offices import Office

_RARE_KINDS = ("leading_zero", "employer_zero")  # few numbers start with a zero
_ENOUGH_ROWS = 20_000  # a file with so many rows has rows of every kind


def move_rare_defects(month: EnrolmentMonth, offices: Sequence[Office]) -> None:
    """Move defects within the schedule of the month. Raises ValueError where no file has rows for a defect."""
    candidates = [office for office in offices if office.has_defects]
    for index, office in enumerate(candidates):
        for planted in _rare_defects(month, office):
            if not _has_rows(month, office, planted):
                _move(month, planted, office, [*candidates[index + 1 :], *candidates[:index]])


def _rare_defects(month: EnrolmentMonth, office: Office) -> list[PlantedDefect]:
    return [planted for planted in month.defects[office.number].defects if _kind(planted) in _RARE_KINDS]


def _kind(planted: PlantedDefect) -> str:
    return DEFECTS[planted.rule].row_kind


def _has_rows(month: EnrolmentMonth, office: Office, planted: PlantedDefect) -> bool:
    return len(office.rows) >= _ENOUGH_ROWS or len(damageable_rows(office, month, _kind(planted))) >= planted.count


def _move(month: EnrolmentMonth, planted: PlantedDefect, office: Office, others: Sequence[Office]) -> None:
    for other in others:
        is_free = _kind(planted) not in {_kind(each) for each in _rare_defects(month, other)}
        if is_free and style_can_show(other, planted.rule) and _has_rows(month, other, planted):
            month.defects[office.number].defects.remove(planted)
            month.defects[other.number].defects.append(planted)
            return
    raise ValueError(
        f"no file has {planted.count} rows of kind {_kind(planted)} for the defect {planted.rule}: choose a larger scale"
    )
