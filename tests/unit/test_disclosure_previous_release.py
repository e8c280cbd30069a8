"""What readers remember of the release before: known figures, and those of a month that is restated."""

import polars as pl
import pytest

from assets.release.build import read_summaries
from assets.release.disclosure.grids import build_grid
from assets.release.disclosure.previous_release import compare_with_previous
from assets.release.protect import protect_all
from schemas.summaries import SUMMARIES
from tests.unit.small_releases import JAKON, MONTH, PEOPLE, POLICY, warehouse_of, write_release

WITH_FEWER = [(region, segment, sex, 6 if (region, segment, sex) == ("5102", "JAKON", "M") else number)
              for region, segment, sex, number in JAKON]  # fmt: skip


def frames_of(root, people):
    return read_summaries(warehouse_of(root, people), [MONTH])


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    root = tmp_path_factory.mktemp("before")
    frames = frames_of(root / "warehouse", PEOPLE + JAKON)
    shown = protect_all(frames, POLICY, None)
    return frames, shown, write_release(root, shown)


def memory_of(frames, folder):
    grids, size = {}, 0
    for table in SUMMARIES:
        grids[table.name] = build_grid(table, frames[table.name], size)
        size += grids[table.name].values.size
    return compare_with_previous(grids, frames, size, folder)


def test_without_a_previous_release_no_cell_is_marked(before):
    previous = memory_of(before[0], None)
    assert not (previous.suppressed | previous.published | previous.restated).any()


def test_every_figure_of_an_unchanged_month_is_known_or_remains_suppressed(before):
    frames, shown, folder = before
    previous = memory_of(frames, folder)
    assert not previous.restated.any()
    assert (previous.known.sum(), previous.costly.sum()) == (previous.published.sum(), 0)
    again = protect_all(frames, POLICY, folder)
    assert all(again.frames[name].equals(frame) for name, frame in shown.frames.items())


def test_published_figures_of_a_restated_month_are_not_known(before, tmp_path):
    previous = memory_of(frames_of(tmp_path, PEOPLE + WITH_FEWER), before[2])
    assert previous.restated.any()
    assert (previous.known.sum(), previous.costly.sum()) == (0, previous.published.sum())


def test_a_figure_that_became_small_is_protected_by_figures_published_before(before, tmp_path):
    """Of the builders of province 51 both regencies were told: 110 and 70. Now they are 110 and 6."""
    _, shown, folder = before
    after = protect_all(frames_of(tmp_path, PEOPLE + WITH_FEWER), POLICY, folder)
    key = [
        "geography_basis",
        "geography_level",
        "region_code",
        "segment",
        "programme",
        "sex",
        "age_band",
        "denominator_id",
    ]
    both = shown.frames["coverage"].join(after.frames["coverage"], on=key, suffix=" now").filter(
        pl.col("segment") == "JAKON", pl.col("programme") == "any", pl.col("geography_basis") == "home",
        pl.col("region_code").is_in(["5101", "5102"]))  # fmt: skip
    assert both["protected_persons"].to_list() == [110, 70]
    assert both["protected_persons now"].to_list() == [None, None], "the province less one would tell the other"
    was_withheld = shown.frames["coverage"]["protected_persons"].is_null()
    assert after.frames["coverage"].filter(was_withheld)["protected_persons"].null_count() == was_withheld.sum()
