"""Rare defects move to a file that has rows for them, and nothing else changes."""

from copy import deepcopy

import pytest

from simulator.defects.defect_placement import move_rare_defects
from simulator.defects.defect_schedule import schedule_defects
from simulator.defects.enrolment_defects import DEFECTS
from simulator.defects.office_rows import EnrolmentMonth, damageable_rows
from simulator.months import month_index
from simulator.offices.offices import plan_offices
from simulator.population.month_plan import plan_month

RARE_RULES = [rule for rule, defect in DEFECTS.items() if defect.row_kind == "leading_zero"]


def enrolment_month(month: str, scale: float) -> EnrolmentMonth:
    plan = plan_month(month_index(month), scale, 2024)
    return EnrolmentMonth(plan, schedule_defects(plan_offices(plan), plan.rows), month_index(month), 2024)


def planted_defects(month: EnrolmentMonth) -> list[tuple[str, int, int]]:
    return sorted(
        (planted.rule, planted.first, planted.count) for office in month.defects.values() for planted in office.defects
    )


@pytest.mark.parametrize(("month", "scale"), [("2024-11", 0.016), ("2024-12", 0.01)])
def test_defect_moves_from_a_file_without_rows_for_it(month, scale):
    enrolments = enrolment_month(month, scale)
    offices = plan_offices(enrolments.plan)
    before, scheduled = deepcopy(enrolments.defects), planted_defects(enrolments)
    move_rare_defects(enrolments, offices)
    assert planted_defects(enrolments) == scheduled
    assert enrolments.defects != before
    for office in offices:
        planted = [each for each in enrolments.defects[office.number].defects if each.rule in RARE_RULES]
        rows = damageable_rows(office, enrolments, "leading_zero") if planted else []
        assert len(rows) >= sum(each.count for each in planted)


def test_defects_stay_where_every_file_has_rows_for_them():
    enrolments = enrolment_month("2024-12", 0.001)
    before = deepcopy(enrolments.defects)
    move_rare_defects(enrolments, plan_offices(enrolments.plan))
    assert enrolments.defects == before
