"""Releases one after another on a small warehouse: late files, embargo, going back, and every way to touch a release."""

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

from assets.errors import ReleaseRefused
from assets.release.journal import Journal, Switched, current_release
from assets.release.publication import PublicationOptions
from assets.release.publish import PublicationResult, lift_embargo, publish, roll_back
from assets.release.published_release import PublishedRelease
from assets.release.report import page
from assets.release.verify import verify_release
from assets.warehouse import Warehouse
from pipelines.cli.main import app
from schemas.summaries.vulnerable import VULNERABLE_WORKERS
from tests.thresholds import by_threshold_alone
from tests.unit.filled import filled

NOVEMBER, DECEMBER = "2024-11", "2024-12"
NOW = datetime(2025, 1, 15, 2, tzinfo=UTC)
FIRST = {"ID": 9_004, "31": 4_000, "32": 5_000, "34": 4}
LATE = FIRST | {"ID": 9_066, "31": 4_050, "35": 12}


@pytest.fixture(scope="module", autouse=True)
def small_counts_alone() -> None:
    """Exports, report and secondary suppression have separate tests: here only small counts are withheld."""
    with by_threshold_alone(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "write_report", lambda _folder, _manifest: None)
        yield


def count(warehouse: Warehouse, month: str, persons: dict[str, int]) -> None:
    """Put a month of vulnerable workers by province into the warehouse."""
    usual = dict.fromkeys(VULNERABLE_WORKERS.names) | {"month": date.fromisoformat(f"{month}-01"), "payer": "all"}
    usual |= {"vulnerable_basis": "all", "availability": "available"}
    rows = [usual | {"province_code": code, "protected_persons": n} for code, n in persons.items()]
    with warehouse.candidate("vulnerable_workers", month) as candidate:
        pl.DataFrame(rows, schema=VULNERABLE_WORKERS.storage).write_parquet(candidate / "part-00000.parquet")
        warehouse.promote("vulnerable_workers", month, candidate, {"fingerprint": json.dumps(persons)})


@dataclass
class World:
    """A warehouse and its releases; `first` has November and December, `second` November with a late file."""

    root: Path
    first: str
    second: str

    @property
    def warehouse(self) -> Warehouse:
        return Warehouse(self.root / "warehouse")

    @property
    def releases(self) -> Path:
        return self.root / "releases" / "public"

    def publish(
        self, declared: PublicationOptions | None = None, *, days: int = 2, force: bool = False
    ) -> PublicationResult:
        return publish(self.warehouse, self.releases, declared, now=NOW + timedelta(days=days), force=force)

    def sql(self, query: str) -> list[tuple[object, ...]]:
        with duckdb.connect(current_release(self.releases).database, read_only=True) as con:
            return con.execute(query).fetchall()


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, dict[str, str]]:
    """The world after both releases, and the digests of the first as they were before the second."""
    root = tmp_path_factory.mktemp("world")
    warehouse = filled(root / "warehouse", NOVEMBER)
    filled(root / "warehouse", DECEMBER)
    count(warehouse, NOVEMBER, FIRST)
    count(warehouse, DECEMBER, FIRST)
    first = publish(warehouse, root / "releases" / "public", now=NOW)
    before = digests(first.release.folder)
    count(warehouse, NOVEMBER, LATE)
    second = publish(warehouse, root / "releases" / "public", now=NOW + timedelta(days=1))
    return World(root, first.release.release_id, second.release.release_id), before


@pytest.fixture
def world(told: tuple[World, dict[str, str]], tmp_path: Path) -> World:
    """A copy to go on with."""
    shutil.copytree(told[0].root, tmp_path / "w", symlinks=True)
    return World(tmp_path / "w", told[0].first, told[0].second)


def said(
    reason: str = "", status: str = "", embargo: str = "", months: tuple[str, ...] = (NOVEMBER,)
) -> PublicationOptions:
    return PublicationOptions.parse(list(months), status, reason, "", embargo)


# --- late files --------------------------------------------------------------------------------------------------------


