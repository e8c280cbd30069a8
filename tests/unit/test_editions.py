"""Editions: which are configured, their folders and rights, and that each is a line of releases without the others."""

import json
import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

from assets import environment
from assets.errors import ReleaseRefused
from assets.release import publish as publishing
from assets.release.disclosure.policy import load_policy
from assets.release.editions import (
    EDITIONS,
    INTERNAL,
    MINISTRY,
    PUBLIC,
    Edition,
    configured_editions,
    folder_of,
    readable_editions,
)
from assets.release.journal import Journal, current_release
from assets.release.publish import publish, roll_back
from assets.release.unsuppressed import verify_statement
from assets.release.verify import verify_release
from assets.resources import Locations
from assets.warehouse import Warehouse
from pipelines.cli.main import app
from pipelines.definitions import build_definitions
from pipelines.failures import describe_failure
from schemas.summaries import SUMMARIES
from tests.nation import live, locations_at
from tests.thresholds import by_threshold_alone
from tests.unit.filled import filled

NOBODY = 65534


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    return filled(tmp_path_factory.mktemp("editions") / "warehouse")


@pytest.fixture(scope="module")
def releases(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One release of each edition."""
    root = tmp_path_factory.mktemp("editions") / "releases"
    with by_threshold_alone():
        for edition in EDITIONS.values():
            publish(warehouse, root / edition.name, edition=edition)
    return root


@contextmanager
def somebody_else() -> Iterator[None]:
    """Within it this process has the rights of a user who owns nothing."""
    if os.geteuid() != 0:
        pytest.skip("only root may act as another user")
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


# --- configuration -----------------------------------------------------------------------------------------------------


def test_the_configured_editions_are_those_of_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(environment.EDITIONS)
    assert configured_editions() == (INTERNAL, PUBLIC)
    monkeypatch.setenv(environment.EDITIONS, " public, ministry")
    assert configured_editions() == (MINISTRY, PUBLIC)


@pytest.mark.parametrize("text", ["public,open", ",", "Public"])
def test_an_unknown_edition_is_one_line_before_anything_runs(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment.EDITIONS, text)
    for command in (["run", "--month", "2024-12"], ["sql", "select 1"], ["status"]):
        refused = str(CliRunner().invoke(app, command).exception)
        assert (
            refused
            == f'CAKUPAN_EDITIONS is "{text}": write one or more of internal, ministry, public, separated by commas'
        )


def test_an_edition_that_is_not_there_is_one_line(releases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment.EDITIONS, "public,ministry")
    commands = (
        ["sql", "select 1"],
        ["releases"],
        ["diff", "a", "b"],
        ["verify"],
        ["rollback"],
        ["publish", "postgresql://a@b/c"],
    )
    for command in commands:
        arguments = [*command, "--releases", str(releases)]
        refused = CliRunner().invoke(app, [*arguments, "--edition", "internal"])
        assert str(refused.exception) == (
            "the edition internal is not configured: add it to CAKUPAN_EDITIONS, which has ministry, public"
        )
        refused = CliRunner().invoke(app, [*arguments, "--edition", "open"])
        assert str(refused.exception) == "there is no edition open: name one of internal, ministry, public"


def test_an_edition_without_a_release_is_one_line(tmp_path: Path) -> None:
    for command in (["sql", "select 1"], ["verify"], ["rollback", "--reason", "x"]):
        refused = CliRunner().invoke(app, [*command, "--releases", str(tmp_path)])
        assert str(refused.exception) == "no public release yet: run `cakupan run --month YYYY-MM`"
    assert list(tmp_path.iterdir()) == []


def test_releases_of_a_version_before_editions_are_moved_once(releases: Path, tmp_path: Path) -> None:
    """The command of the message moves them; afterwards they belong to the edition that their policy was for."""
    for name in ("public", "ministry"):
        source, old = releases / name, tmp_path / name
        [release] = source.glob("2*")
        (old / release.name).mkdir(parents=True)
        manifest = json.loads((release / "manifest.json").read_text())
        del manifest["edition"], manifest["notice"]
        (old / release.name / "manifest.json").write_text(json.dumps(manifest))
        (old / "journal.jsonl").write_text("")
        (old / "current").symlink_to(release.name)
        with pytest.raises(ReleaseRefused, match="before editions") as refused:
            folder_of(old, PUBLIC)
        assert "\n" not in str(refused.value)
        assert os.system(str(refused.value).rpartition(": ")[2]) == 0
        assert live(old, name).release_id == release.name
        assert live(old, name).edition == EDITIONS[name]


def test_a_policy_for_an_edition_that_is_not_configured_is_refused_instead_of_ignored(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "policy.json").write_text('{"audience": "inter_ministry", "min_count": 6}')
    monkeypatch.setenv(environment.POLICY, str(tmp_path / "policy.json"))
    load_policy.cache_clear()
    with by_threshold_alone():
        with pytest.raises(ReleaseRefused, match="names a policy for the ministry edition, which is not configured"):
            publish(warehouse, tmp_path / "public")
        monkeypatch.setenv(environment.EDITIONS, "ministry,public")
        for name, least in (("public", 10), ("ministry", 6)):
            publish(warehouse, tmp_path / name, edition=EDITIONS[name])
            assert current_release(tmp_path / name).manifest.policy["min_count"] == least
    load_policy.cache_clear()


# --- rights ------------------------------------------------------------------------------------------------------------


def test_only_owner_and_group_may_read_a_restricted_edition(releases: Path) -> None:
    for name in ("internal", "ministry"):
        for path in [releases / name, *(releases / name).rglob("*")]:
            if not path.is_symlink():
                assert path.stat().st_mode & 0o007 == 0, path
    assert all(path.stat().st_mode & 0o004 for path in live(releases).folder.rglob("*"))
    assert (releases / "public" / "journal.jsonl").stat().st_mode & 0o777 == 0o644
    assert (releases / "internal" / "journal.jsonl").stat().st_mode & 0o777 == 0o640


def test_a_reader_without_the_right_gets_one_line_and_reads_the_public_edition(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(environment.EDITIONS, "internal,public")
    with tempfile.TemporaryDirectory() as name, by_threshold_alone():
        root = Path(name)
        root.chmod(0o755)
        for edition in (INTERNAL, PUBLIC):
            publish(warehouse, root / edition.name, edition=edition)
        query = ["sql", "select 1 as one", "--csv", "--releases", name]
        with somebody_else():
            refused = CliRunner().invoke(app, [*query, "--edition", "internal"])
            assert str(refused.exception) == (
                f"you have no right to read the internal edition in {root / 'internal'}: ask the owner of this folder for it"
            )
            assert CliRunner().invoke(app, query).output == "one\n1\n"
            assert readable_editions(root) == (PUBLIC,)


# --- content -----------------------------------------------------------------------------------------------------------


def test_the_internal_edition_shows_every_figure_of_the_tables(releases: Path, warehouse: Warehouse) -> None:
    release = live(releases, "internal")
    for table in SUMMARIES:
        true = pl.concat([pl.read_parquet(warehouse.files(table.name, month)) for month in ("2024-12",)])
        shown, columns = release.summary(table.name), [name for name in table.released().names if name != "conf_status"]
        assert shown is not None
        if table.name != "retention":  # which the release completes from all months
            assert shown.select(columns).sort(table.key).equals(true.select(columns).sort(table.key)), table.name
        assert shown["conf_status"].unique().to_list() in (["F"], [])
    assert release.manifest.policy == {}


@pytest.mark.parametrize("edition", [INTERNAL, MINISTRY])
def test_a_restricted_edition_states_so_wherever_it_is_read(releases: Path, edition: Edition) -> None:
    release = live(releases, edition.name)
    assert (release.manifest.edition, release.manifest.notice) == (edition.name, edition.notice)
    assert not (release.folder / "exports").exists()
    with duckdb.connect(release.database, read_only=True) as con:
        comments = con.execute(
            "SELECT comment FROM duckdb_tables() UNION ALL SELECT comment FROM duckdb_views() WHERE NOT internal"
        )
        written = [comment for (comment,) in comments.fetchall()]
    assert len(written) > 2 * len(SUMMARIES)
    assert all(comment.startswith(f"{edition.notice}. ") for comment in written)


def test_every_edition_is_verified_and_a_changed_figure_of_the_internal_one_is_noticed(
    releases: Path, tmp_path: Path
) -> None:
    with by_threshold_alone():
        assert [verify_release(live(releases, name)) for name in EDITIONS] == [[], [], []]
    copy = tmp_path / "internal"
    shutil.copytree(live(releases, "internal").folder, copy)
    assert verify_statement(copy) == []
    path = copy / "parquet" / "coverage.parquet"
    path.chmod(0o644)
    pl.read_parquet(path).with_columns(pl.col("protected_persons") + 1).write_parquet(path)
    assert verify_statement(copy) == ["coverage is not the table of certificate.json"]


# --- independence ------------------------------------------------------------------------------------------------------


def test_a_refused_edition_leaves_its_release_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one run of Dagster; the line about the run names the edition that was refused, and the one that was published."""
    locations = locations_at(tmp_path)
    filled(tmp_path / "warehouse", "2024-11")
    with by_threshold_alone():
        for edition in (INTERNAL, PUBLIC):
            publish(locations.warehouse, locations.releases / edition.name, edition=edition)
        filled(tmp_path / "warehouse", "2024-12")
        monkeypatch.setattr(
            publishing,
            "audit_candidate",
            lambda candidate, *_: [] if candidate.edition == INTERNAL else ["it was changed"],
        )
        done = _release(locations)
    assert not done.success
    line = describe_failure(done.all_events)
    assert line.startswith("public edition: release 2024-12-")
    assert line.endswith("it was changed; the live release is untouched; published: internal")
    assert [live(locations.releases, name).release_id[:7] for name in ("internal", "public")] == ["2024-12", "2024-11"]
    journals = [Journal(locations.releases / name) for name in ("internal", "public")]
    assert [len(journal.lineage()) for journal in journals] == [2, 1]
    first = journals[0].lineage()[1]
    assert roll_back(locations.releases / "internal", None, "doubt") == f"current is {first}"
    assert [live(locations.releases, name).release_id[:7] for name in ("internal", "public")] == ["2024-11", "2024-11"]
    assert {event.by for journal in journals for event in journal.events()} == {pwd.getpwuid(os.getuid()).pw_name}


def _release(locations: Locations) -> dg.ExecuteInProcessResult:
    job = build_definitions(locations, editions=(INTERNAL, PUBLIC)).resolve_job_def("month")
    return job.execute_in_process(
        partition_key="2024-12",
        instance=dg.DagsterInstance.ephemeral(),
        asset_selection=[dg.AssetKey(edition.asset) for edition in (INTERNAL, PUBLIC)],
        raise_on_error=False,
    )
