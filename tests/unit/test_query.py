"""`cakupan sql`: a table that fits the screen, files with every digit, hints, the prompt, and a fast start."""

import datetime
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import openpyxl
import polars as pl
import pytest
from typer.testing import CliRunner

from assets.errors import CakupanError
from pipelines.cli.main import app
from pipelines.cli.query import prompt, screen
from pipelines.cli.query.connection import QueryResult, fetch, open_release

ROOT = Path(__file__).parents[2]
WIDE = [f"a_rather_long_name_of_column_{number}" for number in range(22)]


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A folder of releases whose current one has two tables."""
    folder = tmp_path / "releases" / "public" / "2024-12-0123456789"
    folder.mkdir(parents=True)
    with duckdb.connect(folder / "coverage.duckdb") as con:
        con.execute("CREATE TABLE gaps (name VARCHAR, persons BIGINT, ratio DOUBLE, month DATE, is_shown BOOLEAN)")
        con.execute("COMMENT ON TABLE gaps IS 'gaps by province'")
        con.execute("INSERT INTO gaps VALUES ('Jawa Barat', 8428120, 0.4440123456789, '2024-12-01', true)")
        con.execute("INSERT INTO gaps VALUES ('=1+1', NULL, NULL, '2024-12-01', false)")
        con.execute(f"CREATE TABLE wide ({', '.join(f'{name} BIGINT' for name in WIDE)})")
        con.execute(f"INSERT INTO wide SELECT {', '.join('n + ' + str(at) for at in range(22))} FROM range(30) AS r(n)")
    (tmp_path / "releases" / "public" / "current").symlink_to(folder)
    return tmp_path / "releases"


def asked(release: Path, *arguments: str, width: int = 80) -> str:
    done = CliRunner().invoke(app, ["sql", *arguments, "--releases", str(release)], env={"COLUMNS": str(width)})
    assert done.exit_code == 0, done.output
    return done.output


def shown(names: list[str], rows: list[tuple[object, ...]], width: int = 80) -> list[str]:
    types = tuple("BIGINT" if isinstance(value, int) else "VARCHAR" for value in rows[0])
    found = screen.lines(QueryResult(tuple(names), types, rows, len(rows)), width)
    assert max(map(len, found)) <= width
    return found


# --- on the screen -------------------------------------------------------------------------------------------------


def test_numbers_have_separators_and_few_decimals_and_a_missing_one_is_explained(release: Path) -> None:
    assert asked(release, "SELECT name, persons, ratio, month FROM gaps").splitlines() == [
        "name          persons  ratio  month",
        "──────────  ─────────  ─────  ──────────",
        "Jawa Barat  8,428,120  0.444  2024-12-01",
        "=1+1                –      –  2024-12-01",
        "–  no figure: withheld, or not reported; the column conf_status gives the reason",
    ]


def test_a_year_has_no_separator_and_small_ratios_keep_two_digits(release: Path) -> None:
    output = asked(release, "SELECT year(month) AS year, 0.00042::DOUBLE AS share, 12.5::DOUBLE AS percent FROM gaps LIMIT 1")  # fmt: skip
    assert output.splitlines()[-1].split() == ["2024", "0.00042", "12.5"]


def test_a_header_continues_on_the_next_line_before_anything_is_left_out() -> None:
    names = ["protected_persons", "denominator_persons", "coverage_ratio_low", "coverage_ratio_high", "gap_persons"]
    found = shown(names, [(1, 2, 3, 4, 5)], width=60)
    headers = [line.split() for line in found[: found.index(next(line for line in found if "─" in line))]]
    assert len(headers) > 1
    assert {part for name in names for part in name.split("_")} <= {
        part for line in headers for word in line for part in word.split("_")
    }
    assert found[-1].split() == ["1", "2", "3", "4", "5"]


def test_few_rows_of_many_columns_are_side_by_side() -> None:
    found = shown(WIDE, [tuple(range(22)), tuple(range(22, 44))])
    assert [line.split() for line in found[2:]] == [
        [name, str(position), str(position + 22)] for position, name in enumerate(WIDE)
    ]


def test_columns_with_one_value_are_stated_above_the_table() -> None:
    names = ["month", "basis", *WIDE[:2]]
    rows = [("2024-12-01", "home" * 12, number, number + 1) for number in range(9)]
    found = shown(names, rows)
    assert "In every row: month 2024-12-01; basis homehome" in " ".join(found)
    assert [line.split() for line in found[-9:]] == [[str(number), str(number + 1)] for number in range(9)]


def test_columns_that_do_not_fit_are_named(release: Path) -> None:
    lines = asked(release, "FROM wide").splitlines()
    assert max(map(len, lines)) <= 80
    rows = [line.split() for line in lines if all(word.isdigit() for word in line.split())]
    assert len(rows) == 30
    start = next(number for number, line in enumerate(lines) if line.startswith("Not shown: "))
    hidden = " ".join(lines[start:]).removeprefix("Not shown: ").partition(".")[0]
    assert hidden.split(", ") == WIDE[len(rows[0]) :]


def test_every_row_as_a_record(release: Path) -> None:
    output = asked(release, "FROM wide LIMIT 2", "--records").splitlines()
    assert output[0].startswith("row 1 ──")
    assert len(output) == 2 * (1 + len(WIDE))


def test_more_rows_than_the_screen_shows_are_counted(release: Path) -> None:
    assert "… 100 of 12,000 rows; add LIMIT, or --csv for all" in asked(release, "FROM range(12000)")


def test_a_plan_is_drawn_as_duckdb_draws_it(release: Path) -> None:
    drawn = asked(release, "EXPLAIN SELECT 1").splitlines()
    assert len(drawn) > 3
    assert max(map(len, drawn)) < 80


def test_no_row_and_its_columns(release: Path) -> None:
    assert asked(release, "SELECT name, ratio FROM gaps WHERE false") == "No rows. Columns: name, ratio\n"


# --- to files ------------------------------------------------------------------------------------------------------


def test_csv_and_json_have_every_digit(release: Path) -> None:
    query = "SELECT name, persons, ratio, month, is_shown FROM gaps"
    first, second = "Jawa Barat,8428120,0.4440123456789,2024-12-01,true", "=1+1,,,2024-12-01,false"
    assert asked(release, query, "--csv").splitlines()[1:] == [first, second]
    rows = json.loads(asked(release, query, "--json"))
    assert rows[0] == {
        "name": "Jawa Barat",
        "persons": 8428120,
        "ratio": 0.4440123456789,
        "month": "2024-12-01",
        "is_shown": True,
    }
    assert rows[1]["persons"] is None


def test_a_parquet_file_and_no_other_file(release: Path, tmp_path: Path) -> None:
    file = tmp_path / "gaps.parquet"
    assert asked(release, "FROM gaps", "--parquet", str(file)) == f"written: {file}\n"
    assert pl.read_parquet(file)["ratio"].to_list() == [0.4440123456789, None]
    with (
        open_release(release / "public" / "current", file) as con,
        pytest.raises(CakupanError, match="file system operations are disabled"),
    ):
        fetch(con, f"COPY gaps TO '{tmp_path / 'other.parquet'}'")


def test_a_workbook_with_types_and_notes_and_without_formulas(release: Path, tmp_path: Path) -> None:
    file = tmp_path / "gaps.xlsx"
    asked(release, "FROM gaps", "--xlsx", str(file))
    book = openpyxl.load_workbook(file)
    rows = list(book["data"].iter_rows(values_only=True))
    assert rows[1] == ("Jawa Barat", 8428120, 0.4440123456789, datetime.datetime(2024, 12, 1), True)
    assert rows[2][:2] == ("=1+1", None)
    assert book["data"]["A3"].data_type == "s"
    assert dict(book["notes"].iter_rows(values_only=True))["release"] == "2024-12-0123456789"


def test_a_restricted_edition_is_named_beside_every_result(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAKUPAN_EDITIONS", "internal,public")
    (release / "internal").symlink_to(release / "public")
    options = ["--edition", "internal", "--releases", str(release)]
    done = CliRunner().invoke(app, ["sql", "SELECT 1 AS n", "--csv", *options], catch_exceptions=False)
    assert done.stdout == "n\n1\n"
    assert done.stderr == "INTERNAL, NOT FOR PUBLICATION\n"
    CliRunner().invoke(app, ["sql", "FROM gaps", "--xlsx", str(tmp_path / "gaps.xlsx"), *options])
    notes = dict(openpyxl.load_workbook(tmp_path / "gaps.xlsx")["notes"].iter_rows(values_only=True))
    assert notes["notice"] == "INTERNAL, NOT FOR PUBLICATION"


def test_one_output_at_a_time(release: Path) -> None:
    done = CliRunner().invoke(app, ["sql", "FROM gaps", "--csv", "--json", "--releases", str(release)])
    assert done.exit_code == 2


# --- errors and the prompt -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("SELECT person FROM gaps", 'Candidate bindings: "persons"'),
        ("FROM gap", 'Did you mean "gaps"?'),
        ("SELECT sum(name) FROM gaps", "You might need to add explicit type casts"),
        ("", "the query is empty"),
    ],
)
def test_an_error_is_one_line_with_the_hint_of_duckdb(release: Path, query: str, hint: str) -> None:
    with open_release(release / "public" / "current") as con, pytest.raises(CakupanError) as refused:
        fetch(con, query)
    assert hint in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_prompt_answers_queries_of_several_lines_and_continues_after_an_error(
    release: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed: Iterator[str] = iter([".help", "SELECT name", "FROM gaps;", "FROM gap;", ".tables", ".columns gaps", "", ".quit"])  # fmt: skip
    with open_release(release / "public" / "current") as con:
        prompt.answer_lines(con, lambda _: next(typed))
    printed = capsys.readouterr().out
    for text in (".columns TABLE", "Jawa Barat", 'Did you mean "gaps"?', "gaps by province", "is_shown"):
        assert text in printed
    assert next(typed, None) is None


def test_the_prompt_ends_with_its_input(release: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def nothing(_: str) -> str:
        raise EOFError

    with open_release(release / "public" / "current") as con:
        prompt.answer_lines(con, nothing)
    assert capsys.readouterr().out == "\n"


def test_standard_input_is_a_query(release: Path) -> None:
    done = CliRunner().invoke(app, ["sql", "--csv", "--releases", str(release)], input="SELECT 1 AS n")
    assert done.output == "n\n1\n"


# --- the start -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [["--version"], ["sql", "FROM gaps"], ["report", "--no-open"]])
def test_a_reading_command_imports_only_what_it_needs(release: Path, arguments: list[str]) -> None:
    (release / "public" / "current" / "report").mkdir()
    (release / "public" / "current" / "report" / "index.html").touch()
    code = f"""
import sys
from pipelines.cli.main import app
sys.argv = ["cakupan", *{arguments!r}, *{["--releases", str(release)] if arguments[0] != "--version" else []}]
try:
    app()
finally:
    heavy = {{"dagster", "polars", "pandera", "pyarrow", "numpy", "altair", "rich"}} & set(sys.modules)
    assert not heavy, heavy
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_report_is_named(release: Path) -> None:
    refused = CliRunner().invoke(app, ["report", "--releases", str(release)])
    assert "report/index.html" in str(refused.exception)
    (release / "public" / "current" / "report").mkdir()
    (release / "public" / "current" / "report" / "index.html").touch()
    done = CliRunner().invoke(app, ["report", "--releases", str(release)])
    assert done.output.strip() == str((release / "public" / "current").resolve() / "report" / "index.html")


def test_the_version() -> None:
    output = CliRunner().invoke(app, ["--version"]).output
    assert output.startswith("cakupan ")
    assert "duckdb" in output
