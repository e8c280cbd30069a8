"""The worklist of an office: every row to correct, in its language, without a value of a row, for its reader alone."""

import csv
from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from pipelines.cli.main import app
from tests.nation import Nation

OFFICE, MONTH = "K0101", "2024-12"
SECRET = ("membership_id", "nik", "birth_date", "employer_id", "project_no", "wage_idr", "start_date")


def written(nation: Nation, file: Path, *options: str) -> str:
    """The output of the command that writes the worklist."""
    arguments = ["quarantine", "--month", MONTH, "--worklist", str(file), *options]
    done = CliRunner().invoke(app, arguments, env={"CAKUPAN_HOME": str(nation.root), "COLUMNS": "80"})
    assert done.exit_code == 0, done.output
    return done.output


def quarantined(nation: Nation) -> pl.DataFrame:
    rows = pl.read_parquet(nation.locations.warehouse.files("quarantine/enrolments", MONTH))
    return rows.filter(pl.col("source_file") == f"enrolments/{OFFICE}.csv")


def test_every_quarantined_row_is_listed_with_every_rule(nation: Nation, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    written(nation, file, "--office", OFFICE)
    with file.open(encoding="utf-8-sig", newline="") as source:
        listed = list(csv.DictReader(source))
    truth = {
        (name, str(number), rule)
        for name, number, rules in quarantined(nation).select("source_file", "row_number", "rules").iter_rows()
        for rule in rules.split()
    }
    assert {(row["file"], row["row"], row["rule"]) for row in listed} == truth
    assert truth
    assert {row["effect"] for row in listed} == {"the row is quarantined"}
    assert all(row["what is wrong"] and row["what to do"] for row in listed)


def test_no_value_of_a_row_is_in_the_list(nation: Nation, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    printed = written(nation, file, "--office", OFFICE, "--flagged")
    text = file.read_text(encoding="utf-8-sig") + printed
    cells = {cell for name in SECRET for cell in quarantined(nation)[name].drop_nulls() if len(cell) > 4}
    assert cells
    assert not {cell for cell in cells if cell in text}
    assert file.stat().st_mode & 0o077 == 0


def test_flagged_rows_are_listed_on_demand(nation: Nation, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    written(nation, file, "--office", OFFICE, "--flagged", "--lang", "id")
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "berkas;baris;kolom;yang salah;yang harus dilakukan;akibat;aturan"
    assert any(line.split(";")[-2:] == ["baris diterima dan ditandai", "nik_digits"] for line in lines)


def test_the_workbook_has_the_same_rows(nation: Nation, tmp_path: Path) -> None:
    for name in ("list.csv", "list.xlsx"):
        written(nation, tmp_path / name, "--office", OFFICE, "--lang", "id")
    sheet = CalamineWorkbook.from_path(tmp_path / "list.xlsx").get_sheet_by_name("daftar perbaikan")
    with (tmp_path / "list.csv").open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.reader(source, delimiter=";"))
    shown = [[str(int(cell)) if isinstance(cell, float) else str(cell) for cell in row] for row in sheet.to_python()]
    assert shown == rows
    assert (tmp_path / "list.xlsx").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["list.xls", "list"])
def test_another_format_is_refused(nation: Nation, tmp_path: Path, name: str) -> None:
    arguments = ["quarantine", "--month", MONTH, "--worklist", str(tmp_path / name)]
    done = CliRunner().invoke(app, arguments, env={"CAKUPAN_HOME": str(nation.root)})
    assert "must end with .csv or .xlsx" in str(done.exception)
    assert not (tmp_path / name).exists()
