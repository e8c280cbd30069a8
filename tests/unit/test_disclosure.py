"""Secondary suppression and its proof: on small tables against an attacker who tries every table, and on whole releases."""

import itertools
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import highspy
import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assets.coverage.build import build_coverage
from assets.coverage.catalogue import CATALOGUE
from assets.coverage.summary import build_summary
from assets.errors import ReleaseRefused
from assets.release.build import read_summaries
from assets.release.disclosure import certificate as certificates
from assets.release.disclosure import policy as policies
from assets.release.disclosure.alternative_tables import LocalProblem, ProtectionLevels
from assets.release.disclosure.certificate import _unproven_levels, _wrong_status, audit, verify_certificate
from assets.release.disclosure.linear_system import build_system
from assets.release.disclosure.pattern import find_pattern
from assets.release.disclosure.policy import Policy, check_policy, load_policy
from assets.release.disclosure.secondary_suppression import SecondarySuppression
from assets.release.disclosure.solver_input import SolverInput, Subproblem, SuppressionResult
from assets.release.protect import protect_all
from assets.warehouse import Warehouse
from schemas.extracts.catalogue import stored_table
from schemas.extracts.workforce import WORKFORCE
from schemas.registers import PERSON_CELLS
from schemas.summaries import DATA_QUALITY, SUMMARIES

RULE = Policy(10, sparse_percent=60)  # so that single figures are withheld, not whole breakdowns
MONTH = "2024-12"
TABLE = {table.name: table for table in SUMMARIES}


# --- a table with rows, columns and totals ---------------------------------------------------------------------------


def with_totals(inner: np.ndarray) -> np.ndarray:
    """The table with a column and a row of totals."""
    wide = np.concatenate([inner, inner.sum(axis=1, keepdims=True)], axis=1)
    return np.concatenate([wide, wide.sum(axis=0, keepdims=True)])


def task_of(table: np.ndarray, least: int, *, keep_open: tuple[int, ...] = ()) -> SolverInput:
    """SecondarySuppression counts below `least` in a table with totals; `keep_open` are cells that may not be hidden."""
    height, width = table.shape
    place = np.arange(table.size).reshape(height, width)
    lines = [*place, *place.T]
    row = np.concatenate([np.full(len(line), number) for number, line in enumerate(lines)])
    sign = np.concatenate([np.append(np.ones(len(line) - 1, dtype=np.int64), -1) for line in lines])
    values = table.ravel().astype(np.int64)
    everything, nothing = np.ones(table.size, dtype=bool), np.zeros(table.size, dtype=bool)
    system = build_system(values, everything, nothing, row, np.concatenate(lines), sign)
    small = np.flatnonzero((system.value > 0) & (system.value < least))
    change = np.concatenate([-system.value[small], np.maximum(least - system.value[small], 1)]).astype(float)
    levels = ProtectionLevels(np.zeros(2 * len(small), dtype=bool), np.concatenate([small, small]), change)
    is_open = np.zeros(system.size, dtype=bool)
    is_open[[system.variable[cell] for cell in keep_open if system.variable[cell] >= 0]] = True
    none = np.full(system.size, -1)
    return SolverInput(system, levels, np.zeros(2 * len(small), dtype=np.int64), [Subproblem(1, "")], np.zeros(system.size, dtype=np.int64),
                1 + np.log1p(system.value), is_open, none, none, np.zeros(system.size, dtype=bool))  # fmt: skip


def protected(task: SolverInput) -> SuppressionResult:
    small = np.zeros(task.system.size, dtype=bool)
    small[task.levels.index] = True
    return SecondarySuppression(task, small).run()


def possible(table: np.ndarray, suppressed: np.ndarray, most: int) -> list[set[int]]:
    """What an attacker finds each inner cell can be, who tries every whole number up to `most` for each hidden one."""
    height, width = table.shape
    inner = [(i, j) for i in range(height - 1) for j in range(width - 1)]
    unknown = [cell for cell in inner if suppressed[cell]]
    found: dict[tuple[int, int], set[int]] = {cell: set() for cell in unknown}
    for tried in itertools.product(range(most + 1), repeat=len(unknown)):
        guess = table[:-1, :-1].copy()
        for cell, value in zip(unknown, tried, strict=True):
            guess[cell] = value
        agrees = with_totals(guess) == table
        if (agrees | suppressed).all():
            for cell, value in zip(unknown, tried, strict=True):
                found[cell].add(value)
    return [found[cell] for cell in unknown]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=9, max_size=9))
def test_an_attacker_who_tries_every_table_never_finds_a_small_count(numbers):
    table = with_totals(np.array(numbers).reshape(3, 3))
    task = task_of(table, 3)
    assume(len(task.levels))
    done = protected(task)
    assert not len(done.unprotected)
    variable = task.system.variable.reshape(table.shape)
    suppressed = (variable >= 0) & done.suppressed[np.maximum(variable, 0)]
    assume(suppressed[:-1, :-1].sum() <= 4)
    cells = [table[i, j] for i in range(3) for j in range(3) if suppressed[i, j]]
    for value, found in zip(cells, possible(table, suppressed, 8), strict=True):
        assert value in found
        if value < 3:
            assert min(found) < max(found) >= 3


