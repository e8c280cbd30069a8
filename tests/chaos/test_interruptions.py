"""Killed runs, a full disk, two runs at once, readers during publishing: nothing lost, doubled or half-published."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import polars as pl
import pytest

from assets.disk import replace_symlink
from assets.errors import MonthRefused
from assets.release.journal import current_release
from assets.release.publish import publish
from assets.warehouse import Warehouse
from tests.nation import Nation
from tests.thresholds import by_threshold_alone

ROOT = Path(__file__).parents[2]


def command(home: Path, *arguments: str) -> "subprocess.Popen[str]":
    """The command in a separate process group."""
    environment = {"PATH": os.environ["PATH"], "CAKUPAN_HOME": str(home), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli.main", *arguments],
        env=environment, cwd=home, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


MOMENTS = {  # what a forced run has begun to write, in its order
    "ingest": "warehouse/.store/memberships/2024-12/candidate-*",
    "registers": "warehouse/.store/persons/2024-12/candidate-*",
    "coverage": "warehouse/.store/coverage/2024-12/candidate-*",
    "release": "releases/public/.candidate-*/parquet",
    "audit": "releases/public/.candidate-*/manifest.json",
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "moments", [["ingest", "release"], pytest.param(list(MOMENTS), marks=pytest.mark.exhaustive)], ids=["two", "five"]
)
def test_a_run_killed_at_any_moment_leaves_the_live_release_and_the_next_run_completes(
    nation: Nation, tmp_path: Path, moments: list[str]
) -> None:
    for folder in ("landing", "warehouse", "releases", "proofs"):  # the proofs that the release was built with
        shutil.copytree(nation.root / folder, tmp_path / folder, symlinks=True)
    releases = tmp_path / "releases" / "public"
    live, wanted = sorted(path.parent for path in releases.glob("2*/manifest.json"))
    expected = (wanted / "parquet" / "coverage.parquet").read_bytes()
    shutil.rmtree(wanted)
    replace_symlink(releases / "current", live)  # as after the first month: what is killed would publish the second
    journal = releases / "journal.jsonl"
    journal.write_text("".join(line for line in journal.open() if wanted.name not in line))
    for moment in moments:
        process = command(tmp_path, "run", "--month", "2024-12", "--force")
        deadline = time.monotonic() + 300
        while not list(tmp_path.glob(MOMENTS[moment])):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline, moment
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        assert current_release(releases).folder == live
        with duckdb.connect(live / "coverage.duckdb", read_only=True) as con:
            assert con.execute("SELECT count(*) FROM coverage").fetchall()[0][0] > 0
        for table in ("memberships", "persons", "coverage"):
            pl.read_parquet(Warehouse(tmp_path / "warehouse").files(table, "2024-12"))
    process = command(tmp_path, "run", "--month", "2024-12")
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    released = current_release(releases).folder
    assert released != live
    assert (released / "parquet" / "coverage.parquet").read_bytes() == expected
    assert [path for pattern in MOMENTS.values() for path in tmp_path.glob(pattern)] == []


def test_a_full_disk_is_one_line_and_promotes_nothing(nation: Nation, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(small)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no right to mount a small disk: run this test as root")
    try:
        process = command(
            tmp_path,
            "run",
            "--month",
            "2024-12",
            "--landing",
            str(nation.locations.landing),
            "--warehouse",
            str(small / "warehouse"),
        )
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 1
        assert "no space left" in errors
        assert errors.strip().count("\n") == 0
        assert not list((small / "warehouse").glob("memberships/month=*"))
        assert not list((small / "warehouse").rglob("candidate-*"))
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_a_second_run_at_the_same_time_is_refused_in_one_line(nation: Nation) -> None:
    with nation.locations.warehouse.lock("memberships-2024-12"):
        process = command(nation.root, "run", "--month", "2024-12", "--force")
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "another run is writing memberships-2024-12" in errors


def test_readers_see_one_release_while_forty_are_switched(nation: Nation, tmp_path: Path) -> None:
    releases = tmp_path / "releases"
    with by_threshold_alone():
        first = publish(nation.locations.warehouse, releases).release.folder
    second = releases / "2024-12-other"
    shutil.copytree(first, second)
    (second / "csv" / "coverage.csv").chmod(0o644)
    (second / "csv" / "coverage.csv").write_text("other\n")
    seen: list[tuple[str, str]] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            live = current_release(releases).folder
            with duckdb.connect(live / "coverage.duckdb", read_only=True) as con:
                con.execute("SELECT count(*) FROM coverage").fetchall()
            seen.append((live.name, (live / "csv" / "coverage.csv").read_text()[:5]))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(40):
        replace_symlink(releases / "current", second if number % 2 else first)
        time.sleep(0.02)
    stop.set()
    for reader in readers:
        reader.join()
    assert dict(seen) == {first.name: "month", second.name: "other"}
    assert len(set(seen)) == 2


def test_a_refused_release_leaves_the_live_one(nation: Nation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from assets.errors import ReleaseRefused
    from assets.release import verify

    releases = tmp_path / "releases"
    with by_threshold_alone():
        live = publish(nation.locations.warehouse, releases).release.folder
    monkeypatch.setattr(verify, "_wrong_ratios", lambda _: ["2 ratios are not those of their counts"])
    with by_threshold_alone(), pytest.raises(ReleaseRefused, match="2 ratios are not those of their counts"):
        publish(nation.locations.warehouse, releases, force=True)
    assert current_release(releases).folder == live.resolve()
    assert not list(releases.glob(".candidate-*"))


def test_the_lock_of_a_killed_run_is_free(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path)
    code = "import sys, time, pathlib; from assets.warehouse import Warehouse\nwith Warehouse(pathlib.Path(sys.argv[1])).lock('x'):\n    print('held', flush=True); time.sleep(60)"
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, env={"PYTHONPATH": str(ROOT)}
    )
    assert holder.stdout
    holder.stdout.readline()
    with pytest.raises(MonthRefused), warehouse.lock("x"):
        pass
    holder.kill()
    holder.wait()
    with warehouse.lock("x"):
        pass
