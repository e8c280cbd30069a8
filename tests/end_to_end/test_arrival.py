"""Months that start automatically, and the messages of the command."""

import json
import shutil
from pathlib import Path

import dagster as dg
import pytest
from typer.testing import CliRunner

from assets.errors import CakupanError
from pipelines.cli.main import app
from pipelines.definitions import build_definitions
from tests.nation import Nation, locations_at

cli = CliRunner()


def tick(root: Path) -> list[tuple[str | None, str | None]]:
    """(month, run key) of each run that a sensor tick asks for."""
    locations = locations_at(root)
    definitions = build_definitions(locations=locations)
    repository = definitions.get_repository_def()
    with dg.build_sensor_context(resources={"locations": locations}, repository_def=repository) as context:
        data = definitions.resolve_sensor_def("month_has_landed").evaluate_tick(context)
    return [(request.partition_key, request.run_key) for request in data.run_requests or []]


def test_a_month_has_arrived_when_its_manifest_is_complete(nation: Nation, tmp_path: Path) -> None:
    landed = tmp_path / "landing" / "2024-12"
    assert tick(tmp_path) == []
    shutil.copytree(nation.locations.landing / "2024-12", landed)
    (first,) = tick(tmp_path)
    assert first[0] == "2024-12"
    assert tick(tmp_path) == [first]  # the same key again: Dagster runs it once
    file = next((landed / "enrolments").glob("*.csv"))
    content = file.read_bytes()
    file.write_bytes(content[:-10])
    assert tick(tmp_path) == []  # a file is not there in full size
    file.write_bytes(content)
    manifest = json.loads((landed / "manifest.json").read_text())
    manifest["files"][0]["sha256"] = "0" * 64
    (landed / "manifest.json").write_text(json.dumps(manifest))
    (again,) = tick(tmp_path)
    assert again[0] == "2024-12"
    assert again[1] != first[1]


def test_a_manifest_that_is_none_stops_no_other_month(nation: Nation, tmp_path: Path) -> None:
    shutil.copytree(nation.locations.landing, tmp_path / "landing")
    (tmp_path / "landing" / "2024-11" / "manifest.json").write_text("{")
    assert [month for month, _ in tick(tmp_path)] == ["2024-12"]


def test_the_ledger_is_not_read(nation: Nation, tmp_path: Path) -> None:
    shutil.copytree(nation.locations.landing / "2024-12", tmp_path / "landing" / "2024-12")
    assert [month for month, _ in tick(tmp_path)] == ["2024-12"]


@pytest.fixture
def at(nation: Nation, monkeypatch: pytest.MonkeyPatch) -> Nation:
    """The command finds the nation by its environment."""
    monkeypatch.setenv("CAKUPAN_HOME", str(nation.root))
    return nation


def test_sql_asks_the_current_release_and_nothing_else(at: Nation) -> None:
    query = "select sum(protected_persons) as n from coverage where geography_level = 'nation' and segment = 'all' and programme = 'any' and sex = 'all' and age_band = 'all' and denominator_id = 'potential' and geography_basis = 'home' and month = '2024-12-01'"
    assert cli.invoke(app, ["sql", query, "--csv"]).output == "n\n4520\n"
    for forbidden in ("select * from read_text('/etc/hostname')", "create table t as select 1", "set threads = 1"):
        with pytest.raises(CakupanError) as refused:
            cli.invoke(app, ["sql", forbidden], catch_exceptions=False)
        assert "\n" not in str(refused.value)


def test_status_shows_months_and_the_release(at: Nation) -> None:
    output = cli.invoke(app, ["status"]).output
    assert "2024-11" in output
    assert "complete" in output
    assert "Current public release: 2024-12-" in output


def test_validate_names_rules_and_rows_and_no_value(at: Nation, tmp_path: Path) -> None:
    header = "membership_id,nik,birth_date,sex,segment,jkk,jkm,employer_id,work_region,home_region,start_date,paid_through,office_code"
    good = "12345678901,3201991001900001,1990-01-10,M,PU,Y,Y,AB123456,3201,3201,2020-01-01,2024-12,K0101"
    bad = good.replace("1990-01-10", "1890-77-10").replace("12345678901", "12345678902")
    file = tmp_path / "mine.csv"
    file.write_text("\n".join([header, good, bad]) + "\n")
    result = cli.invoke(app, ["validate", str(file), "--month", "2024-12"], env={"COLUMNS": "200"})
    assert result.exit_code == 3
    assert "birth_date_readable  rows (1): 3\n" in result.output
    assert "1890" not in result.output
    file.write_text("\n".join([header, good]) + "\n")
    assert cli.invoke(app, ["validate", str(file), "--month", "2024-12"]).exit_code == 0


def test_manifest_lists_the_files_of_a_folder(nation: Nation, tmp_path: Path) -> None:
    folder = tmp_path / "2024-12"
    shutil.copytree(nation.locations.landing / "2024-12", folder)
    (folder / "manifest.json").unlink()
    assert cli.invoke(app, ["manifest", str(folder)]).exit_code == 0
    manifest = json.loads((folder / "manifest.json").read_text())
    assert (manifest["month"], manifest["synthetic"]) == ("2024-12", False)
    assert len(manifest["files"]) == sum(path.is_file() for path in folder.rglob("*/*"))