def test_a_late_file_makes_a_vintage_of_exactly_the_rows_that_changed(told: tuple[World, dict[str, str]]) -> None:
    world, before = told
    assert digests(world.releases / world.first) == before
    assert world.sql("SELECT month, vintage, status, reason_class, rows_added, rows_changed, rows_removed FROM release_months"
                     " ORDER BY month, vintage") == [
        (date(2024, 11, 1), 1, "provisional", None, *world.sql("SELECT rows_added, 0, 0 FROM release_months WHERE vintage = 1"
                                                               " AND month = DATE '2024-11-01'")[0]),
        (date(2024, 11, 1), 2, "revised", "R", 1, 2, 0),
        (date(2024, 12, 1), 1, "provisional", None, *world.sql("SELECT rows_added, 0, 0 FROM release_months WHERE vintage = 1"
                                                               " AND month = DATE '2024-12-01'")[0]),
    ]  # fmt: skip
    kept = world.sql("SELECT province_code, protected_persons, existed FROM vulnerable_workers_history ORDER BY ALL")
    assert kept == [("31", 4_000, True), ("35", None, False), ("ID", 9_004, True)]
    histories = world.sql(
        "SELECT sum(estimated_size) FROM duckdb_tables() WHERE table_name LIKE '%\\_history' ESCAPE '\\'"
    )
    assert histories == [(3,)]  # nothing else is kept twice


def test_a_query_for_a_moment_gives_the_figures_published_then(told: tuple[World, dict[str, str]]) -> None:
    world, _ = told
    query = "SELECT province_code, protected_persons FROM vulnerable_workers_as_of({}) WHERE month = DATE '2024-11-01'"
    at = {day: dict(world.sql(query.format(f"TIMESTAMPTZ '2025-01-{day} 09:00:00+07'"))) for day in (14, 15, 16)}
    assert at == {
        14: {},
        15: FIRST | {"34": None},
        16: LATE | {"34": None},
    }  # four persons are withheld, also in history


def test_the_second_release_names_the_first_and_its_manifest(told: tuple[World, dict[str, str]]) -> None:
    world, before = told
    manifest = PublishedRelease(world.releases / world.second).manifest
    assert manifest.supersedes
    assert manifest.supersedes.as_json() == {"release_id": world.first, "manifest_sha256": before["manifest.json"]}
    assert manifest.release.status == "revised"
    assert manifest.months[NOVEMBER].since == world.second
    assert world.sql("SELECT release_id, sequence, manifest_sha256 FROM releases ORDER BY sequence") == [
        (world.first, 1, before["manifest.json"]),
        (world.second, 2, None),
    ]


def test_the_same_release_is_recognised_and_a_lost_folder_is_rebuilt_to_the_byte(world: World) -> None:
    lines = (world.releases / "journal.jsonl").read_text()
    again = world.publish(days=9)
    assert (again.release.release_id, again.reused) == (world.second, True)
    before = digests(again.release.folder)
    forced = world.publish(days=9, force=True)
    assert (forced.release.release_id, digests(forced.release.folder)) == (world.second, before)
    shutil.rmtree(again.release.folder)
    assert world.publish(days=10).release.release_id == world.second
    assert digests(again.release.folder) == before
    assert (world.releases / "journal.jsonl").read_text() == lines


def test_a_large_revision_is_refused_until_a_reason_is_given(world: World) -> None:
    count(world.warehouse, NOVEMBER, LATE | {"32": 8_000, "ID": 12_050})
    with pytest.raises(ReleaseRefused) as refused:
        world.publish()
    assert "vulnerable_workers 2024-11, nation: 1 figures" in str(refused.value)
    assert "vulnerable_workers 2024-11, province: 1 figures" in str(refused.value)
    assert not any(figure in str(refused.value) for figure in ("8000", "8,000", "5000", "12050"))
    assert current_release(world.releases).release_id == world.second
    assert not list(world.releases.glob(".candidate-*"))
    explained = world.publish(said("office K01 delivered three months late"))
    assert current_release(world.releases).folder == explained.release.folder.resolve()
    assert world.sql("SELECT reason_class, reason FROM release_months WHERE vintage = 3") == [
        ("R", "office K01 delivered three months late")
    ]


# --- embargo -------------------------------------------------------------------------------------------------------------


def test_an_embargo_is_kept_by_the_pointer(world: World) -> None:
    count(world.warehouse, DECEMBER, FIRST | {"31": 4_010})
    until = NOW + timedelta(days=3)
    waits = world.publish(said(embargo="2025-01-18 09:00 Asia/Jakarta"))
    assert (waits.waits_until, current_release(world.releases).release_id) == (
        "2025-01-18T09:00:00+07:00",
        world.second,
    )
    assert (waits.release.folder.stat().st_mode & 0o777, verify_release(waits.release)) == (
        0o700,
        [],
    )
    assert world.publish(days=2).release.release_id == waits.release.release_id  # recognised while it waits
    assert lift_embargo(world.releases, until - timedelta(seconds=1)) is None
    assert current_release(world.releases).release_id == world.second
    assert lift_embargo(world.releases, until) == waits.release.release_id
    assert (current_release(world.releases).release_id, waits.release.folder.stat().st_mode & 0o777) == (
        waits.release.release_id,
        0o755,
    )
    assert world.sql("SELECT published_at = embargo_until, embargo_until = TIMESTAMPTZ '2025-01-18 09:00:00+07' FROM releases"
                     " WHERE sequence = 3") == [(True, True)]  # fmt: skip


