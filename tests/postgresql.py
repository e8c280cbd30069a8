"""A real PostgreSQL for tests: Debian's programs on loopback, in a separate folder, never as root.

Belongs here: starting and stopping it, and what several tests ask of it. Over TCP it wants passwords, on its socket none.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

PASSWORD = "p@ss/w:rd 100%"  # needs escaping in a URL
ESCAPED = "p%40ss%2Fw%3Ard%20100%25"


@dataclass(frozen=True)
class Database:
    """A database of the server."""

    folder: Path
    port: int
    name: str

    @property
    def url(self) -> str:
        """By loopback, as the owner, with the password."""
        return f"postgresql://owner:{ESCAPED}@127.0.0.1:{self.port}/{self.name}"

    @property
    def shown(self) -> str:
        """The URL as people may see it."""
        return f"postgresql://owner@127.0.0.1:{self.port}/{self.name}"

    def connect(self, user: str = "owner", **options: Any) -> psycopg.Connection:
        """By the socket."""
        return psycopg.connect(host=str(self.folder), port=self.port, user=user, dbname=self.name, **options)

    def ask(self, query: str, user: str = "owner") -> list[tuple[Any, ...]]:
        """The rows of a query in a separate transaction."""
        with self.connect(user) as con:
            return con.execute(query.encode()).fetchall()

    def do(self, *statements: str, user: str = "owner") -> None:
        """Statements in one transaction."""
        with self.connect(user) as con:
            for statement in statements:
                con.execute(statement.encode())


def _programs() -> Path:
    """The folder of `initdb` and `postgres`."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parents[1].name))
    named = shutil.which("initdb")
    if found or named:
        return found[-1].parent if found else Path(str(named)).resolve().parent
    pytest.skip("PostgreSQL is not installed: apt-get install --no-install-recommends postgresql")


def _somebody() -> dict[str, Any]:
    """The user of the server: PostgreSQL refuses root."""
    if os.getuid():
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Database]:
    """A server for the whole session; the database `postgres` of it."""
    programs, who = _programs(), _somebody()
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    (folder / "password").write_text(PASSWORD)
    folder.chmod(0o755)
    for path in (folder, folder / "password"):
        os.chown(path, who.get("user", os.getuid()), who.get("group", os.getgid()))
    port, plain = _free_port(), {"env": {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}, "cwd": folder}
    access = ["--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={folder / 'password'}", "--username=owner"]
    built = [programs / "initdb", "-D", folder / "data", "--no-sync", "--encoding=UTF8", "--locale=C", *access]
    subprocess.run(built, check=True, capture_output=True, **who, **plain)
    settings = {"fsync": "off", "port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": folder,
                "log_statement": "all", "logging_collector": "off"}  # fmt: skip
    run = [programs / "postgres", "-D", folder / "data", *(f"--{name}={value}" for name, value in settings.items())]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(run, stdout=log, stderr=log, start_new_session=True, **who, **plain)
    try:
        _wait(Database(folder, port, "postgres"), server)
        yield Database(folder, port, "postgres")
    finally:
        server.send_signal(3)  # at once, without keeping files
        with suppress(subprocess.TimeoutExpired):
            server.wait(20)
        if server.poll() is None:
            server.kill()
        shutil.rmtree(folder)


def _wait(database: Database, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        with suppress(psycopg.OperationalError):
            database.connect().close()
            return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    pytest.fail(f"PostgreSQL did not start: {(database.folder / 'log').read_text()[-2000:]}")


@pytest.fixture
def database(postgresql: Database) -> Database:
    """An empty database."""
    name = f"d{uuid4().hex[:12]}"
    with postgresql.connect(autocommit=True) as con:
        con.execute(f"CREATE DATABASE {name}".encode())
    return Database(postgresql.folder, postgresql.port, name)