SMALL = with_totals(np.array([[4, 40, 60], [50, 70, 30], [80, 20, 90]]))


def test_one_small_count_takes_three_others_with_it():
    task = task_of(SMALL, 10, keep_open=(3, 7, 11, 12, 13, 14, 15))
    assert protected(task).suppressed.sum() == 4


def test_to_show_any_figure_that_was_withheld_leaves_a_proof_without_ground():
    task = task_of(SMALL, 10, keep_open=(3, 7, 11, 12, 13, 14, 15))
    done = protected(task)
    assert _unproven_levels(task, done, done.suppressed) == []
    for figure in np.flatnonzero(done.suppressed):
        without = done.suppressed.copy()
        without[figure] = False
        assert _unproven_levels(task, done, without), "every one is needed"


def test_where_nothing_else_protects_figures_go_that_are_shown_else():
    everything = tuple(cell for cell in range(16) if cell != 0)
    done = protected(task_of(SMALL, 10, keep_open=everything))
    assert (len(done.unprotected), int(done.suppressed.sum())) == (0, 4)


def test_where_the_solver_finds_nothing_all_that_hangs_together_is_withheld(monkeypatch):
    monkeypatch.setattr(LocalProblem, "find_alternative", lambda *asked, **options: None)
    task = task_of(SMALL, 10)
    done = protected(task)
    assert not len(done.unprotected)
    assert done.suppressed.all()
    assert _unproven_levels(task, done, done.suppressed) == []


def test_a_solver_that_stops_early_is_a_refusal(monkeypatch):
    stopped = highspy.HighsModelStatus.kTimeLimit
    monkeypatch.setattr(highspy.Highs, "getModelStatus", lambda solver: stopped)
    with pytest.raises(ReleaseRefused, match="the solver stopped early"):
        protected(task_of(SMALL, 10))


def test_a_sum_that_does_not_hold_is_refused_before_anything_is_computed():
    table = SMALL.copy()
    table[0, 0] += 1
    with pytest.raises(ReleaseRefused, match="2 of 8 sums"):
        task_of(table, 10)


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
def test_a_policy_weaker_than_the_floor_is_refused_by_the_name_of_the_rule(weaker, rule):
    with pytest.raises(ReleaseRefused, match=f"weaker than the floor: {rule}"):
        check_policy(replace(RULE, **weaker))


def test_ministries_may_see_from_five_on():
    assert check_policy(replace(RULE, audience="inter_ministry", min_count=5)).min_count == 5


def test_a_policy_file_of_the_user_replaces_ours_and_one_that_is_none_is_named(tmp_path, monkeypatch):
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


def warehouse_of(root: Path, persons: list[tuple[str, str, str, int]]) -> Warehouse:
    """A month of coverage: region, segment and sex with a number of persons; at home and at work alike."""
    usual = {"month": date(2024, 12, 1), "age_band": "25-34", "status": "protected", "jkk": True, "jkm": True, "jht": False,
             "jp": False, "jkp": False, "dual_persons": 0}  # fmt: skip
    cells = [
        usual
        | {
            "geography_basis": basis,
            "region_code": region,
            "segment": segment,
            "sex": sex,
            "persons": n,
            "memberships": n,
        }
        for basis in ("home", "work")
        for region, segment, sex, n in persons
    ]
    quality = [{"month": date(2024, 12, 1), "extract": "enrolments", "office_code": "A01", "rule": "sex_present",
                "severity": "fatal", "applicable_rows": 90, "broken_rows": 0, "status": "passed"}]  # fmt: skip
    warehouse = Warehouse(root)
    tables = (
        ("person_cells", PERSON_CELLS, cells),
        ("workforce", stored_table(WORKFORCE), []),
        ("data_quality", DATA_QUALITY, quality),
    )
    for name, table, rows in tables:
        frame = pl.DataFrame([dict.fromkeys(table.storage) | row for row in rows], schema=table.storage)
        with warehouse.candidate(name, MONTH) as candidate:
            frame.write_parquet(candidate / "part-00000.parquet")
            warehouse.promote(name, MONTH, candidate, {"fingerprint": name})
    build_coverage(warehouse, MONTH)
    for summary in CATALOGUE:
        build_summary(warehouse, MONTH, summary)
    return warehouse


PEOPLE = [
    (region, segment, sex, number)
    for region, numbers in {
        "3201": (400, 310, 220, 150), "3202": (300, 250, 180, 140), "3203": (260, 270, 190, 160), "3204": (3, 240, 170, 130),
        "3171": (900, 800, 300, 200), "3172": (700, 650, 280, 190), "3173": (720, 610, 240, 230),
        "5101": (500, 420, 210, 180), "5102": (460, 410, 230, 120), "5103": (430, 390, 220, 170),
    }.items()
    for (segment, sex), number in zip((("PU", "M"), ("PU", "F"), ("BPU", "M"), ("BPU", "F")), numbers, strict=True)
]  # fmt: skip
JAKON = [("3201", "JAKON", "M", 4), ("3202", "JAKON", "M", 130), ("3203", "JAKON", "M", 150), ("3171", "JAKON", "M", 200),
         ("3172", "JAKON", "M", 90), ("5101", "JAKON", "M", 110), ("5102", "JAKON", "M", 70)]  # fmt: skip


