"""A real Spark for tests: a standalone master, two worker processes and a Connect server with a token, on loopback.

Belongs here: starting, killing and querying it. It runs in a separate environment (.venv-spark-server). Workers fetch
what others shuffled over the network, although they share a disk: on several machines they must.
"""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen
from uuid import uuid4

from assets.engines.spark import Spark
from tests.serving import ROOT, free_port

_SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"
_DEPLOY = "org.apache.spark.deploy"
_CONF = {
    "spark.executor.memory": "1g",
    "spark.driver.memory": "1g",
    "spark.shuffle.readHostLocalDisk": "false",
    "spark.sql.shuffle.partitions": "4",
    "spark.default.parallelism": "4",
    "spark.ui.enabled": "true",
}


@dataclass
class Cluster:
    """Processes by name: master, worker1, worker2, connect; each leads a separate process group."""

    folder: Path
    ports: dict[str, int]
    token: str
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @property
    def engine(self) -> Spark:
        """As a warehouse names it."""
        return Spark(f"sc://localhost:{self.ports['connect']}", self.token)

    def ask(self, what: str) -> Any:
        """The state of the Connect server's application, from its monitoring API."""
        base = f"http://localhost:{self.ports['ui']}/api/v1/applications"
        with urlopen(base, timeout=10) as found:
            application = json.load(found)[0]["id"]
        with urlopen(f"{base}/{application}/{what}", timeout=10) as found:
            return json.load(found)

    def executors(self) -> set[str]:
        """Addresses of the executors that are alive."""
        return {found["hostPort"] for found in self.ask("executors") if found["id"] != "driver"}

    def remote_fetches(self) -> int:
        """Blocks that one executor fetched from another over the network."""
        return sum(stage["shuffleRemoteBlocksFetched"] for stage in self.ask("stages"))

    def cpu_seconds(self) -> float:
        """The CPU seconds of all processes of the cluster so far."""
        groups = {process.pid for process in self.processes.values()}
        spent = 0
        for status in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # it has just ended
                reported = status.read_text().rpartition(")")[2].split()
                spent += sum(int(ticks) for ticks in reported[11:15]) if int(reported[2]) in groups else 0
        return spent / os.sysconf("SC_CLK_TCK")

    def is_busy(self) -> bool:
        """Whether tasks are running."""
        return any(stage["numActiveTasks"] > 0 for stage in self.ask("stages?status=active"))

    def kill(self, name: str) -> None:
        """End a process and its children at once, like a machine that loses power."""
        os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.processes[name].wait(20)

    def log(self, name: str) -> str:
        """The output of the process."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def start(self, name: str, program: str, *arguments: str) -> None:
        """Start a program of Spark under the name."""
        home = next((ROOT / ".venv-spark-server").glob("lib/python3*/site-packages/pyspark"))
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "SPARK_HOME": str(home),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_DAEMON_MEMORY": "512m",
            "JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",  # starts in two thirds of the time
        } | ({"SPARK_DAEMON_MEMORY": "1g"} if name == "connect" else {})
        with (self.folder / f"{name}.log").open("wb") as log:
            self.processes[name] = subprocess.Popen(
                [str(home / "bin" / program), *arguments],
                env=environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def worker(self, number: int) -> None:
        """Start a worker with one core."""
        work = ["--cores", "1", "--memory", "1g", "--work-dir", str(self.folder / f"work{number}"), "--webui-port", "0"]
        master = f"spark://localhost:{self.ports['master']}"
        self.start(f"worker{number}", "spark-class", f"{_DEPLOY}.worker.Worker", *work, "--host", "localhost", master)

    def connect(self) -> None:
        """Start the Connect server."""
        own = {
            "spark.connect.grpc.binding.port": str(self.ports["connect"]),
            "spark.connect.authenticate.token": self.token,
        }
        conf = _CONF | own | {"spark.ui.port": str(self.ports["ui"]), "spark.local.dir": str(self.folder / "local")}
        named = [part for name, text in conf.items() for part in ("--conf", f"{name}={text}")]
        master = f"spark://localhost:{self.ports['master']}"
        self.start("connect", "spark-submit", "--class", _SERVER, "--master", master, *named, "spark-internal")

    def wait_for(self, executors: int, seconds: float = 120) -> None:
        """Wait until the Connect server has so many executors. Fails with what it logged."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.processes["connect"].poll() is not None:
                break
            with suppress(OSError, ValueError, IndexError):
                if len(self.executors()) == executors:
                    return
            time.sleep(0.25)
        raise AssertionError(f"Spark has not {executors} executors: {self.log('connect')[-2000:]}")


@contextmanager
def running() -> Iterator[Cluster]:
    """A cluster of two workers, ended and removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="spark"))
    cluster = Cluster(folder, {name: free_port() for name in ("master", "connect", "ui")}, uuid4().hex)
    try:
        where = ["--host", "localhost", "--port", str(cluster.ports["master"]), "--webui-port", "0"]
        cluster.start("master", "spark-class", f"{_DEPLOY}.master.Master", *where)
        for number in (1, 2):
            cluster.worker(number)
        cluster.connect()
        cluster.wait_for(2)
        yield cluster
    finally:
        for process in cluster.processes.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)
