"""Breakdowns that are withheld as a whole, against a reader who deals the people of a province in every possible way.

Planted: the regencies of a province, their people by segment and by whether they save for old age (`jht`). What `sparse`
leaves is shown; a reader tries every table of whole numbers that agrees with it.
"""

from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import product

import polars as pl
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from assets.release.disclosure.breakdowns import sparse_breakdowns
from assets.release.disclosure.grids import build_grid
from assets.release.disclosure.policy import Policy
from schemas.summaries.coverage import COVERAGE

LEAST = 3
EVERYTHING = -1  # as a share: every breakdown, small figures or not
SEGMENTS = ("PU", "BPU")
Dealt = tuple[int, ...]  # a number for each regency
Table = dict[tuple[str, str, str], int]  # region (32: the province), segment, programme


def table_of(people: list[list[int]]) -> Table:
    """Protected persons of regencies and their province; of each regency with and without old-age savings, by segment."""
    found: Table = {}
    for number, (pu, pu_saving, bpu, bpu_saving) in enumerate(people, 1):
        region = f"320{number}"
        saving, every = {"PU": pu_saving, "BPU": bpu_saving}, {"PU": pu + pu_saving, "BPU": bpu + bpu_saving}
        for programme, persons in (("any", every), ("jht", saving)):
            for segment, value in {**persons, "all": sum(persons.values())}.items():
                found[region, segment, programme] = value
                found["32", segment, programme] = found.get(("32", segment, programme), 0) + value
    return found


def frame_of(table: Table, dual: Table | None = None) -> pl.DataFrame:
    rows = [
        dict.fromkeys(COVERAGE.names) | {
            "month": date(2024, 12, 1), "geography_basis": "home", "region_code": region, "segment": segment, "sex": "all",
            "geography_level": "province" if region == "32" else "regency", "programme": programme, "age_band": "all",
            "protected_persons": value, "registered_persons": value, "memberships": value, "denominator_id": "none",
            "dual_persons": (dual or {}).get((region, segment, programme), 0),
        }
        for (region, segment, programme), value in table.items()
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=COVERAGE.storage)


def withheld(frame: pl.DataFrame, sparse_percent: int) -> set[tuple[str, str, str]]:
    """Whose protected persons are withheld with the breakdown."""
    cells = build_grid(COVERAGE, frame, 0)
    in_breakdown = sparse_breakdowns(cells, Policy(LEAST, sparse_percent=sparse_percent))[
        :, cells.counts.index("protected_persons")
    ]
    rows = cells.rows.filter(pl.Series(in_breakdown)).select("region_code", "segment", "programme")
    return {(region, segment, programme) for region, segment, programme in rows.iter_rows()}


@cache
def dealings(total: int, most: Dealt) -> tuple[Dealt, ...]:
    """Every way to deal a number of people to regencies that take so many at most."""
    return tuple(dealt for dealt in product(*(range(min(total, limit) + 1) for limit in most)) if sum(dealt) == total)


def possible_values(shown: Table, regencies: int) -> Iterator[tuple[Table, dict[tuple[str, str], set[Dealt]]]]:
    """Every table of members that agrees with what is shown, and with each how the savers of a segment can be dealt."""
    limit = (shown["32", "all", "any"],) * regencies
    regions = [f"320{number + 1}" for number in range(regencies)]
    for dealt in product(*(dealings(shown["32", segment, "any"], limit) for segment in SEGMENTS)):
        everybody = tuple(sum(parts) for parts in zip(*dealt, strict=True))
        if all(
            shown.get((region, "all", "any"), value) == value for region, value in zip(regions, everybody, strict=True)
        ):
            yield dict(zip(SEGMENTS, dealt, strict=True)) | {"all": everybody}


def derived(shown: Table, regencies: int) -> dict[tuple[str, str, str], set[int]]:
    """What each figure of a regency can be, `not jht` among them: members who do not save."""
    found: dict[tuple[str, str, str], set[int]] = {}
    for members in possible_values(shown, regencies):
        savers = [dealings(shown["32", segment, "jht"], members[segment]) for segment in SEGMENTS]
        for place in range(regencies):
            region = f"320{place + 1}"
            of = [{dealt[place] for dealt in ways} for ways in savers]
            saving = dict(zip(SEGMENTS, of, strict=True)) | {"all": {sum(both) for both in product(*of)}}
            if not all(savers):
                continue
            for segment in (*SEGMENTS, "all"):
                member = members[segment][place]
                found.setdefault((region, segment, "any"), set()).add(member)
                found.setdefault((region, segment, "jht"), set()).update(saving[segment])
                found.setdefault((region, segment, "not jht"), set()).update(
                    member - saver for saver in saving[segment]
                )
    return found


PEOPLE = st.lists(st.lists(st.integers(0, 4), min_size=4, max_size=4), min_size=2, max_size=3)


def loose(people: list[list[int]]) -> list[tuple[str, str, str]]:
    """Small counts of which a reader excludes zero or the threshold, where no margin is small."""
    table = table_of(people)
    suppressed = withheld(frame_of(table), EVERYTHING)
    shown = {at: value for at, value in table.items() if at not in suppressed}
    with_rests = table | {(region, segment, "not jht"): table[region, segment, "any"] - value
                          for (region, segment, programme), value in table.items() if programme == "jht"}  # fmt: skip
    margins = {at: value for at, value in with_rests.items() if at in shown or at[0] == "32"}
    assume(not any(0 < value < LEAST for value in margins.values()))
    small = [at for at, value in with_rests.items() if 0 < value < LEAST]
    assume(small)
    can_be = derived(shown, len(people))
    assert all(table[at] in can_be[at] for at in can_be if at in table)
    return [at for at in small if 0 not in can_be[at] or max(can_be[at]) < LEAST]


@settings(max_examples=60, deadline=None)
@example([[0, 4, 1, 4], [4, 0, 4, 0]])  # eight save, all in one regency of nine: one of these does not
@given(PEOPLE)
def test_no_small_count_of_a_suppressed_breakdown_can_be_derived_from_its_margins(people):
    assert loose(people) == []


def test_totals_of_regencies_are_suppressed_if_they_would_disclose_a_small_count():
    """Of seventeen, ten are in two segments: of nine in one regency that is two at the least."""
    table = table_of([[3, 2, 2, 2], [2, 2, 2, 2]])
    few = {("3201", "all", "any"): 2, ("3202", "all", "any"): 8, ("32", "all", "any"): 10}
    without = {("3201", "all", "any"): 2, ("3202", "all", "any"): 1, ("32", "all", "any"): 3}
    assert ("3201", "all", "any") in withheld(frame_of(table, few), EVERYTHING)
    assert ("3201", "all", "any") not in withheld(frame_of(table, without), EVERYTHING)
