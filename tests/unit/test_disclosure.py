"""Secondary suppression and its proof: on small tables against an attacker who tries every table, and on whole releases."""

from dataclasses import replace

import highspy
import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assets.errors import ReleaseRefused
from assets.release.build import read_summaries
from assets.release.disclosure import certificate as certificates
from assets.release.disclosure import policy as policies
from assets.release.disclosure.alternative_tables import LocalProblem
from assets.release.disclosure.certificate import _unproven_levels, _wrong_status, audit, verify_certificate
from assets.release.disclosure.pattern import find_pattern
from assets.release.disclosure.policy import check_policy, load_policy
from assets.release.protect import protect_all
from schemas.summaries import SUMMARIES
from tests.unit.small_releases import JAKON, MONTH, PEOPLE, POLICY, warehouse_of, write_release
from tests.unit.small_tables import SMALL, possible_values, solver_input_of, suppress, with_totals

TABLE = {table.name: table for table in SUMMARIES}


# --- a table with rows, columns and totals ---------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=9, max_size=9))
def test_an_attacker_who_tries_every_table_never_finds_a_small_count(numbers):
    table = with_totals(np.array(numbers).reshape(3, 3))
    solver_input = solver_input_of(table, 3)
    assume(len(solver_input.levels))
    result = suppress(solver_input)
    assert not len(result.unprotected)
    variable = solver_input.system.variable.reshape(table.shape)
    suppressed = (variable >= 0) & result.suppressed[np.maximum(variable, 0)]
    assume(suppressed[:-1, :-1].sum() <= 4)
    cells = [table[i, j] for i in range(3) for j in range(3) if suppressed[i, j]]
    for value, found in zip(cells, possible_values(table, suppressed, 8), strict=True):
        assert value in found
        if value < 3:
            assert min(found) < max(found) >= 3


def test_one_small_count_needs_three_secondary_suppressions():
    solver_input = solver_input_of(SMALL, 10, keep_shown=(3, 7, 11, 12, 13, 14, 15))
    assert suppress(solver_input).suppressed.sum() == 4


def test_showing_any_suppressed_figure_breaks_a_proof():
    solver_input = solver_input_of(SMALL, 10, keep_shown=(3, 7, 11, 12, 13, 14, 15))
    result = suppress(solver_input)
    assert _unproven_levels(solver_input, result, result.suppressed) == []
    for figure in np.flatnonzero(result.suppressed):
        without = result.suppressed.copy()
        without[figure] = False
        assert _unproven_levels(solver_input, result, without), "every one is needed"


def test_figures_to_suppress_last_are_suppressed_if_no_others_suffice():
    all_cells = tuple(cell for cell in range(16) if cell != 0)
    result = suppress(solver_input_of(SMALL, 10, keep_shown=all_cells))
    assert (len(result.unprotected), int(result.suppressed.sum())) == (0, 4)


def test_all_connected_figures_are_suppressed_if_the_solver_finds_no_alternative(monkeypatch):
    monkeypatch.setattr(LocalProblem, "find_alternative", lambda *asked, **options: None)
    solver_input = solver_input_of(SMALL, 10)
    result = suppress(solver_input)
    assert not len(result.unprotected)
    assert result.suppressed.all()
    assert _unproven_levels(solver_input, result, result.suppressed) == []


def test_a_solver_that_stops_early_is_a_refusal(monkeypatch):
    stopped = highspy.HighsModelStatus.kTimeLimit
    monkeypatch.setattr(highspy.Highs, "getModelStatus", lambda solver: stopped)
    with pytest.raises(ReleaseRefused, match="the solver stopped early"):
        suppress(solver_input_of(SMALL, 10))


def test_a_sum_that_does_not_hold_is_refused_before_anything_is_computed():
    table = SMALL.copy()
    table[0, 0] += 1
    with pytest.raises(ReleaseRefused, match="2 of 8 sums"):
        solver_input_of(table, 10)


# --- the policy ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weaker", "rule"),
    [
        ({"min_count": 9}, "min_count"),
        ({"audience": "inter_ministry", "min_count": 4}, "min_count"),
        ({"min_employers": 2}, "min_employers"),
        ({"dominance_percent": 90}, "dominance_percent"),
        ({"p_percent": 5}, "p_percent"),
    ],
)
def test_a_policy_below_a_lower_limit_is_refused_with_the_parameter(weaker, rule):
    with pytest.raises(ReleaseRefused, match=f"weaker than the floor: {rule}"):
        check_policy(replace(POLICY, **weaker))


def test_ministries_may_see_counts_from_five():
    assert check_policy(replace(POLICY, audience="inter_ministry", min_count=5)).min_count == 5


def test_a_policy_file_replaces_the_default_and_an_invalid_one_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "policy.json"
    monkeypatch.setenv(policies.POLICY, str(path))
    for text, expected in (
        ('{"min_count": 20}', 20),
        ('{"min_count": 3}', None),
        ("no policy", None),
        ('{"most": 1}', None),
    ):
        path.write_text(text)
        load_policy.cache_clear()
        if expected:
            assert load_policy().min_count == expected
        else:
            with pytest.raises(ReleaseRefused, match="policy"):
                load_policy()
    load_policy.cache_clear()


# --- a whole release -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def frames(tmp_path_factory):
    return read_summaries(warehouse_of(tmp_path_factory.mktemp("people"), PEOPLE + JAKON), [MONTH])


