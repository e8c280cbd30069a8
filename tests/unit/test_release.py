"""Disclosure control and the audits: what may not leave does not, and each defect refuses the release."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pytest

from assets.csv_escaping import escape_formulas
from assets.release.build import build
from assets.release.protect import Policy, count_exposed, load_policy, protect
from assets.release.published_release import PublishedRelease
from assets.release.verify import audit_candidate
from assets.warehouse import Warehouse
from schemas.summaries import COVERAGE, DATA_QUALITY, SUMMARIES
from tests.unit.filled import filled
from tests.unit.invented_rows import rows_of

MONTH = "2024-12"
RULE = Policy(10)
RATIOS = ["coverage_ratio", "ratio_low", "ratio_high", "gap_persons"]
UNLISTED = "the manifest does not list the files of the release as they are"
COUNTS = ["protected_persons", "registered_persons", "memberships", "dual_persons"]


# --- protection ----------------------------------------------------------------------------------------------------


def protected(**figures: int) -> dict[str, object]:
    """One row of coverage after protection; 100 of everything by default."""
    usual = dict.fromkeys(COUNTS, 100) | {"denominator_persons": 1000, "coverage_ratio": 0.1, "ratio_low": 0.09,
                                          "ratio_high": 0.11, "gap_persons": 900}  # fmt: skip
    frame = rows_of(COVERAGE, [usual | figures])
    return protect(frame, COVERAGE, RULE).row(0, named=True)


def withheld(row: dict[str, object]) -> list[str]:
    return [name for name in [*COUNTS, "denominator_persons", *RATIOS] if row[name] is None]


@pytest.mark.parametrize("count", [0, 10, 11])
def test_nobody_and_ten_or_more_persons_are_shown(count):
    row = protected(protected_persons=count)
    assert (row["protected_persons"], row["conf_status"], withheld(row)) == (count, "F", [])


@pytest.mark.parametrize("count", [1, 9])
def test_one_to_nine_protected_persons_are_withheld_with_all_that_follows_from_them(count):
    row = protected(protected_persons=count)
    assert withheld(row) == [*COUNTS, *RATIOS]
    assert (row["conf_status"], row["denominator_persons"]) == ("A", 1000)


@pytest.mark.parametrize("name", ["registered_persons", "memberships", "dual_persons"])
def test_another_small_count_is_withheld_alone(name):
    row = protected(**{name: 9})
    assert (withheld(row), row["conf_status"]) == ([name], "A")


def test_broken_rows_go_with_a_small_number_of_rows():
    counts = [{"applicable_rows": 9, "broken_rows": 0}, {"applicable_rows": 90, "broken_rows": 9},
              {"applicable_rows": 90, "broken_rows": 10}]  # fmt: skip
    result = protect(rows_of(DATA_QUALITY, [row | {"rule": "sex_present"} for row in counts]), DATA_QUALITY, RULE)
    assert result.select("applicable_rows", "broken_rows", "conf_status").rows() == [
        (None, None, "A"),
        (90, None, "A"),
        (90, 10, "F"),
    ]


def test_counts_of_files_are_shown_however_small():
    row = {"rule": "files_rejected", "severity": "volume", "applicable_rows": 3, "broken_rows": 1}
    result = protect(rows_of(DATA_QUALITY, [row]), DATA_QUALITY, RULE)
    assert result.select("applicable_rows", "broken_rows", "conf_status").rows() == [(3, 1, "F")]
    assert count_exposed(result, DATA_QUALITY, RULE) == 0


def test_exposed_counts_the_small_counts_that_are_shown():
    frame = rows_of(COVERAGE, [{"protected_persons": 9, "memberships": 1}, {"protected_persons": 10}, {}])
    assert count_exposed(frame, COVERAGE, RULE) == 2
    assert count_exposed(protect(frame, COVERAGE, RULE), COVERAGE, RULE) == 0


def test_a_zero_is_no_small_count():
    assert count_exposed(rows_of(COVERAGE, [{"protected_persons": 0}]), COVERAGE, RULE) == 0


def test_the_policy_withholds_below_ten():
    assert load_policy() == RULE


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1"])
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(cell):
    assert escape_formulas(pl.DataFrame({"a": [cell]}))["a"].item() == "'" + cell


@pytest.mark.parametrize("cell", ["a", "a=1", "", "1", None])
def test_other_cells_stay(cell):
    frame = pl.DataFrame({"a": [cell], "n": [-1]}, schema={"a": pl.String, "n": pl.Int64})
    assert escape_formulas(frame).equals(frame)


# --- a release to audit --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    root = tmp_path_factory.mktemp("built")
    warehouse = filled(root / "warehouse")
    (root / "candidate").mkdir()
    build(warehouse, [MONTH], root / "candidate", RULE)
    return root


@pytest.fixture
def release(built, tmp_path):
    """A candidate and its warehouse, to be spoiled."""
    shutil.copytree(built, tmp_path / "r", symlinks=True)
    return tmp_path / "r"


def problems(release: Path) -> list[str]:
    return audit_candidate(PublishedRelease(release / "candidate"), Warehouse(release / "warehouse"), [MONTH], RULE)


def edit(path: Path, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    change(pl.read_parquet(path)).write_parquet(path)


def put(name: str, value: object, *, where: pl.Expr) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """A change of one column in the rows that are so; at least one is."""

    def change(frame: pl.DataFrame) -> pl.DataFrame:
        assert frame.filter(where).height
        return frame.with_columns(
            pl.when(where).then(pl.lit(value)).otherwise(name).cast(frame[name].dtype).alias(name)
        )

    return change


def test_an_untouched_candidate_has_no_problem(release):
    assert problems(release) == []


SHOWN = pl.col("coverage_ratio") > 0
FIRST = pl.int_range(pl.len()) == 0
DEFECTS = {
    "coverage shows small counts": put("protected_persons", 9, where=SHOWN),
    "ratios are not those of their counts": put("coverage_ratio", 0.9, where=SHOWN),
    "ratios have no counts": put("protected_persons", None, where=SHOWN),
    "ratios have no denominator_id": put("denominator_id", "none", where=SHOWN),
    "coverage has not its declared columns and types, or a key is empty": put("segment", None, where=FIRST),
    "coverage has two rows of one key": lambda frame: pl.concat([frame, frame.head(1)]),
    "coverage is empty": pl.DataFrame.clear,
    "coverage: CSV and Parquet differ": lambda frame: frame.head(-1),
    "coverage: DuckDB and Parquet differ": put("memberships", 777, where=FIRST),
}


@pytest.mark.parametrize("problem", DEFECTS)
def test_a_defect_in_the_written_parquet_file_is_a_problem(release, problem):
    edit(release / "candidate" / "parquet" / "coverage.parquet", DEFECTS[problem])
    assert any(found.endswith(problem) for found in problems(release))


@pytest.mark.parametrize(
    "change",
    [
        lambda frame: frame.drop("conf_status"),
        lambda frame: frame.with_columns(extra=1),
        lambda frame: frame.cast({"persons" if "persons" in frame.columns else "memberships": pl.Int32}),
        lambda frame: frame.select(*reversed(frame.columns)),
    ],
    ids=["one fewer", "one more", "another type", "another order"],
)
def test_columns_other_than_declared_are_a_problem(release, change):
    edit(release / "candidate" / "parquet" / "coverage.parquet", change)
    assert "coverage has not its declared columns and types, or a key is empty" in problems(release)


def test_a_csv_with_another_number_of_rows_is_a_problem(release):
    path = release / "candidate" / "csv" / "coverage.csv"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
    assert problems(release) == ["coverage: CSV and Parquet differ", UNLISTED]


def test_a_csv_with_another_figure_is_a_problem(release):
    path = release / "candidate" / "csv" / "data_quality.csv"
    assert ",90," in path.read_text()
    path.write_text(path.read_text().replace(",90,", ",91,"))
    assert problems(release) == ["data_quality: CSV and Parquet differ", UNLISTED]


def test_a_database_with_another_figure_is_a_problem(release):
    with duckdb.connect(release / "candidate" / "coverage.duckdb") as con:
        con.execute("UPDATE data_quality SET broken_rows = 50")
    assert problems(release) == ["data_quality: DuckDB and Parquet differ", UNLISTED]


WHOLES = {
    "regions do not add up to the nation": (pl.col("geography_level") == "regency") & (pl.col("segment") == "PU"),
    "formal and informal do not add up to all": pl.col("segment") == "formal",
    "the parts by sex do not add up to their total": pl.col("sex") == "M",
    "the parts by age_band do not add up to their total": pl.col("age_band") == "25-34",
}


@pytest.mark.parametrize("problem", WHOLES)
def test_parts_that_do_not_add_up_are_a_problem(release, problem):
    warehouse = Warehouse(release / "warehouse")
    (file,) = warehouse.files("coverage", MONTH)
    with warehouse.candidate("coverage", MONTH) as candidate:
        shutil.copy(file, candidate)
        edit(candidate / file.name, put("protected_persons", 33, where=WHOLES[problem]))
        warehouse.promote("coverage", MONTH, candidate, {"fingerprint": "another"})
    (reported,) = [found for found in problems(release) if found.startswith(f"{MONTH}: {problem}: ")]
    assert f": protected_persons (month {MONTH}, geography_basis " in reported


def test_a_file_the_manifest_does_not_list_is_a_problem(release):
    (release / "candidate" / "note.txt").write_text("x")
    assert problems(release) == [UNLISTED]


def test_a_listed_file_that_is_not_there_is_a_problem(release):
    (release / "candidate" / "codes" / "segments.csv").unlink()
    assert problems(release) == [UNLISTED]


def test_the_manifest_lists_the_content_of_the_release(release):
    manifest = json.loads((release / "candidate" / "manifest.json").read_text())
    assert (manifest["reference_month"], manifest["policy"]) == (MONTH, RULE.parameters)
    assert manifest["rows"] == {
        name: pl.read_parquet(release / "candidate" / "parquet" / f"{name}.parquet").height
        for name in (table.name for table in SUMMARIES)
    }
