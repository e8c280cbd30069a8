"""A release in a real PostgreSQL: the same rows, types, keys and comments, for a role that reads and does nothing else."""

import json
import shutil
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

from assets.errors import CakupanError, DatabaseRefused
from assets.release.database import released_tables
from assets.release.postgresql.address import address
from assets.release.postgresql.loading import load
from assets.release.published_release import PublishedRelease
from pipelines.cli.main import app
from schemas.comments import described
from schemas.summaries import SUMMARIES
from schemas.views import views
from tests.nation import Nation, live
from tests.postgresql import PASSWORD, Database

NAMES = {pl.String(): "text", pl.Int64(): "bigint", pl.Float64(): "double precision", pl.Date(): "date",
         pl.Boolean(): "boolean", pl.Datetime("us", "UTC"): "timestamp with time zone"}  # fmt: skip


@pytest.fixture(scope="module")
def release(nation: Nation) -> Path:
    return live(nation.locations.releases).folder


@pytest.fixture(scope="module")
def loaded(release: Path, postgresql: Database) -> Database:
    """The nation's release; tests only read it."""
    load(PublishedRelease(release), address(postgresql.url))
    return postgresql


def small(folder: Path, *statements: str, embargo: str = "", edition: str = "public") -> Path:
    """A release of few tables, as its database and manifest."""
    folder.mkdir()
    with duckdb.connect(folder / "coverage.duckdb") as con:
        for statement in statements:
            con.execute(statement)
    manifest = {"release_id": "2024-12-small", "reference_month": "2024-12", "embargo": None, "edition": edition}
    manifest |= {"embargo": {"until": embargo}} if embargo else {}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


