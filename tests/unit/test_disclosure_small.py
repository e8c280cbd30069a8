"""Whatever few people a nation has, there is a release of it, and a reader derives no small count from it.

Planted: a nation with few construction workers. Its totals of all and of wage earners are shown wherever anything else
protects; here the two together would tell how many builders there are.
"""

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assets.release.build import read_summaries
from assets.release.disclosure.certificate import _unproven_levels
from assets.release.disclosure.information_loss import explain_information_loss
from assets.release.disclosure.policy import Policy
from assets.release.disclosure.solver_input import PUBLISHED_BEFORE
from assets.release.protect import Protected, protect_all
from tests.unit.attacker import Attacker, contains, total
from tests.unit.small_releases import warehouse_of
from tests.unit.small_tables import solver_input_of, suppress, with_totals
from tests.unit.two_months import attacker_of, flows_of, small_of

POLICY = Policy(10)
DECEMBER, JANUARY = date(2024, 12, 1), date(2025, 1, 1)
OTHERS = [("3201", "PU", "M", 400), ("3201", "BPU", "M", 300), ("3171", "PU", "M", 500)]
ASKED = 60  # small counts that the attacker looks for: each takes him two programmes
People = list[tuple[str, str, str, int]]
Frames = dict[str, pl.DataFrame]


def nation(root: Path, people: People, month: date = DECEMBER) -> Frames:
    frames = read_summaries(warehouse_of(root, people), ["2024-12"])
    return {name: frame.with_columns(pl.lit(month).alias("month")) for name, frame in frames.items()}


def with_builders(root: Path, builders: int, month: date = DECEMBER) -> Frames:
    return nation(root, [*OTHERS, ("3201", "JAKON", "M", builders)], month)


def national(shown: Protected, month: date = DECEMBER) -> dict[str, int | None]:
    """Protected persons of the nation by segment."""
    rows = shown.frames["coverage"].filter(
        pl.col("month") == month, pl.col("geography_level") == "nation", pl.col("programme") == "any",
        pl.col("geography_basis") == "home", pl.col("sex") == "all", pl.col("age_band") == "all",
    )  # fmt: skip
    return dict(rows.select("segment", "protected_persons").iter_rows())


