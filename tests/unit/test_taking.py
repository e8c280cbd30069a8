"""Following groups' runs: what is told of one that fails, is canceled, goes away or works elsewhere; the others go on."""

from collections.abc import Callable, Mapping
from pathlib import Path

import dagster as dg
import pytest

from assets.errors import CakupanError
from assets.resources import Places
from pipelines.definitions import build_definitions
from pipelines.group_runs import to_take
from pipelines.simulator import simulate
from pipelines.taking import Patience, Watch
from tests.conftest import SCALE, places_at

MONTH = "2024-12"
Does = Callable[[str], None]


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    landing = tmp_path_factory.mktemp("landed") / "landing"
    simulate(landing, MONTH, SCALE)
    return landing


@pytest.fixture
def places(landing: Path, tmp_path: Path) -> Places:
    (tmp_path / "landing").symlink_to(landing)
    return places_at(tmp_path)


class Launcher:
    """Launches runs in this process: each group in the way it is told, in the order of its attempts."""

    def __init__(self, instance: dg.DagsterInstance, places: Places, ways: Mapping[str, str]) -> None:
        self.instance, self.ways = instance, ways
        self.job = build_definitions(places=places).resolve_job_def("take")
        self.launched: list[str] = []

    def __call__(self, run_config: Mapping[str, object], tags: Mapping[str, str]) -> str:
        group = tags["dagster/partition/group"]
        self.launched.append(group)
        match self.ways.get(group, "works"):
            case "works":
                key = dg.MultiPartitionKey({"month": MONTH, "group": group})
                return self.job.execute_in_process(
                    dict(run_config), partition_key=key, instance=self.instance, raise_on_error=False
                ).run_id
            case "dies":
                run = self.instance.create_run_for_job(self.job, tags=tags, status=dg.DagsterRunStatus.STARTED)
                self.instance.report_run_failed(run)
            case "canceled":
                run = self.instance.create_run_for_job(self.job, tags=tags)
                self.instance.report_run_canceled(run)
            case "silent":
                run = self.instance.create_run_for_job(self.job, tags=tags, status=dg.DagsterRunStatus.STARTED)
            case "unreachable":
                raise ConnectionError("\nno route to the broker\nfor 20 s")
            case _:
                run = self.instance.create_run_for_job(self.job, tags=tags, status=dg.DagsterRunStatus.STARTING)
        return run.run_id


def followed(
    places: Places, ways: Mapping[str, str], workers: Places | None = None, silent_seconds: float = 60
) -> tuple[Watch, Launcher, list[str]]:
    """The watch when all has ended, the launcher, what was told."""
    told: list[str] = []
    with dg.DagsterInstance.ephemeral() as instance:
        launcher = Launcher(instance, workers or places, ways)
        watch = Watch(instance, places, Patience(0, silent_seconds), told.append, to_take(places, [MONTH], 3))
        watch.follow(launcher)
    return watch, launcher, told


def test_a_run_that_goes_away_without_a_word_is_tried_once_more_and_the_others_go_on(places: Places) -> None:
    watch, launcher, told = followed(places, {"G02": "dies"})
    assert watch.failures == [f"{MONTH} G02: its worker went away 2 times: is there memory enough?"]
    assert sorted(launcher.launched) == ["G01", "G02", "G02", "G03"]
    assert f"{MONTH} G02: its worker is gone; taken again" in told
    assert [group.group for group in to_take(places, [MONTH], 3)] == ["G02"]
    assert followed(places, {})[1].launched == ["G02"]
    assert to_take(places, [MONTH], 3) == []


def test_a_run_that_gives_no_sign_of_life_has_failed(places: Places) -> None:
    watch, launcher, _ = followed(places, {"G01": "silent"}, silent_seconds=0.3)
    assert watch.failures == [f"{MONTH} G01: its worker went away 2 times: is there memory enough?"]
    assert launcher.launched.count("G01") == 2


def test_what_a_run_says_of_its_failure_is_said(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = places_at(tmp_path / "nothing")
    watch, _, _ = followed(places, {"G01": "canceled"}, workers=other)
    assert sorted(watch.failures) == [
        f"{MONTH} G01: its run was canceled",
        *(f"{MONTH} G0{n}: no folder {MONTH} in the landing zone: put the month's files in landing/{MONTH}/<extract>/" for n in (2, 3)),
    ]  # fmt: skip


def test_a_worker_that_puts_its_files_elsewhere_is_noticed(places: Places, tmp_path: Path, landing: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "landing").symlink_to(landing)
    watch, _, told = followed(places, {}, workers=places_at(tmp_path / "other"))
    assert told == []
    assert len(watch.failures) == 3
    assert all(
        "files that its worker took are not where this machine looks for them" in text for text in watch.failures
    )


def test_nobody_who_takes_a_run_up_and_a_launcher_that_cannot_be_reached_are_one_line(places: Places) -> None:
    with pytest.raises(CakupanError) as refused:
        followed(places, {"G01": "waits", "G02": "waits", "G03": "waits"})
    assert str(refused.value).startswith(f"nobody took up {MONTH} G01 within 0 s: start a worker for ")
    with pytest.raises(CakupanError) as refused:
        followed(places, {"G01": "unreachable"})
    assert "takes no runs (ConnectionError; its text is withheld, it may quote a password)" in str(refused.value)
    assert "broker" not in str(refused.value)  # the text of the error


def test_a_group_says_what_its_run_came_to(places: Places) -> None:
    groups = {group.group: len(group.files) for group in to_take(places, [MONTH], 3)}
    _, _, told = followed(places, {})
    assert {line.split(":")[0]: int(line.split()[2]) for line in told} == {f"{MONTH} {g}": n for g, n in groups.items()}