@pytest.fixture(scope="module")
def few(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One summary table and one code list of the nation's release."""
    tables = [f"CREATE TABLE flows AS FROM '{release / 'parquet' / 'flows.parquet'}'",
              f"CREATE TABLE programmes AS FROM read_csv('{release / 'codes' / 'programmes.csv'}', all_varchar = true)"]  # fmt: skip
    return small(tmp_path_factory.mktemp("few") / "release", *tables)


def read(database: Database, table: str, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame(database.ask(f"SELECT * FROM cakupan.{table}"), schema=schema, orient="row")


# --- what is loaded ------------------------------------------------------------------------------------------------


def test_every_table_has_the_rows_values_and_nulls_of_its_parquet(loaded: Database, release: Path) -> None:
    for folder, table in released_tables():
        kept = pl.read_parquet(release / folder / f"{table.name}.parquet")
        found = read(loaded, table.name, dict(kept.schema))
        assert found.sort(found.columns, nulls_last=True).equals(kept.sort(kept.columns, nulls_last=True)), table.name
    assert loaded.ask("SELECT count(*) > 100000 FROM cakupan.coverage") == [(True,)]


def test_every_code_list_has_the_rows_of_its_csv(loaded: Database, release: Path) -> None:
    for path in (release / "codes").glob("*.csv"):
        kept = duckdb.sql(f"SELECT * FROM read_csv('{path}', all_varchar = true)").pl()
        assert read(loaded, path.stem, dict(kept.schema)).equals(kept), path.stem


def test_every_view_has_the_rows_and_comments_of_duckdb(loaded: Database, release: Path) -> None:
    with duckdb.connect(release / "coverage.duckdb", read_only=True) as con:
        for view in views():
            count = f"SELECT count(*), count({view.columns[3].name}) FROM"
            assert loaded.ask(f"{count} cakupan.{view.name}") == con.execute(f"{count} {view.name}").fetchall()
            query = "SELECT attname, col_description(attrelid, attnum) FROM pg_attribute WHERE attrelid = 'cakupan.{}'::regclass AND attnum > 0"
            assert dict(loaded.ask(query.format(view.name))) == view.comments()
        headline = "SELECT region_name, segment_name_id, gap_persons FROM {}coverage_headline WHERE geography_level = 'nation' ORDER BY month, segment"
        assert loaded.ask(headline.format("cakupan.")) == con.execute(headline.format("")).fetchall()
    assert loaded.ask("SELECT view_names FROM cakupan.this_release") == [([view.name for view in views()],)]


def test_types_are_those_of_the_declarations(loaded: Database) -> None:
    query = "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'cakupan' ORDER BY table_name, ordinal_position"
    found = loaded.ask(query)
    for _, table in released_tables():
        expected = [(field.name, NAMES[field.dtype]) for field in table.fields]
        assert [row[1:] for row in found if row[0] == table.name] == expected


def test_comments_are_those_of_the_registry(loaded: Database) -> None:
    of_columns = "SELECT relname, attname, col_description(c.oid, attnum) FROM pg_class c JOIN pg_attribute ON attrelid = c.oid WHERE relnamespace = 'cakupan'::regnamespace AND attnum > 0 AND relkind = 'r'"
    columns = {(table, name): text for table, name, text in loaded.ask(of_columns)}
    of_tables = "SELECT relname, obj_description(oid, 'pg_class') FROM pg_class WHERE relnamespace = 'cakupan'::regnamespace AND relkind = 'r'"
    about = dict(loaded.ask(of_tables))
    for _, table in released_tables():
        assert about[table.name] == f"{table.description}. Grain: {table.grain}."
        for field in table.fields:
            assert columns[table.name, field.name] == described(field, table.name)
    assert None not in about.values()


def test_keys_and_references_are_the_declared_ones(loaded: Database) -> None:
    query = "SELECT conrelid::regclass::text, contype, confrelid::regclass::text, (SELECT array_agg(attname::text ORDER BY place) FROM unnest(conkey) WITH ORDINALITY AS k(number, place) JOIN pg_attribute ON attrelid = conrelid AND attnum = number) FROM pg_constraint WHERE connamespace = 'cakupan'::regnamespace"
    found = [(table.removeprefix("cakupan."), kind, to.removeprefix("cakupan."), columns) for table, kind, to, columns in loaded.ask(query)]  # fmt: skip
    keys = {table: tuple(columns) for table, kind, _, columns in found if kind == "p"}
    assert {table.name: keys[table.name] for _, table in released_tables()} == {
        table.name: table.key for _, table in released_tables()
    }
    assert keys["provinces"] == keys["regencies"] == keys["programmes"] == ("code",)
    assert "indicators" not in keys  # one name may measure another population in another table
    lists = {name for name, key in keys.items() if key == ("code",)}
    whole = {(table.name, field.name, field.codes) for table in SUMMARIES for field in table.fields if field.codes in lists and not field.special}  # fmt: skip
    references = {(table, columns[0], to) for table, kind, to, columns in found if kind == "f"}
    assert references == whole | {("regencies", "province_code", "provinces")}
    assert references > {("coverage", "programme", "programmes"), ("coverage", "conf_status", "confidentiality")}


def test_the_schema_names_its_release(loaded: Database, release: Path) -> None:
    ((release_id, month, manifest, names),) = loaded.ask("SELECT release_id, reference_month, manifest, table_names FROM cakupan.this_release")  # fmt: skip
    assert (release_id, month) == (release.name, "2024-12")
    assert manifest == json.loads((release / "manifest.json").read_text())
    there = loaded.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'cakupan'")
    assert sorted(names) == sorted(name for (name,) in there)
    assert loaded.ask("SELECT obj_description('cakupan'::regnamespace, 'pg_namespace')") == [(f"Cakupan release {release.name}",)]  # fmt: skip


def test_odd_texts_and_numbers_arrive_as_they_are(database: Database, tmp_path: Path) -> None:
    odd = ["", "\\N", '"', "a,b", "a\nb", "\\", "NULL", " ", "é ≥ 100 %", None, "\\.", "'"]
    numbers = [0.1, 1e-300, float("inf"), -0.0, 1e22, None, 5e-324, 1 / 3, -1.5, 0.0, 2**53 + 0.0, 1.7e308]
    frame = pl.DataFrame({"place": range(12), "t": odd, "x": numbers, "yes": [True, False, None] * 4})
    frame.write_parquet(tmp_path / "odd.parquet")
    load(
        PublishedRelease(small(tmp_path / "r", f"CREATE TABLE odd AS FROM '{tmp_path / 'odd.parquet'}'")),
        address(database.url),
    )
    assert read(database, "odd", dict(frame.schema)).sort("place").equals(frame)


def test_what_does_not_hold_is_no_key_and_no_reference(release: Path, database: Database, tmp_path: Path) -> None:
    shutil.copytree(release, tmp_path / "r")
    (tmp_path / "r" / "coverage.duckdb").chmod(0o644)
    with duckdb.connect(tmp_path / "r" / "coverage.duckdb") as con:
        con.execute("DELETE FROM programmes WHERE code = 'jkp'")
        con.execute("INSERT INTO flows SELECT * FROM flows LIMIT 1")
    load(PublishedRelease(tmp_path / "r"), address(database.url))
    kinds = "SELECT conname FROM pg_constraint WHERE connamespace = 'cakupan'::regnamespace"
    names = {name for (name,) in database.ask(kinds)}
    assert "coverage_denominator_id_fkey" in names
    assert not names & {"coverage_programme_fkey", "flows_pkey"}


def test_a_second_run_changes_nothing(release: Path, database: Database) -> None:
    def state() -> list[tuple[object, ...]]:
        names = [name for (name,) in database.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'cakupan' ORDER BY 1")]  # fmt: skip
        each = [
            f"SELECT '{name}', md5(string_agg(t::text, '\n' ORDER BY t::text)) FROM cakupan.{name} t" for name in names
        ]
        constraints = "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'cakupan'::regnamespace ORDER BY 1"
        rights = "SELECT relname, relacl::text FROM pg_class WHERE relnamespace = 'cakupan'::regnamespace AND relkind = 'r' ORDER BY 1"
        return [row for query in [*each, constraints, rights] for row in database.ask(query)]

    first = load(PublishedRelease(release), address(database.url))
    before = state()
    assert load(PublishedRelease(release), address(database.url)) == first
    assert state() == before
    assert len(before) > 80


# --- who may do what -----------------------------------------------------------------------------------------------


def test_the_role_reads_everything_and_writes_nothing(loaded: Database) -> None:
    loaded.do("DROP ROLE IF EXISTS metabase", "CREATE ROLE metabase LOGIN", "GRANT cakupan_reader TO metabase")
    assert loaded.ask("SELECT rolcanlogin, rolsuper FROM pg_roles WHERE rolname = 'cakupan_reader'") == [(False, False)]
    names = [name for (name,) in loaded.ask("SELECT unnest(table_names) FROM cakupan.this_release")]
    assert sum(loaded.ask(f"SELECT count(*) FROM cakupan.{name}", user="metabase")[0][0] for name in names) > 100_000
    for forbidden in (
        "INSERT INTO cakupan.flows SELECT * FROM cakupan.flows",
        "UPDATE cakupan.coverage SET memberships = 1",
        "DELETE FROM cakupan.programmes",
        "TRUNCATE cakupan.outreach",
        "DROP TABLE cakupan.outreach",
        "CREATE TABLE cakupan.mine (a int)",
        "ALTER SCHEMA cakupan RENAME TO mine",
    ):
        with pytest.raises(Exception, match=r"permission denied|must be owner"):
            loaded.do(forbidden, user="metabase")


def test_a_role_that_could_write_is_refused(few: Path, database: Database) -> None:
    with pytest.raises(DatabaseRefused, match="role owner could write"):
        load(PublishedRelease(few), address(database.url), reader="owner")
    assert database.ask("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'cakupan%'") == [(0,)]


def test_rights_that_are_missing_are_named(few: Path, database: Database) -> None:
    database.do("DROP ROLE IF EXISTS weak", "CREATE ROLE weak LOGIN PASSWORD 'weak'")
    with pytest.raises(DatabaseRefused, match=r"permission denied for database .*: the publisher needs CREATE"):
        load(PublishedRelease(few), address(f"postgresql://weak:weak@127.0.0.1:{database.port}/{database.name}"))


def test_objects_of_others_are_not_removed(few: Path, database: Database) -> None:
    to = address(database.url)
    database.do("CREATE SCHEMA theirs", "CREATE TABLE theirs.kept AS SELECT 1 AS a")
    with pytest.raises(DatabaseRefused, match="schema theirs holds something else"):
        load(PublishedRelease(few), to, schema="theirs")
    load(PublishedRelease(few), to)
    database.do("CREATE TABLE cakupan.kept AS SELECT 1 AS a")
    with pytest.raises(DatabaseRefused, match=r"table cakupan.kept depends on schema cakupan"):
        load(PublishedRelease(few), to)
    database.do("DROP TABLE cakupan.kept", "CREATE VIEW theirs.seen AS SELECT * FROM cakupan.flows")
    with pytest.raises(DatabaseRefused, match=r"view theirs.seen depends on table cakupan.flows"):
        load(PublishedRelease(few), to)
    assert database.ask("SELECT a FROM theirs.kept") == [(1,)]
    assert database.ask("SELECT count(*) FROM theirs.seen")[0][0] > 0
    database.do("DROP VIEW theirs.seen")
    load(PublishedRelease(few), to)


def test_an_embargo_holds_here_too(database: Database, tmp_path: Path) -> None:
    table = "CREATE TABLE flows AS SELECT 1 AS a"
    with pytest.raises(DatabaseRefused, match="2024-12-small is under embargo until 2099"):
        load(PublishedRelease(small(tmp_path / "a", table, embargo="2099-01-01T09:00:00+07:00")), address(database.url))
    load(PublishedRelease(small(tmp_path / "b", table, embargo="2024-01-01T09:00:00+07:00")), address(database.url))


def test_one_publisher_at_a_time(few: Path, database: Database) -> None:
    with database.connect() as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtextextended('Cakupan release cakupan', 0))")
        with pytest.raises(DatabaseRefused, match="another publisher is at work on schema cakupan"):
            load(PublishedRelease(few), address(database.url))
        load(PublishedRelease(few), address(database.url), schema="elsewhere")
    load(PublishedRelease(few), address(database.url))


# --- editions ------------------------------------------------------------------------------------------------------


@pytest.fixture
def internal(tmp_path: Path) -> PublishedRelease:
    return PublishedRelease(small(tmp_path / "internal", "CREATE TABLE flows AS SELECT 1 AS a", edition="internal"))


def test_each_edition_has_another_schema_and_a_reader_who_sees_no_other(
    few: Path, internal: PublishedRelease, database: Database
) -> None:
    load(PublishedRelease(few), address(database.url))
    loaded = load(internal, address(database.url))
    assert (loaded.schema, loaded.reader) == ("cakupan_internal", "cakupan_internal_reader")
    assert database.ask("SELECT a FROM cakupan_internal.flows") == [(1,)]
    comment = database.ask("SELECT obj_description('cakupan_internal.this_release'::regclass, 'pg_class')")
    assert comment[0][0].startswith("INTERNAL, NOT FOR PUBLICATION. ")
    rights = "SELECT has_schema_privilege('{}', '{}', 'USAGE')"
    for reader, schema, may in (
        ("cakupan_reader", "cakupan", True),
        ("cakupan_reader", "cakupan_internal", False),
        ("cakupan_internal_reader", "cakupan_internal", True),
        ("cakupan_internal_reader", "cakupan", False),
    ):
        assert database.ask(rights.format(reader, schema)) == [(may,)]


def test_every_table_and_view_of_the_internal_release_states_its_notice(nation: Nation, database: Database) -> None:
    load(live(nation.locations.releases, "internal"), address(database.url))
    query = "SELECT relname, obj_description(oid, 'pg_class') FROM pg_class WHERE relnamespace = 'cakupan_internal'::regnamespace AND relkind IN ('r', 'v')"
    comments = dict(database.ask(query))
    assert {"coverage", "coverage_named", "provinces", "this_release"} <= comments.keys()
    assert [
        name for name, comment in comments.items() if not comment.startswith("INTERNAL, NOT FOR PUBLICATION. ")
    ] == []
    withheld = "SELECT count(*) FROM cakupan_internal.coverage WHERE conf_status <> 'F'"
    assert database.ask(withheld) == [(0,)]


def test_an_internal_release_is_not_loaded_where_readers_of_the_public_one_would_see_it(
    few: Path, internal: PublishedRelease, database: Database
) -> None:
    to = address(database.url)
    load(PublishedRelease(few), to, reader="analysts")
    with pytest.raises(DatabaseRefused, match="schema cakupan holds a release of the public edition"):
        load(internal, to, schema="cakupan")
    for reader in ("analysts", "cakupan_reader"):
        with pytest.raises(
            DatabaseRefused, match=f"role {reader}, which reads the public edition, could read the internal"
        ):
            load(internal, to, reader=reader)
    database.do("DROP ROLE IF EXISTS planners", "CREATE ROLE planners", "GRANT planners TO analysts")
    with pytest.raises(DatabaseRefused, match="role analysts, which reads the public edition, could read the internal"):
        load(internal, to, reader="planners")  # its members have its rights
    database.do("REVOKE planners FROM analysts", "ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO PUBLIC")
    with pytest.raises(DatabaseRefused, match="every role could read the internal edition"):
        load(internal, to, reader="planners")
    assert database.ask("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'cakupan\\_%'") == [(0,)]
    database.do("ALTER DEFAULT PRIVILEGES REVOKE USAGE ON SCHEMAS FROM PUBLIC")
    load(internal, to, reader="planners")
    with pytest.raises(DatabaseRefused, match="schema cakupan_internal holds a release of the internal edition"):
        load(PublishedRelease(few), to, schema="cakupan_internal")


# --- the command ---------------------------------------------------------------------------------------------------


def published(*arguments: str) -> str:
    """The output of the command, or its one line of refusal."""
    done = CliRunner().invoke(app, ["publish", *arguments], env={"COLUMNS": "300"})
    if done.exception is not None:
        assert isinstance(done.exception, CakupanError), done.exception
        assert "\n" not in str(done.exception)
        return str(done.exception)
    return done.output


@pytest.fixture
def at(nation: Nation, monkeypatch: pytest.MonkeyPatch) -> Nation:
    monkeypatch.setenv("CAKUPAN_HOME", str(nation.root))
    return nation


def test_the_command_loads_the_current_release_or_a_named_one(at: Nation, database: Database) -> None:
    names = sorted(path.parent.name for path in at.locations.releases.glob("public/2*/manifest.json"))
    assert len(names) == 2
    held = "SELECT release_id, (SELECT count(DISTINCT month) FROM cakupan.coverage) FROM cakupan.this_release"
    assert published(database.url).startswith(f"{names[1]}: ")
    assert database.ask(held) == [(names[1], 2)]
    assert database.shown in published(database.url, "--release", names[0], "--role", "analysts")
    assert database.ask(held) == [(names[0], 1)]
    assert "2020-01-x is no release" in published(database.url, "--release", "2020-01-x")
    assert database.ask(held) == [(names[0], 1)]


def test_the_address_may_come_from_the_environment(
    at: Nation, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAKUPAN_POSTGRESQL", database.url)
    assert database.shown in published()


def test_a_release_that_was_changed_is_not_loaded(
    nation: Nation, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(nation.locations.releases, tmp_path / "releases", symlinks=True)
    changed = live(tmp_path / "releases").folder / "codes" / "segments.csv"
    changed.chmod(0o644)
    changed.write_text(changed.read_text() + "X")
    monkeypatch.setenv("CAKUPAN_RELEASES", str(tmp_path / "releases"))
    assert "is not as it was published" in published(database.url)
    assert database.ask("SELECT count(*) FROM pg_namespace WHERE nspname = 'cakupan'") == [(0,)]


WRONG = [
    "postgresql://owner:sec/ret@127.0.0.1:{port}/postgres",
    "postgresql://owner:sec@ret@127.0.0.1:{port}/postgres",
    "postgresql://owner:12/secret@127.0.0.1:{port}/postgres",
    "postgresql://owner:sec%ret@127.0.0.1:{port}/postgres",
    "postgresql://owner:x@sec?ret@127.0.0.1:{port}/postgres",
    "postgresql://owner:secret@127.0.0.1:{port}/postgres",  # not the password
    "postgresql://owner:secret@127.0.0.1:1/postgres",  # nobody there
    "postgresql://owner@127.0.0.1:{port}/postgres?password=secret",
    "postgresql://owner:secret@127.0.0.1:{port}/postgres?nonsense=1",
    "mysql://owner:secret@127.0.0.1:{port}/postgres",
    "host=127.0.0.1 port={port} user=owner password=secret dbname=postgres",
]


@pytest.mark.parametrize("url", WRONG)
def test_no_refusal_contains_a_part_of_the_password(at: Nation, postgresql: Database, url: str) -> None:
    message = published(url.format(port=postgresql.port))
    assert not [part for part in ("sec", "ret", "12/") if part in message.replace("PostgreSQL", "")]
    assert "~/.pgpass" in message or "publish again" in message


def test_the_password_is_nowhere(at: Nation, database: Database) -> None:
    message = published(database.url)
    assert PASSWORD not in message
    assert "p%40" not in message
    assert PASSWORD not in repr(address(database.url))
    assert PASSWORD not in (database.folder / "log").read_text()
    assert PASSWORD not in (at.locations.releases / "public" / "journal.jsonl").read_text()


def test_without_its_driver_the_command_names_the_package(at: Nation, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(("psycopg", "assets.release.postgresql."))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert published("postgresql://u@h/d") == "PostgreSQL needs its driver: pip install 'cakupan[postgresql]'"