@pytest.fixture(scope="module")
def pattern(frames):
    return find_pattern(frames, POLICY)


@pytest.fixture(scope="module")
def shown(frames):
    return protect_all(frames, POLICY, None)


def test_a_release_is_certified_and_its_headline_is_shown(shown, tmp_path):
    coverage = shown.frames["coverage"].filter(pl.col("geography_level") == "nation", pl.col("programme") == "any")
    assert coverage.filter(pl.col("sex") == "all", pl.col("age_band") == "all")["protected_persons"].null_count() == 0
    assert verify_certificate(write_release(tmp_path, shown)) == []


def test_the_four_builders_of_a_regency_are_suppressed_with_another_regency(shown):
    rows = shown.frames["coverage"].filter(
        pl.col("geography_level") == "regency", pl.col("segment") == "JAKON", pl.col("programme") == "any",
        pl.col("geography_basis") == "home", pl.col("region_code").str.starts_with("32"),
    )  # fmt: skip
    suppressed = rows.filter(pl.col("protected_persons").is_null())
    assert "3201" in suppressed["region_code"].to_list()
    assert suppressed.height >= 2, "the province less the others would tell the one"


def test_the_certificate_contains_the_policy_and_counts_but_no_figure(shown):
    certificate = shown.certificate
    assert certificate["policy_sha256"] == POLICY.digest()
    assert min(certificate["demands"], certificate["shifts"], certificate["small"]) > 0
    assert certificate["loss"]["coverage"]["withheld"] > 0
    assert set(certificate["loss"]["coverage"]) == {"figures", "withheld", "withheld_value_percent"}


def test_the_same_tables_are_protected_in_the_same_way(frames, shown):
    again = protect_all(frames, POLICY, None)
    assert again.certificate == shown.certificate
    assert all(again.frames[name].equals(frame) for name, frame in shown.frames.items())


def test_showing_a_suppressed_figure_refuses_the_release(frames, pattern, shown):
    """Every withheld figure of protected persons outside the small ones, one after the other."""
    coverage = shown.frames["coverage"]
    refused = 0
    secondary = coverage.with_row_index().filter((pl.col("conf_status") == "D") & pl.col("protected_persons").is_null())
    some = secondary["index"].to_list()[:: max(1, secondary.height // 12)]
    for row in some:
        true_value = frames["coverage"]["protected_persons"][row]
        if not true_value:
            continue
        published = coverage["protected_persons"].clone()
        published[row] = true_value
        spoiled = shown.frames | {"coverage": coverage.with_columns(published.alias("protected_persons"))}
        refused += 1
        assert audit(pattern, frames, spoiled), "one more figure, and something can be computed"
    assert refused > 3


def test_a_figure_that_is_not_the_true_one_refuses_the_release(frames, pattern, shown):
    coverage = shown.frames["coverage"].with_columns(pl.col("protected_persons") + 1)
    assert audit(pattern, frames, shown.frames | {"coverage": coverage}) == [
        "coverage shows a figure that is not the true one"
    ]


def test_a_finding_of_the_audit_refuses_the_release(frames, monkeypatch):
    monkeypatch.setattr(certificates, "audit", lambda *given: ["something"])
    with pytest.raises(ReleaseRefused, match="disclosure control failed: something"):
        protect_all(frames, POLICY, None)


def test_a_table_changed_afterwards_is_not_the_certified_one(shown, tmp_path):
    folder = write_release(tmp_path, shown)
    path = folder / "parquet" / "coverage.parquet"
    pl.read_parquet(path).with_columns(memberships=pl.col("memberships") + 1).write_parquet(path)
    assert verify_certificate(folder) == ["coverage is not the table that was certified"]


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("conf_status", pl.lit("?"), "coverage has rows without conf_status"),
        ("conf_status", pl.lit("D"), "coverage has rows with the status of a suppressed figure that show all figures"),
        (
            "gap_persons",
            pl.lit(7),
            "gap_persons of coverage is shown where a figure that it is computed from is suppressed",
        ),
    ],
)
def test_a_row_with_a_wrong_status_is_found(shown, column, value, problem):
    coverage = shown.frames["coverage"]
    full = pl.DataFrame(
        {name: [1] if kind.is_numeric() else [None] for name, kind in coverage.schema.items()},
        schema_overrides=coverage.schema,
    ).with_columns(coverage_flag=pl.lit("ok"), conf_status=pl.lit("F"))
    rows = pl.concat([coverage, full]).with_columns(value.cast(coverage.schema[column]).alias(column))
    assert _wrong_status(coverage, TABLE["coverage"]) == []
    assert problem in _wrong_status(rows, TABLE["coverage"])


def test_a_release_without_a_certificate_is_found(tmp_path):
    assert verify_certificate(tmp_path) == ["certificate.json, or a table that it lists, cannot be read"]


def test_a_figure_suppressed_before_remains_suppressed(frames, shown, tmp_path):
    """The month again, one builder more in the regency that was withheld: the sum of its province tells nothing of before."""
    again = protect_all(frames, POLICY, write_release(tmp_path, shown))
    for name, frame in shown.frames.items():
        for column in (
            field.name for field in next(t for t in SUMMARIES if t.name == name).released().fields if field.sensitive
        ):
            assert (again.frames[name][column].is_null() | frame[column].is_not_null()).all(), (name, column)
