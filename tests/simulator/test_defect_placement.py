"""Planted damage that a file has no row for is planted in another, and nothing else moves."""

from copy import deepcopy

import pytest

from simulator.defects.defect_placement import place_rare
from simulator.defects.defect_schedule import schedule
from simulator.defects.enrolment_defects import DEFECTS
from simulator.defects.office_rows import Nation, free_rows
from simulator.months import month_index
from simulator.offices.offices import offices_of
from simulator.population.month_plan import plan_month

RARE = [rule for rule, defect in DEFECTS.items() if defect.victim == "leading_zero"]


def nation_of(month: str, scale: float) -> Nation:
    plan = plan_month(month_index(month), scale, 2024)
    return Nation(plan, schedule(offices_of(plan), plan.rows), month_index(month), 2024)


def planted(nation: Nation) -> list[tuple[str, int, int]]:
    return sorted((p.rule, p.first, p.count) for load in nation.loads.values() for p in load.defects)


@pytest.mark.parametrize(("month", "scale"), [("2024-11", 0.016), ("2024-12", 0.01)])
def test_a_file_without_such_a_row_passes_the_damage_on(month, scale):
    nation = nation_of(month, scale)
    offices = offices_of(nation.plan)
    before, wished = deepcopy(nation.loads), planted(nation)
    place_rare(nation, offices)
    assert planted(nation) == wished
    moved = [number for number, load in nation.loads.items() if load != before[number]]
    assert moved
    for office in offices:
        rare = [p for p in nation.loads[office.number].defects if p.rule in RARE]
        assert not rare or len(free_rows(office, nation, "leading_zero")) >= sum(p.count for p in rare)


def test_a_nation_whose_files_hold_all_stays_as_it_was():
    nation = nation_of("2024-12", 0.001)
    before = deepcopy(nation.loads)
    place_rare(nation, offices_of(nation.plan))
    assert nation.loads == before