def test_what_waits_is_replaced_and_its_embargo_inherited(world: World) -> None:
    count(world.warehouse, DECEMBER, FIRST | {"31": 4_010})
    waits = world.publish(said(embargo="2025-01-18 09:00 Asia/Jakarta"))
    count(world.warehouse, DECEMBER, FIRST | {"31": 4_020})
    with pytest.raises(ReleaseRefused, match="the embargo until 2025-01-16T09:00:00\\+07:00 is over"):
        world.publish(said(embargo="2025-01-16 09:00 Asia/Jakarta"))
    other = world.publish()
    assert other.waits_until == "2025-01-18T09:00:00+07:00" != current_release(world.releases).release_id
    assert lift_embargo(world.releases, NOW + timedelta(days=4)) == other.release.release_id
    assert Journal(world.releases).lineage() == [other.release.release_id, world.second, world.first]
    assert waits.release.release_id not in dict(world.sql("SELECT release_id, sequence FROM releases"))


# --- going back ------------------------------------------------------------------------------------------------------------


def test_what_was_withdrawn_does_not_come_back_by_itself(world: World) -> None:
    assert roll_back(world.releases, None, "office K01 counted twice") == f"current is {world.first}"
    assert current_release(world.releases).release_id == world.first
    with pytest.raises(ReleaseRefused, match=f"2024-11 would be published as in {world.second}, which was withdrawn"):
        world.publish()
    count(world.warehouse, NOVEMBER, FIRST | {"31": 4_001, "ID": 9_005})
    third = world.publish()
    line = [
        (world.first, 1, None),
        (world.second, None, "office K01 counted twice"),
        (third.release.release_id, 2, None),
    ]
    assert world.sql("SELECT release_id, sequence, withdrawn_because FROM releases ORDER BY published_at") == line
    figures = world.sql("SELECT protected_persons FROM vulnerable_workers_vintages WHERE province_code = '31'")
    assert {n for (n,) in figures} == {4_000, 4_001}  # the withdrawn 4,050 is nowhere
    entry = Journal(world.releases).built(third.release.release_id)
    assert entry
    assert (entry.supersedes, entry.follows) == (world.first, world.second)  # readers have seen the second


def test_a_rollback_records_its_reason_and_verifies_its_target(world: World) -> None:
    with pytest.raises(ReleaseRefused, match="say why"):
        roll_back(world.releases, None, " ")
    with pytest.raises(ReleaseRefused, match="no release that was ever public"):
        roll_back(world.releases, "2024-12-none", "x")
    spoil(world.releases / world.first / "csv" / "flows.csv", lambda path: path.write_text("x"))
    with pytest.raises(ReleaseRefused, match=r"is not as it was published: csv/flows.csv was changed"):
        roll_back(world.releases, None, "x")
    assert current_release(world.releases).release_id == world.second


def test_going_back_and_forth_leaves_the_line_as_it_was(world: World) -> None:
    roll_back(world.releases, world.first, "doubt")
    roll_back(world.releases, world.second, "no doubt any more")
    assert (Journal(world.releases).withdrawn(), world.publish().release.release_id) == ({}, world.second)


def test_a_run_killed_before_the_switch_is_finished_by_the_next(world: World) -> None:
    journal = world.releases / "journal.jsonl"
    journal.write_text("".join(journal.read_text().splitlines(keepends=True)[:-1]) + '{"at": "2025-01-1')  # cut off
    (world.releases / "current").unlink()
    (world.releases / "current").symlink_to(world.first)
    assert world.publish().release.release_id == world.second
    assert current_release(world.releases).release_id == world.second
    assert [event.release for event in Journal(world.releases).of_kind(Switched)] == [world.first, world.second]


# --- tampering -----------------------------------------------------------------------------------------------------------


def spoil(path: Path, change: Callable[[Path], object]) -> None:
    path.parent.chmod(0o755)
    if path.exists():
        path.chmod(0o644)
    change(path)


