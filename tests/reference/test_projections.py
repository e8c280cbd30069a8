"""Projections and effects of outreach against the reference: both need more months and persons than a small nation has."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.coverage.outreach import OUTREACH_SUMMARY
from assets.coverage.targets import TARGETS
from assets.warehouse import Warehouse
from schemas.extracts.catalogue import BY_NAME, stored_table
from schemas.registers import TRANSITIONS
from schemas.summaries.coverage import COVERAGE
from tests.reference import product
from tests.reference.compared import differences
from tests.reference.outreach import Seen, outreach
from tests.reference.profile import EXAMPLES, PROFILE
from tests.reference.rows import Activity, Delivery, Nation, Row, Target, shift
from tests.reference.student import exact, expanded
from tests.reference.targets import target_progress

MONTH = date(2024, 12, 1)
SEEDS = st.integers(0, 2**32 - 1)
CELL = {
    "geography_basis": "home", "geography_level": "nation", "region_code": "ID", "programme": "any", "sex": "all",
    "age_band": "all",
}  # fmt: skip


@contextmanager
def empty() -> Iterator[Warehouse]:
    with tempfile.TemporaryDirectory() as root:
        yield product.warehouse(Path(root))


def series(chance: Random) -> dict[date, list[Row]]:
    """Coverage of the nation month by month, with gaps, steady or wild, and another survey wave from some month on."""
    wave_at, step, wild = chance.randint(0, 30), chance.randint(-40, 60), chance.choice([0, 3, 200])
    found = {}
    for back in range(chance.choice([1, 6, 7, 8, 20, 27])):
        if back and chance.randint(0, 12) == 0:
            continue
        persons = max(1000 - step * back + chance.randint(-wild, wild), 0)
        potential = 1500 if back < wave_at else 3000
        counts = {"potential": ("all", potential), "employed": ("all", 4000), "none": ("BPU", None)}
        rows = [
            CELL
            | {"segment": segment, "denominator_id": name, "protected_persons": persons, "denominator_persons": whole}
            for name, (segment, whole) in counts.items()
        ]
        rows.append(rows[0] | {"segment": "informal"})
        found[shift(MONTH, -back)] = rows
    return found


KINDS = (
    ("protected_persons", "all", "none"), ("protected_persons", "BPU", "none"), ("protected_persons", "PMI", "none"),
    ("coverage_ratio", "all", "potential"), ("coverage_ratio", "informal", "potential"), ("coverage_ratio", "all", "employed"),
)  # fmt: skip


def targets(chance: Random) -> list[Target]:
    """A target of every kind, near or far, low or high."""
    ahead, value = (chance.choice(values) for values in ([-1, 0, 1, 12, 60], [0.0, 20.0, 60.0, 100.0, 1000.0, 2500.0]))
    return [Target(indicator, "ID", segment, of, shift(MONTH, ahead), value) for indicator, segment, of in KINDS]


@settings(PROFILE, max_examples=EXAMPLES or 15)
@given(SEEDS)
def test_projections_are_those_of_the_plain_formula(seed):
    coverage, wanted = series(Random(seed)), targets(Random(seed))
    with empty() as held:
        for month, rows in coverage.items():
            product.put(held, COVERAGE, month, rows)
        product.put(held, stored_table(BY_NAME["targets"]), MONTH, wanted)
        made = product.table(held, MONTH, TARGETS)
    assert differences(made, target_progress(wanted, coverage, MONTH), product.KEYS["target_progress"]) == []


REGENCIES = (*(f"320{n}" for n in range(1, 10)), *(f"330{n}" for n in range(1, 10)), "9301", "9302", "0000")


def campaigns(chance: Random) -> dict[date, tuple[Activity, ...]]:
    """Ten months of activities, of which one may not be delivered."""
    held: dict[date, tuple[Activity, ...]] = {shift(MONTH, -back): () for back in range(10)}
    for number in range(chance.randint(1, 5)):
        month, channel = (
            shift(MONTH, -chance.choice([3, 3, 3, 3, 9, 0, 5]) if number else -3),
            chance.choice(["app", "webinar"]),
        )
        cost = chance.choice([None, 800.0, 800.0, 1000.5])
        held[month] += (Activity(f"A{number}", month, chance.choice(REGENCIES[6:12]), "BPU", channel, 10, cost),)
    for back in chance.choice([[]] * 15 + [[0], [3], [9]]):
        del held[shift(MONTH, -back)]
    return held


def entrants(chance: Random) -> dict[date, Seen]:
    """Of seven months and some regencies: who came, and who was there; now and then a month that was not run."""
    not_run, told = chance.choice([[]] * 15 + [[0], [3], [6]]), {}
    for back in range(7):
        entries = {(region, "BPU"): chance.randint(0, 40) for region in REGENCIES}
        opening = {(region, "BPU"): chance.choice([29, 30, 100, 100, 400, 400]) for region in REGENCIES}
        if back not in not_run:
            told[shift(MONTH, -back)] = Seen(entries, opening)
    return told


@settings(PROFILE, max_examples=EXAMPLES or 15)
@given(SEEDS)
def test_effects_of_outreach_are_those_of_the_plain_formula(seed):
    told, held = entrants(Random(seed)), campaigns(Random(seed))
    nation = Nation({month: Delivery(activities=rows) for month, rows in held.items()})
    with empty() as warehouse:
        product.hold(warehouse, nation)
        for month, seen in told.items():
            came = [
                {"kind": "re_entered", "region_now": r, "segment_now": s, "persons": n}
                for (r, s), n in seen.entries.items()
            ]
            were = [
                {"kind": "became_unpaid", "region_before": r, "segment_before": s, "persons": n}
                for (r, s), n in seen.opening.items()
            ]
            product.put(warehouse, TRANSITIONS, month, [*came, *were])
        made = product.table(warehouse, MONTH, OUTREACH_SUMMARY)
    assert differences(made, outreach(nation, MONTH, told), product.KEYS["outreach"]) == []


@pytest.mark.parametrize(
    ("two_sided", "freedom", "within"), [(0.8, 5, 0.001), (0.8, 23, 0.001), (0.95, 3, 0.03), (0.95, 20, 0.001)]
)
def test_the_expanded_quantile_is_that_of_student(two_sided, freedom, within):
    assert abs(expanded(two_sided, freedom) - exact(two_sided, freedom)) < within
