"""The certificate of a small nation's release: clean, without any withheld figure, and false once a figure is shown again."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from assets.release.build import read_summaries
from assets.release.disclosure.alternative_tables import ProtectionLevels
from assets.release.disclosure.certificate import _loss, _narrowest
from assets.release.disclosure.solver_input import SuppressionResult
from assets.release.protect import verify_certificate
from schemas.summaries import SUMMARIES
from tests.nation import MONTHS, Nation
from tests.unit.small_releases import POLICY
from tests.unit.small_tables import SMALL, solver_input_of

TABLE = {table.name: table for table in SUMMARIES}
NUMBERS = {"figures", "equations", "small", "dominated", "withheld", "withheld_with_a_breakdown", "demands", "shifts"}


def release_of(nation: Nation) -> Path:
    """The last release that holds both months."""
    return sorted((nation.root / "releases" / "public").glob(f"{MONTHS[-1]}-*"))[-1]


@pytest.fixture(scope="module")
def certificate(nation) -> dict[str, Any]:
    return dict(json.loads((release_of(nation) / "certificate.json").read_text()))


def test_every_release_of_the_nation_is_certified_and_clean(nation):
    releases = sorted((nation.root / "releases" / "public").glob("2024-*"))
    assert {path.name[:7] for path in releases} == set(MONTHS)
    assert [verify_certificate(path) for path in releases] == [[]] * len(releases)


def test_the_numbers_of_a_certificate_are_numbers_of_figures_thresholds_or_whole_percents(nation, certificate):
    """What else it said of a withheld figure would be in a number of another kind."""
    plain = {key for key, value in certificate.items() if isinstance(value, int | float)}
    assert plain == NUMBERS
    assert set(certificate) - plain == {"method", "criterion", "policy", "policy_sha256", "system_sha256", "solver", "narrowest",
                                   "rows_withheld", "loss", "loss_by_level", "merged", "went", "tables", "accepted"}  # fmt: skip
    assert certificate["narrowest"]["width"] in (
        certificate["policy"]["min_employers"],
        certificate["policy"]["min_count"],
    )
    for name, loss in certificate["loss"].items():
        shown = pl.read_parquet(release_of(nation) / "parquet" / f"{name}.parquet")
        assert certificate["rows_withheld"][name] == shown.filter(pl.col("conf_status") != "F").height
        assert set(loss) == {"figures", "withheld", "withheld_value_percent"}
        assert loss["withheld"] <= loss["figures"]
        assert loss["withheld_value_percent"] in (None, *range(101))
    assert certificate["loss"]["coverage"]["withheld"] > 0


def shown_again(nation: Nation, name: str) -> pl.DataFrame | None:
    """The released table with the true figure in one row where it is withheld for others' sake; None where there is none."""
    table = TABLE[name]
    shown = pl.read_parquet(release_of(nation) / "parquet" / f"{name}.parquet")
    true_value = read_summaries(nation.locations.warehouse, list(MONTHS))[name]
    for count in [field.name for field in table.fields if field.sensitive]:
        if count not in shown.columns:
            continue
        both = shown.join(true_value.select(*table.key, pl.col(count).alias("true")), on=list(table.key), how="left",
                          nulls_equal=True, maintain_order="left")  # fmt: skip
        secondary = both.with_row_index().filter(
            pl.col("conf_status") == "D", pl.col(count).is_null(), pl.col("true") >= 10
        )
        if secondary.height:
            row = secondary["index"][0]
            published = (
                pl.when(pl.int_range(pl.len()) == row).then(pl.col("true")).otherwise(pl.col(count)).alias(count)
            )
            return both.with_columns(published).select(shown.columns)
    return None


@pytest.mark.parametrize("name", ["coverage", "flows", "coverage_enterprise", "compliance"])
def test_one_figure_shown_again_is_found(nation, tmp_path, name):
    folder = tmp_path / "copy"
    shutil.copytree(release_of(nation) / "parquet", folder / "parquet")
    shutil.copy(release_of(nation) / "certificate.json", folder)
    assert verify_certificate(folder) == []
    again = shown_again(nation, name)
    assert again is not None
    again.write_parquet(folder / "parquet" / f"{name}.parquet")
    assert verify_certificate(folder) == [f"{name} is not the table that was certified"]


def test_the_narrowest_interval_is_of_a_small_count_never_of_a_dominated_figure():
    """Of 20 workers of one employer a tenth more or less is possible: an interval of 4 would tell that they are 20."""
    table = SMALL.copy()
    solver_input = solver_input_of(table, 10)
    (small,) = np.unique(solver_input.levels.index)
    (large,) = np.flatnonzero(solver_input.system.value == 20)
    dominated = ProtectionLevels(
        np.zeros(4, dtype=bool), np.array([small, small, large, large]), np.array([-4, 6, -2.0, 2.0])
    )
    solver_input.levels, solver_input.level_subproblem = dominated, np.zeros(4, dtype=np.int64)
    pattern = SimpleNamespace(small=table.ravel() < 10)
    nothing = SuppressionResult(np.zeros(solver_input.system.size, dtype=bool))
    assert _narrowest((solver_input, nothing), pattern)["width"] == 10
    solver_input.levels, solver_input.level_subproblem = dominated[np.array([2, 3])], np.zeros(2, dtype=np.int64)
    assert _narrowest((solver_input, nothing), pattern) == {}


@pytest.mark.parametrize(("other", "percent"), [(9_995, None), (9_996, 1), (99_996, 1)])
def test_the_percentage_of_loss_is_too_coarse_to_disclose_a_figure(other, percent):
    """Four persons are withheld beside a figure that is shown: of 10,000 a whole percent is a hundred."""
    true_values = np.array([4, other])
    of_table = SimpleNamespace(span=slice(0, 2))
    pattern = SimpleNamespace(
        grids={"one": of_table},
        true_values=true_values,
        has_column=true_values > 0,
        suppressed=true_values < 10,
        policy=POLICY,
    )
    assert _loss(pattern, "one") == {"figures": 2, "withheld": 1, "withheld_value_percent": percent}