def derived(true_value: Frames, shown: Protected) -> list[object]:
    """Small counts of which a reader derives more than that they are small."""
    attacker, small = attacker_of(shown.frames), small_of(true_value)
    return [
        cell
        for cell in small[:: max(1, len(small) // ASKED)]
        if not contains(attacker.interval(cell), 0, POLICY.min_count)
    ]


def test_every_national_total_is_shown_with_many_builders(tmp_path):
    assert national(protect_all(with_builders(tmp_path, 40), POLICY, None)) == {
        "all": 1240, "formal": 940, "PU": 900, "JAKON": 40, "informal": 300, "BPU": 300,
    }  # fmt: skip


def test_only_the_necessary_national_totals_are_suppressed_with_few_builders(tmp_path):
    few = with_builders(tmp_path, 4)
    shown = protect_all(few, POLICY, None)
    published = national(shown)
    assert published["JAKON"] is None
    assert sum(published[segment] is None for segment in ("all", "formal", "PU", "informal", "BPU")) in (1, 2)
    assert derived(few, shown) == []
    lost = [
        entry["what"]
        for entry in shown.certificate["went"]
        if entry["what"].startswith("protected_persons of coverage ")
    ]
    assert any("geography_level nation, region_code ID, segment" in what for what in lost)
    assert explain_information_loss(shown.certificate).startswith("The release shows ")


def test_the_men_of_the_nation_do_not_disclose_a_province_of_men_only(tmp_path):
    """No row of women is there, so that the nation's men, less those of the other provinces, would be its people."""
    men = nation(tmp_path, [("3171", "PU", "M", 3), ("5101", "PU", "M", 200), ("0000", "BPU", "M", 12)])
    shown = protect_all(men, POLICY, None)
    assert derived(men, shown) == []


def test_the_month_with_many_builders_keeps_its_totals(tmp_path):
    many, few = with_builders(tmp_path / "many", 40), with_builders(tmp_path / "few", 4, JANUARY)
    both = {name: pl.concat([many[name], frame]) for name, frame in few.items()}
    shown = protect_all(both, POLICY, None)
    assert None not in national(shown).values()
    assert None in national(shown, JANUARY).values()


NUMBERS = st.one_of(st.integers(0, 3), st.integers(0, 12), st.integers(0, 400))
NATIONS = st.dictionaries(
    st.tuples(st.sampled_from(["3201", "3202", "3171", "5101", "0000"]), st.sampled_from(["PU", "JAKON", "BPU", "PMI"]),
              st.sampled_from(["M", "F"])), NUMBERS, min_size=1, max_size=12,
)  # fmt: skip


def people_of(drawn: dict[tuple[str, str, str], int]) -> People:
    return [(*place, number) for place, number in drawn.items() if number] or [("3201", "PU", "M", 1)]


@settings(max_examples=5, deadline=None)
@given(drawn=NATIONS)
def test_any_small_nation_is_published_without_a_derivable_small_count(tmp_path_factory, drawn):
    true_value = nation(tmp_path_factory.mktemp("any"), people_of(drawn))
    shown = protect_all(true_value, POLICY, None)
    assert derived(true_value, shown) == []


@settings(max_examples=2, deadline=None)
@given(first=NATIONS, second=NATIONS)
def test_any_two_months_of_a_small_nation_are_published(tmp_path_factory, first, second):
    """The second month follows a release of the first, of which readers know every figure. Its proofs are kept, or not."""
    root = tmp_path_factory.mktemp("two")
    before = nation(root / "before", people_of(first))
    now = nation(root / "now", people_of(second), JANUARY)
    now["flows"] = flows_of(before["coverage"], now["coverage"])
    both = {name: pl.concat([before[name], now[name]]) for name in before}
    released = protect_all(before, POLICY, None)
    (root / "parquet").mkdir()
    for name, frame in released.frames.items():
        frame.write_parquet(root / "parquet" / f"{name}.parquet")
    for earlier, kept in ((None, None), (root, None), (root, released.proofs)):
        shown = protect_all(both, POLICY, earlier, kept=kept)
        assert derived(both, shown) == []


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.integers(0, 14), min_size=9, max_size=9),
    st.sets(st.integers(0, 15)),
    st.sets(st.integers(0, 15)),
)
def test_any_table_is_protected_regardless_of_figures_to_show_or_published_before(numbers, kept, published):
    assume(any(numbers))
    table = with_totals(np.array(numbers).reshape(3, 3))
    solver_input = solver_input_of(table, 10, keep_shown=tuple(kept | published))
    already_published = [
        solver_input.system.variable[cell] for cell in published if solver_input.system.variable[cell] >= 0
    ]
    solver_input.fixed_rank[already_published] = PUBLISHED_BEFORE
    solver_input.fixed_rank[solver_input.levels.index] = 0
    result = suppress(solver_input)
    assert not len(result.unprotected)
    assert _unproven_levels(solver_input, result, result.suppressed) == []
    variable = solver_input.system.variable.reshape(table.shape)
    suppressed = (variable >= 0) & result.suppressed[np.maximum(variable, 0)]
    provinces = [(i, j) for i in range(4) for j in range(4)]
    shown = {place: None if suppressed[place] else int(table[place]) for place in provinces}
    sums = [total((i, 3), [(i, j) for j in range(3)]) for i in range(4)]
    sums += [total((3, j), [(i, j) for i in range(3)]) for j in range(4)]
    attacker = Attacker(shown, sums)
    small = [place for place in provinces if 0 < table[place] < 10]
    assert all(contains(attacker.interval(place), 0, 10) for place in small)