def a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def a_row(path: Path) -> None:
    with duckdb.connect(path) as con:
        con.execute("UPDATE vulnerable_workers SET protected_persons = 4001 WHERE province_code = '31'")


def edited(path: Path) -> None:
    path.write_text(path.read_text().replace('"provisional"', '"final"', 1))


def linked(path: Path) -> None:
    path.rename(path.with_suffix(".moved"))
    path.symlink_to(path.with_suffix(".moved"))


TAMPERED: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "a byte": ("parquet/flows.parquet", a_byte, "parquet/flows.parquet was changed"),
    "a row of the database": ("coverage.duckdb", a_row, "coverage.duckdb was changed"),
    "one more file": ("notes/x.txt", lambda p: (p.parent.mkdir(exist_ok=True), p.write_text("x")), "notes/x.txt is not listed"),
    "one fewer": ("codes/segments.csv", Path.unlink, "codes/segments.csv is missing"),
    "the manifest": ("manifest.json", edited, "manifest.json has another digest than the journal recorded"),
    "no manifest": ("manifest.json", Path.unlink, "manifest.json is not there or cannot be read"),
    "a link": ("csv/flows.csv", linked, "csv/flows.csv is a link, not a file"),
    "the history": ("history/vulnerable_workers_history.parquet", lambda p: pl.read_parquet(p).clear().write_parquet(p),
                    "vulnerable_workers_history: DuckDB and Parquet differ"),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERED)
def test_whatever_is_touched_is_found_and_named(world: World, name: str) -> None:
    folder = world.releases / world.second
    assert verify_release(PublishedRelease(folder)) == []
    path, change, states = TAMPERED[name]
    spoil(folder / path, change) if "notes" not in path else change(folder / path)
    assert any(states in problem for problem in verify_release(PublishedRelease(folder)))


def test_who_signs_a_forged_release_again_is_found_by_the_release_that_followed(world: World) -> None:
    folder, journal = world.releases / world.first, world.releases / "journal.jsonl"
    old = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    spoil(folder / "manifest.json", edited)
    new = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    journal.write_text(journal.read_text().replace(old, new))
    assert verify_release(PublishedRelease(folder)) == [f"manifest.json is not the one that {world.second} superseded"]


def test_tables_that_differ_are_found_even_if_every_digest_was_computed_again(world: World) -> None:
    folder, journal = world.releases / world.second, world.releases / "journal.jsonl"
    old = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    spoil(folder / "coverage.duckdb", a_row)
    manifest = json.loads((folder / "manifest.json").read_text())
    for entry in manifest["files"]:
        if entry["name"] == "coverage.duckdb":
            content = (folder / "coverage.duckdb").read_bytes()
            entry |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    spoil(folder / "manifest.json", lambda path: path.write_text(json.dumps(manifest)))
    journal.write_text(
        journal.read_text().replace(old, hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest())
    )
    assert verify_release(PublishedRelease(folder)) == ["vulnerable_workers: DuckDB and Parquet differ"]


# --- the commands ----------------------------------------------------------------------------------------------------------


def command(world: World, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*arguments, "--releases", str(world.releases.parent)], env={"COLUMNS": "250"})
    return done.exit_code, done.output + (str(done.exception) if done.exception else "")


def test_the_commands_report_releases(world: World) -> None:
    code, listed = command(world, "releases")
    assert (code, listed.count("superseded"), listed.count("current"), "revised (R)" in listed) == (0, 1, 1, True)
    code, changed = command(world, "diff", world.first, "current")
    lines = [" ".join(line.replace("│", " ").replace("!", " ").split()) for line in changed.splitlines()]
    assert "vulnerable_workers 2024-11 1 2 0 0 R other deliveries than the vintage before" in lines
    assert "vulnerable_workers 2024-11 province 31 all all protected_persons 4,000 4,050 +1.2 %" in lines
    assert (code, sum("2024-12 " in line for line in lines)) == (0, 0)
    assert command(world, "verify", "--all")[0] == 0
    spoil(world.releases / world.first / "csv" / "flows.csv", a_byte)
    code, found = command(world, "verify", "--all")
    assert (code, f"{world.second}: as published" in found, "csv/flows.csv was changed" in found) == (1, True, True)
    assert command(world, "rollback", "--reason", "test")[0] == 1  # not back to a spoiled one
    assert command(world, "verify", "2024-12-none")[0] == 1
