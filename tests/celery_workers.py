"""Real Celery workers on a real Redis for tests, as deploy/celery starts them; each with a DAGSTER_HOME of its own.

Belongs here: starting and ending them. They share what docs/many-workers.md says machines share: broker, database, landing
zone, warehouse. Redis is Debian's own program on loopback.
"""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis

from tests.postgresql import Database
from tests.serving import free_port

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy" / "celery"
LOADED_SECONDS = 120  # four where nothing else runs


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Redis of the session. CI must have it; elsewhere tests are skipped without."""
    program = shutil.which("redis-server")
    if not program:
        missing = "Redis is not installed: apt-get install --no-install-recommends redis-server"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    folder, port, password = tmp_path_factory.mktemp("redis"), free_port(), secrets.token_hex(8)
    settings = {"port": port, "bind": "127.0.0.1", "requirepass": password, "save": "", "appendonly": "no"}
    flags = [word for name, value in settings.items() for word in (f"--{name}", str(value))]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([program, *flags], cwd=folder, stdout=log, stderr=log, start_new_session=True)
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    try:
        _answers(url, server)
        yield url
    finally:
        server.kill()
        server.wait()


def _answers(url: str, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(100):
        with suppress(redis.ConnectionError), redis.Redis.from_url(url) as client:
            client.ping()
            return
        assert server.poll() is None, "Redis did not start"
        time.sleep(0.1)
    pytest.fail("Redis does not answer")


@dataclass
class Worker:
    """A worker and all it started."""

    process: "subprocess.Popen[bytes]"
    log: Path

    def kill(self) -> None:
        """At once, as a machine that loses power."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def succeeded(self) -> int:
        """How many runs it took to their end."""
        return self.log.read_text(errors="replace").count("succeeded in")

    def wait_until_ready(self) -> None:
        """Until it listens."""
        deadline = time.monotonic() + LOADED_SECONDS
        while " ready." not in self.log.read_text(errors="replace"):
            assert self.process.poll() is None, self.log.read_text(errors="replace")[-2000:]
            assert time.monotonic() < deadline, "the worker did not get ready"
            time.sleep(0.2)


class Machines:
    """Machines that share landing zone and warehouse below `root`, a broker and a database."""

    def __init__(self, root: Path, broker: str, database: Database) -> None:
        """None runs yet."""
        self.root = root
        self.environment = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(root),
            "PYTHONPATH": str(ROOT),
            "CAKUPAN_HOME": str(root),
            "CAKUPAN_BROKER": broker,
            "CAKUPAN_GROUPS": "2",
            "DAGSTER_POSTGRES_URL": database.url.replace("postgresql:", "postgresql+psycopg2:"),
            "DAGSTER_DISABLE_TELEMETRY": "1",
        }
        self.workers: list[Worker] = []

    def environment_of(self, name: str) -> dict[str, str]:
        """What a process of the machine sees."""
        home = self.root / "machines" / name
        if not home.exists():
            home.mkdir(parents=True)
            shutil.copy(DEPLOY / "dagster.yaml", home)
        return {**self.environment, "DAGSTER_HOME": str(home)}

    def start(self, name: str) -> Worker:
        """A worker that takes one run at a time."""
        log = self.root / f"{name}.log"
        command = ["dagster-celery", "worker", "start", "-A", "dagster_celery.app", "-y", str(DEPLOY / "worker.yaml")]
        command += ["-n", name, "--", "--concurrency=1"]
        with log.open("wb") as out:
            process = subprocess.Popen(
                command, env=self.environment_of(name), cwd=ROOT, stdout=out, stderr=out, start_new_session=True
            )
        self.workers.append(Worker(process, log))
        return self.workers[-1]

    def command(self, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
        """`cakupan …` on a machine that is no worker."""
        command = [sys.executable, "-m", "pipelines.command", *words]
        environment = self.environment_of("desk") | more
        return subprocess.run(
            command, env=environment, cwd=self.root, capture_output=True, text=True, check=False, timeout=300
        )


@pytest.fixture
def machines(tmp_path: Path, broker: str, database: Database) -> Iterator[Machines]:
    """With an empty database and queue."""
    with redis.Redis.from_url(broker) as client:
        client.flushall()
    made = Machines(tmp_path, broker, database)
    yield made
    for worker in made.workers:
        worker.kill()