@pytest.fixture(scope="module")
def frames(tmp_path_factory):
    return read_summaries(warehouse_of(tmp_path_factory.mktemp("people"), PEOPLE + JAKON), [MONTH])


@pytest.fixture(scope="module")
def pattern(frames):
    return find_pattern(frames, RULE)


@pytest.fixture(scope="module")
def shown(frames):
    return protect_all(frames, RULE, None)


def written(folder: Path, shown: object) -> Path:
    (folder / "parquet").mkdir()
    for table in SUMMARIES:
        shown.frames[table.name].sort(table.key).write_parquet(folder / "parquet" / f"{table.name}.parquet")
    (folder / "certificate.json").write_text(json.dumps(shown.certificate))
    return folder


def test_a_release_is_certified_and_its_headline_is_shown(shown, tmp_path):
    coverage = shown.frames["coverage"].filter(pl.col("geography_level") == "nation", pl.col("programme") == "any")
    assert coverage.filter(pl.col("sex") == "all", pl.col("age_band") == "all")["protected_persons"].null_count() == 0
    assert verify_certificate(written(tmp_path, shown)) == []


def test_the_four_builders_of_a_regency_are_withheld_and_not_alone(shown):
    rows = shown.frames["coverage"].filter(
        pl.col("geography_level") == "regency", pl.col("segment") == "JAKON", pl.col("programme") == "any",
        pl.col("geography_basis") == "home", pl.col("region_code").str.starts_with("32"),
    )  # fmt: skip
    suppressed = rows.filter(pl.col("protected_persons").is_null())
    assert "3201" in suppressed["region_code"].to_list()
    assert suppressed.height >= 2, "the province less the others would tell the one"


def test_the_certificate_holds_what_it_was_made_with_and_no_figure(shown):
    stated = shown.certificate
    assert stated["policy_sha256"] == RULE.digest()
    assert min(stated["demands"], stated["shifts"], stated["small"]) > 0
    assert stated["loss"]["coverage"]["withheld"] > 0
    assert set(stated["loss"]["coverage"]) == {"figures", "withheld", "withheld_value_percent"}


def test_the_same_tables_are_protected_in_the_same_way(frames, shown):
    again = protect_all(frames, RULE, None)
    assert again.certificate == shown.certificate
    assert all(again.frames[name].equals(frame) for name, frame in shown.frames.items())


def test_showing_a_figure_that_was_withheld_refuses_the_release(frames, pattern, shown):
    """Every withheld figure of protected persons outside the small ones, one after the other."""
    coverage = shown.frames["coverage"]
    refused = 0
    secondary = coverage.with_row_index().filter((pl.col("conf_status") == "D") & pl.col("protected_persons").is_null())
    some = secondary["index"].to_list()[:: max(1, secondary.height // 12)]
    for row in some:
        true = frames["coverage"]["protected_persons"][row]
        if not true:
            continue
        told = coverage["protected_persons"].clone()
        told[row] = true
        spoiled = shown.frames | {"coverage": coverage.with_columns(told.alias("protected_persons"))}
        refused += 1
        assert audit(pattern, frames, spoiled), "one more figure, and something can be computed"
    assert refused > 3


def test_a_figure_that_is_not_the_true_one_refuses_the_release(frames, pattern, shown):
    coverage = shown.frames["coverage"].with_columns(pl.col("protected_persons") + 1)
    assert audit(pattern, frames, shown.frames | {"coverage": coverage}) == [
        "coverage shows a figure that is not the true one"
    ]


def test_an_audit_that_finds_anything_releases_nothing(frames, monkeypatch):
    monkeypatch.setattr(certificates, "audit", lambda *given: ["something"])
    with pytest.raises(ReleaseRefused, match="disclosure control failed: something"):
        protect_all(frames, RULE, None)


def test_a_table_changed_afterwards_is_not_the_certified_one(shown, tmp_path):
    folder = written(tmp_path, shown)
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
def test_a_row_whose_code_does_not_say_what_is_withheld_is_found(shown, column, value, problem):
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


def test_what_was_withheld_before_stays_withheld(frames, shown, tmp_path):
    """The month again, one builder more in the regency that was withheld: the sum of its province tells nothing of before."""
    again = protect_all(frames, RULE, written(tmp_path, shown))
    for name, frame in shown.frames.items():
        for column in (
            field.name for field in next(t for t in SUMMARIES if t.name == name).released().fields if field.sensitive
        ):
            assert (again.frames[name][column].is_null() | frame[column].is_not_null()).all(), (name, column)
