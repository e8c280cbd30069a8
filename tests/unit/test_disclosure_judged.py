"""Our secondary suppression beside that of τ-Argus, on the same table, before an attacker that knows neither.

The table is the nation, provinces and regencies × segment × sex, with all totals; a tenth of its inner counts are small.
"""

import json
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from assets.release.disclosure.alternative_tables import ProtectionLevels
from assets.release.disclosure.linear_system import build_system
from assets.release.disclosure.secondary_suppression import SecondarySuppression
from assets.release.disclosure.solver_input import SolverInput, Subproblem
from tests.judged import judge
from tests.unit.attacker import Attacker, Equation, contains, is_known, total

LEAST = 10
ALL, NATION = "Total", "Total"
PROVINCES = {province: tuple(f"{province}0{number}" for number in range(1, 5)) for province in ("31", "32", "51")}
REGENCIES = tuple(regency for regencies in PROVINCES.values() for regency in regencies)
SEGMENTS, SEXES = ("PU", "JAKON", "BPU"), ("M", "F")


class Cell(NamedTuple):
    region: str
    segment: str
    sex: str


def inner(seed: int) -> dict[Cell, int]:
    """Counts of regencies by segment and sex: one in ten from 1 to 9, one in twenty zero."""
    draw = np.random.default_rng(seed)
    cells = [Cell(*key) for key in product(REGENCIES, SEGMENTS, SEXES)]
    usual, small, kind = (
        draw.integers(10, 120, len(cells)),
        draw.integers(1, LEAST, len(cells)),
        draw.random(len(cells)),
    )
    values = np.where(kind < 0.1, small, np.where(kind < 0.15, 0, usual))
    return {cell: int(value) for cell, value in zip(cells, values, strict=True)}


def sums() -> list[Equation]:
    """Every total of the table, one direction at a time."""
    regions = (NATION, *PROVINCES, *REGENCIES)
    found = [total(Cell(region, ALL, sex), [Cell(region, segment, sex) for segment in SEGMENTS])
             for region, sex in product(regions, (*SEXES, ALL))]  # fmt: skip
    found += [total(Cell(region, segment, ALL), [Cell(region, segment, sex) for sex in SEXES])
              for region, segment in product(regions, (*SEGMENTS, ALL))]  # fmt: skip
    for upper, lower in {NATION: tuple(PROVINCES), **PROVINCES}.items():
        found += [total(Cell(upper, *kind), [Cell(region, *kind) for region in lower])
                  for kind in product((*SEGMENTS, ALL), (*SEXES, ALL))]  # fmt: skip
    return found


def with_totals(counts: dict[Cell, int]) -> dict[Cell, int]:
    def of(region: str) -> tuple[str, ...]:
        return {NATION: REGENCIES, **PROVINCES}.get(region, (region,))

    return {
        Cell(region, segment, sex): sum(
            counts[Cell(*part)]
            for part in product(of(region), SEGMENTS if segment == ALL else (segment,), SEXES if sex == ALL else (sex,))
        )
        for region, segment, sex in product((NATION, *PROVINCES, *REGENCIES), (*SEGMENTS, ALL), (*SEXES, ALL))
    }


def grid(table: dict[Cell, int]) -> set[Cell]:
    """What the product withholds, zeros and the nation's total shown."""
    place = {cell: number for number, cell in enumerate(table)}
    terms = [(row, place[cell], sign) for row, equation in enumerate(sums()) for cell, sign in equation.items()]
    row, cell, sign = (np.array(column, dtype=np.int64) for column in zip(*terms, strict=True))
    values, nothing = np.array(list(table.values()), dtype=np.int64), np.zeros(len(table), dtype=bool)
    system = build_system(values, ~nothing, nothing, row, cell, sign)
    small = np.flatnonzero((system.value > 0) & (system.value < LEAST))
    change = np.concatenate([-system.value[small], np.maximum(LEAST - system.value[small], 1)]).astype(float)
    levels = ProtectionLevels(np.zeros(len(change), dtype=bool), np.concatenate([small, small]), change)
    zero, none = np.zeros(system.size, dtype=np.int64), np.full(system.size, -1)
    fixed_rank = zero.copy()
    fixed_rank[system.variable[place[Cell(NATION, ALL, ALL)]]] = 1
    solver_input = SolverInput(system, levels, np.zeros(len(change), dtype=np.int64), [Subproblem(1, "")], zero, 1 + np.log1p(system.value),
                fixed_rank, none, none)  # fmt: skip
    at_first = np.zeros(system.size, dtype=bool)
    at_first[small] = True
    found = SecondarySuppression(solver_input, at_first).run()
    assert not len(found.unprotected)
    return {
        cell
        for cell, number in place.items()
        if system.variable[number] >= 0 and found.suppressed[system.variable[number]]
    }


def of_tau_argus(counts: dict[Cell, int], folder: Path) -> tuple[dict[Cell, int], set[Cell]]:
    """The table as it counts, and what it withholds by FREQ(10, 30)."""
    path = folder / "counts.json"
    path.write_text(json.dumps([[*cell, value] for cell, value in counts.items()]))
    said, _ = judge("pytauargus_protects", path)
    cells = {Cell(*(code.strip() for code in row[:3])): (row[3], row[4]) for row in said["cells"]}
    return {cell: value for cell, (value, _) in cells.items()}, {
        cell for cell, (_, kind) in cells.items() if kind in "UM"
    }


def intervals(table: dict[Cell, int], withheld: set[Cell]) -> dict[Cell, tuple[float, float]]:
    """What the attacker derives of each small count."""
    attacker = Attacker({cell: None if cell in withheld else value for cell, value in table.items()}, sums())
    return {cell: attacker.interval(cell) for cell in small_of(table)}


def small_of(table: dict[Cell, int]) -> set[Cell]:
    return {cell for cell, value in table.items() if 0 < value < LEAST}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_attacker_finds_small_counts_after_primary_suppression_and_none_after_ours_or_tau_argus(
    seed, tmp_path, record_property
):
    counts = inner(seed)
    table, small = with_totals(counts), small_of(with_totals(counts))
    assert len(small) >= 4
    alone = intervals(table, small)
    assert all(
        threshold <= table[cell] + 1e-6 and table[cell] <= most + 1e-6 for cell, (threshold, most) in alone.items()
    )
    assert sum(is_known(found) for found in alone.values()) > len(small) / 2, "the leak that is to be closed"

    after_us = intervals(table, grid(table))
    assert all(contains(found, 0, LEAST) for found in after_us.values())

    other_grid, withheld = of_tau_argus(counts, tmp_path)
    assert other_grid == {cell: value for cell, value in table.items() if cell in other_grid}
    assert small <= withheld
    after_them = intervals(table, withheld)
    assert not any(is_known(found) for found in after_them.values())
    record_property("contain_zero_and_threshold", sum(contains(found, 0, LEAST) for found in after_them.values()))
