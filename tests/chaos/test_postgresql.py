"""Readers during switches in PostgreSQL, connections that break, publishers that are killed: one release, always whole."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb
import psycopg
import pytest

from assets.errors import DatabaseRefused
from assets.release.postgresql.address import address
from assets.release.postgresql.loading import load
from assets.release.published_release import PublishedRelease
from tests.postgresql import Database

ROOT = Path(__file__).parents[2]
TABLES = ("coverage", "flows", "outreach", "retention")
ROWS = 1000
COMMIT = b"Q\0\0\0\x0bCOMMIT\0"


def release(folder: Path, name: str, rows: int = ROWS) -> Path:
    """Four tables in which every row names its release."""
    folder.mkdir()
    with duckdb.connect(folder / "coverage.duckdb") as con:
        for table in TABLES:
            con.execute(f"CREATE TABLE {table} AS SELECT range AS n, '{name}' AS of, sha256(range::text) AS text FROM range({rows})")  # fmt: skip
    (folder / "manifest.json").write_text(f'{{"release_id": "{name}", "reference_month": "2024-12"}}')
    return folder


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    return release(tmp_path / "a", "a"), release(tmp_path / "b", "b")


@pytest.fixture
def to(database: Database, two: tuple[Path, Path]) -> Database:
    """A database with release a."""
    load(PublishedRelease(two[0]), address(database.url))
    return database


def seen(con: psycopg.Connection, *tables: str) -> set[tuple[str, int]]:
    """(release, rows) of each table: one entry where all are of one release and whole."""
    found = set()
    for table in tables:
        rows = con.execute(f"SELECT min(of), max(of), count(*) FROM cakupan.{table}".encode()).fetchall()
        found |= {(str(rows[0][0]), rows[0][2]), (str(rows[0][1]), rows[0][2])}
    return found


def standing(database: Database) -> str:
    """The current release, without parts of another."""
    with database.connect() as con:
        ((name, rows),) = seen(con, *TABLES)
        ((identity,),) = con.execute("SELECT release_id FROM cakupan.this_release").fetchall()
        schemas = con.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'cakupan%'").fetchall()
    assert (identity, rows, schemas) == (name, ROWS, [("cakupan",)])
    return name


# --- readers -------------------------------------------------------------------------------------------------------


def in_one_statement(con: psycopg.Connection, tables: list[str]) -> set[tuple[str, int]]:
    parts = " UNION ALL ".join(f"SELECT of FROM cakupan.{table}" for table in tables)
    found = con.execute(f"SELECT of, count(*) / {len(tables)} FROM ({parts}) AS t GROUP BY of".encode()).fetchall()
    return {(row[0], int(row[1])) for row in found}


def in_one_transaction(con: psycopg.Connection, tables: list[str]) -> set[tuple[str, int]]:
    with con.transaction():
        return seen(con, *tables)


def with_an_older_snapshot(con: psycopg.Connection, tables: list[str]) -> set[tuple[str, int]]:
    with con.transaction():
        con.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        con.execute("SELECT count(*) FROM pg_class")
        time.sleep(random.random() * 0.1)
        return seen(con, *tables)


def test_a_storm_of_readers_sees_one_release_whole_while_forty_are_switched(
    to: Database, two: tuple[Path, Path]
) -> None:
    reads: Counter[str] = Counter()
    wrong: list[object] = []
    done = threading.Event()

    def reader(read: Callable[[psycopg.Connection, list[str]], set[tuple[str, int]]]) -> None:
        with to.connect("owner", autocommit=True) as con:
            while not done.is_set():
                tables = random.sample(TABLES, len(TABLES))
                try:
                    found = read(con, tables)
                except psycopg.Error as error:
                    wrong.append(error)
                    continue
                if len(found) != 1 or next(iter(found))[1] != ROWS:
                    wrong.append((read.__name__, found))
                reads[f"{read.__name__} {next(iter(found))[0]}"] += 1
                time.sleep(0.01)

    kinds = (in_one_statement, in_one_transaction, with_an_older_snapshot)
    threads = [threading.Thread(target=reader, args=(kind,)) for kind in kinds]
    for thread in threads:
        thread.start()
    try:
        for turn in range(40):
            load(PublishedRelease(two[(turn + 1) % 2]), address(to.url))
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert wrong == []
    assert sorted(reads) == sorted(f"{kind.__name__} {name}" for kind in kinds for name in "ab")
    assert min(reads.values()) >= 5, reads


def test_a_transaction_with_an_older_snapshot_sees_the_new_release_whole(to: Database, two: tuple[Path, Path]) -> None:
    with to.connect() as con:
        con.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        con.execute("SELECT 1")
        load(PublishedRelease(two[1]), address(to.url))
        assert seen(con, *TABLES) == {("b", ROWS)}
        assert con.execute("SELECT release_id FROM cakupan.this_release").fetchall() == [("b",)]


def test_who_has_begun_to_read_keeps_the_release_and_holds_nobody_up(to: Database, two: tuple[Path, Path]) -> None:
    with to.connect() as con:
        assert seen(con, "retention") == {("a", ROWS)}
        publisher = threading.Thread(target=load, args=(PublishedRelease(two[1]), address(to.url)))
        publisher.start()
        time.sleep(0.7)  # it is waiting by now
        began = time.monotonic()
        assert to.ask("SELECT max(of) FROM cakupan.coverage") == [("a",)]
        assert time.monotonic() - began < 5
        assert seen(con, *TABLES) == {("a", ROWS)}
        assert publisher.is_alive()
    publisher.join(30)
    assert standing(to) == "b"


def test_a_reader_that_does_not_end_leaves_the_old_release(to: Database, two: tuple[Path, Path]) -> None:
    with to.connect() as con:
        seen(con, "coverage")
        with pytest.raises(DatabaseRefused, match="a reader does not end its transaction"):
            load(PublishedRelease(two[1]), address(to.url), timeout_seconds=0.3)
    assert standing(to) == "a"


# --- broken connections and killed publishers ----------------------------------------------------------------------


class Wire:
    """Between publisher and server: passes what the publisher sends on, up to a number of bytes; then breaks or stalls."""

    def __init__(self, port: int, limit: int, *, stall: bool = False) -> None:
        self.sent, self.limit, self.stall, self.full = 0, limit, stall, threading.Event()
        self.said = b""
        self.server = socket.create_connection(("127.0.0.1", port))
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.threads = [threading.Thread(target=self._forward, daemon=True)]
        self.threads[0].start()

    def _forward(self) -> None:
        publisher, _ = self.listening.accept()
        back = threading.Thread(target=self._back, args=(publisher,), daemon=True)
        back.start()
        while data := publisher.recv(1 << 14):
            allowed = data[: max(self.limit - self.sent, 0)]
            self.server.sendall(allowed)
            self.sent += len(allowed)
            self.said += allowed
            if len(allowed) < len(data):
                self.full.set()
                if self.stall:
                    continue
                break
        for end in (self.server, publisher):
            with closing(end):
                end.shutdown(socket.SHUT_RDWR) if end.fileno() >= 0 else None
        back.join()

    def _back(self, publisher: socket.socket) -> None:
        try:
            while data := self.server.recv(1 << 14):
                publisher.sendall(data)
        except OSError:
            return


@contextmanager
def wire(database: Database, limit: int, *, stall: bool = False) -> Iterator[tuple[Wire, str]]:
    between = Wire(database.port, limit, stall=stall)
    try:
        yield between, database.url.replace(f":{database.port}/", f":{between.port}/")
    finally:
        between.listening.close()


def quiet(database: Database) -> None:
    """Wait until the server has noticed that the publisher is gone."""
    for _ in range(100):
        if not database.ask("SELECT 1 FROM pg_stat_activity WHERE application_name = 'cakupan publish' AND datname = current_database()"):  # fmt: skip
            return
        time.sleep(0.1)
    pytest.fail("the server still works for a publisher that is gone")


def test_a_connection_that_breaks_anywhere_leaves_the_old_release(to: Database, two: tuple[Path, Path]) -> None:
    with wire(to, 1 << 40) as (whole, url):
        load(PublishedRelease(two[0]), address(url))
    commit = whole.said.index(COMMIT)
    points = [commit * part // 20 for part in range(2, 20, 2)] + [commit - 1, commit + 5]
    for point in points:
        with wire(to, point) as (_, url), pytest.raises(DatabaseRefused) as refused:
            load(PublishedRelease(two[1]), address(url))
        assert "\n" not in str(refused.value)
        quiet(to)
        assert standing(to) == "a", point
    load(PublishedRelease(two[1]), address(to.url))
    assert standing(to) == "b"


def test_a_connection_that_breaks_after_the_switch_leaves_the_new_release_and_the_next_one_sweeps(
    to: Database, two: tuple[Path, Path]
) -> None:
    with wire(to, 1 << 40) as (whole, url):
        load(PublishedRelease(two[0]), address(url))
    switched = whole.said.index(COMMIT) + len(COMMIT)
    with wire(to, switched + (whole.sent - switched) // 2) as (_, url):
        load(PublishedRelease(two[1]), address(url))
    quiet(to)
    assert to.ask("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'cakupan%' ORDER BY 1") == [
        ("cakupan",),
        ("cakupan_aside",),
    ]
    assert to.ask("SELECT release_id FROM cakupan.this_release") == [("b",)]
    load(PublishedRelease(two[0]), address(to.url))
    assert standing(to) == "a"


def test_a_killed_publisher_leaves_the_old_release_and_the_next_one_completes(
    to: Database, two: tuple[Path, Path]
) -> None:
    with wire(to, 1 << 40) as (whole, url):
        load(PublishedRelease(two[0]), address(url))
    for part in (0.3, 0.6, 0.95):
        with wire(to, int(whole.sent * part), stall=True) as (between, url):
            code = "import sys; from pathlib import Path; from assets.release.postgresql import address, loading; from assets.release.published_release import PublishedRelease; loading.load(PublishedRelease(Path(sys.argv[1])), address.address(sys.argv[2]))"
            process = subprocess.Popen([sys.executable, "-c", code, str(two[1]), url], cwd=ROOT, env={"PATH": os.environ["PATH"]})  # fmt: skip
            try:
                assert between.full.wait(60)
                assert to.ask("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'cakupan publish' AND state <> 'idle'") == [(1,)]  # fmt: skip
            finally:
                process.send_signal(signal.SIGKILL)
                process.wait()
        quiet(to)
        assert standing(to) == "a"
    load(PublishedRelease(two[1]), address(to.url))
    assert standing(to) == "b"
