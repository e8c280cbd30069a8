"""A month whose delivery makes figures wrong: held with one line, published when a reason is given, and not held again."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import polars as pl
import pytest
from typer.testing import CliRunner

from assets.ingest.delivery import write_manifest
from assets.plausibility.findings import read_findings
from assets.release.published_release import PublishedRelease
from assets.release.verify import verify_release
from assets.warehouse import Warehouse
from pipelines.cli.main import app
from pipelines.definitions import build_definitions
from simulator import simulate
from tests.nation import SCALE, Nation, live, locations_at
from tests.thresholds import by_threshold_alone

REASON = "three offices deliver in January"


@pytest.fixture(scope="module")
def held(nation: Nation, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[int, str]]:
    """November and December as released; then December is delivered again, with three of its nine files damaged, and run."""
    root = tmp_path_factory.mktemp("held")
    for folder in ("landing", "warehouse", "releases"):
        shutil.copytree(nation.root / folder, root / folder, symlinks=True)
    december = root / "landing" / "2024-12"
    for path in sorted((december / "enrolments").iterdir())[:3]:
        path.write_bytes(path.read_bytes()[:200].replace(b"\n", b" "))
    write_manifest(december, "2024-12", synthetic=True)
    with pytest.MonkeyPatch.context() as patch, by_threshold_alone():
        patch.setenv("CAKUPAN_HOME", str(root))
        patch.delenv("DAGSTER_HOME", raising=False)
        return root, run()


@pytest.fixture
def home(held: tuple[Path, tuple[int, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of what is held."""
    for folder in ("landing", "warehouse", "releases"):
        shutil.copytree(held[0] / folder, tmp_path / folder, symlinks=True)
    monkeypatch.setenv("CAKUPAN_HOME", str(tmp_path))
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    with by_threshold_alone():
        yield tmp_path


def run(*more: str, month: str = "2024-12") -> tuple[int, str]:
    """Exit code, and the one line of the refusal."""
    done = CliRunner().invoke(app, ["run", "--month", month, *more])
    return done.exit_code, str(done.exception or "")


def tick(root: Path) -> str:
    """The log or skip reason of a sensor tick for held months."""
    locations = locations_at(root)
    definitions = build_definitions(locations=locations)
    repository = definitions.get_repository_def()
    shutil.rmtree(root / "landing")
    (root / "landing").mkdir()
    with dg.build_sensor_context(resources={"locations": locations}, repository_def=repository) as context:
        return str(definitions.resolve_sensor_def("month_has_landed").evaluate_tick(context).skip_message)


def test_a_month_with_damaged_files_is_held_until_a_reason_is_given(
    held: tuple[Path, tuple[int, str]], home: Path, nation: Nation
) -> None:
    first = live(home / "releases").folder
    assert first.name == live(nation.locations.releases).folder.name
    code, line = held[1]
    assert (code, "\n" in line) == (1, False)
    assert "2024-12: (1) " in line
    assert "files refused or missing, as a share of the bytes of the extract: enrolments/" in line
    assert "(3/9)" in line  # one office sends its file twice
    assert "limit 0.5 %" in line
    assert 'cakupan run --month 2024-12 --accept-incomplete --reason "…"' in line
    assert live(home / "releases").folder == first
    warehouse = Warehouse(home / "warehouse")
    memberships = pl.scan_parquet(warehouse.files("memberships", "2024-12")).select(pl.len()).collect().item()
    assert memberships < 3_500  # all tables are those of what could be read
    holding = {each.finding for each in read_findings(warehouse, "2024-12") if each.holds}
    assert {"files_lost", "drift_nation", "rows"} <= holding

    status = CliRunner().invoke(app, ["status"]).output
    assert status.count("2024-12 is held: ") == sum(each.holds for each in read_findings(warehouse, "2024-12"))
    assert status.count(" was refused: ") == 3

    code, line = run("--reason", REASON)
    assert code == 1
    assert "files refused or missing" in line
    assert "an office of the month before of which nothing is there" in line
    assert "drift_limits" not in line  # the reason accepts the others
    code, line = run("--accept-incomplete")
    assert (code, "say why with --reason" in line) == (1, True)
    assert live(home / "releases").folder == first

    assert run("--accept-incomplete", "--reason", REASON)[0] == 0
    second = live(home / "releases").folder
    manifest = json.loads((second / "manifest.json").read_text())
    assert {each["finding"] for each in manifest["accepted"]} == holding
    assert {(each["month"], each["reason"]) for each in manifest["accepted"]} == {("2024-12", REASON)}
    assert json.loads((second / "certificate.json").read_text())["accepted"] == manifest["accepted"]
    assert all(
        set(each) == {"finding_id", "finding", "extract", "subject", "month", "reason"} for each in manifest["accepted"]
    )
    assert verify_release(PublishedRelease(second)) == []

    assert run()[0] == 0  # recognised
    assert live(home / "releases").folder == second


def test_what_was_accepted_is_not_asked_again_with_the_next_month(home: Path) -> None:
    assert run("--accept-incomplete", "--reason", REASON)[0] == 0
    simulate(home / "landing", "2025-01", SCALE)
    code, line = run(month="2025-01")
    assert code == 1  # January has its own findings: compared with such a December it rose
    assert "2024-12: (" not in line
    assert "--accept-incomplete" not in line
    assert run("--reason", "December lacked three offices", month="2025-01")[0] == 0
    given = json.loads((live(home / "releases").folder / "manifest.json").read_text())["accepted"]
    assert {(each["month"], each["reason"]) for each in given} == {
        ("2024-12", REASON),
        ("2025-01", "December lacked three offices"),
    }


def test_a_reason_for_another_month_accepts_nothing(home: Path) -> None:
    code, line = run("--accept-incomplete", "--reason", "an office took its file back", month="2024-11")
    assert (code, "held" in line, "2024-12: (" in line) == (1, True, True)


def test_the_service_reports_a_held_month_and_does_not_publish_it(home: Path) -> None:
    assert "2024-12 is held: " in tick(home)
    assert "see `cakupan status`" in tick(home)


def test_a_corrected_delivery_is_published_without_a_reason(home: Path, nation: Nation) -> None:
    shutil.rmtree(home / "landing" / "2024-12")
    shutil.copytree(nation.locations.landing / "2024-12", home / "landing" / "2024-12")
    assert run()[0] == 0
    assert json.loads((live(home / "releases").folder / "manifest.json").read_text())["accepted"] == []
