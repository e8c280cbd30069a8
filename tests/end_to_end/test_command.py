"""Several months in one command: published once, and months before a failure are published too."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli.main import app
from simulator import simulate
from tests.nation import SCALE
from tests.thresholds import by_threshold_alone

FEW = ("enrolments", "employers", "workforce")


def journal(home: Path) -> list[str]:
    """The reference months of the releases that became current."""
    lines = map(json.loads, (home / "releases" / "public" / "journal.jsonl").read_text().splitlines())
    return [entry["release"][:7] for entry in lines if entry["event"] == "current"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("CAKUPAN_HOME", str(tmp_path))
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    for month in ("2024-11", "2024-12"):
        simulate(tmp_path / "landing", month, SCALE, extracts=FEW)
    with by_threshold_alone():
        yield tmp_path


def test_the_last_month_publishes_all(home: Path) -> None:
    done = CliRunner().invoke(app, ["run", "--month", "2024-11", "--month", "2024-12"])
    assert done.exit_code == 0, done.output
    assert journal(home) == ["2024-12"]
    assert "2024-11: from landing to its tables" in done.output
    assert "2024-12: from landing to release" in done.output
    assert "  longest steps: " in done.output


def test_months_before_a_failed_one_are_published(home: Path) -> None:
    for path in (home / "landing" / "2024-12" / "enrolments").iterdir():
        path.write_text("x")
    done = CliRunner().invoke(app, ["run", "--month", "2024-11", "--month", "2024-12"])
    assert done.exit_code == 1
    assert "cannot read any of the" in str(done.exception)
    assert journal(home) == ["2024-11"]
