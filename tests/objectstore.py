"""An S3-compatible server for tests: moto in a separate process on loopback, and its buckets.

Belongs here: starting and stopping it, and what several tests ask of it past the product's back.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import obstore
import pytest
from obstore.store import S3Store

from tests.serving import free_port

KEY_ID, SECRET = "AKIAPLANTEDPLANTED00", "planted/secret+planted/secret+planted/se"


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, body: bytes = b"") -> None:
        """A plain, unsigned request."""
        request = urllib.request.Request(
            f"{self.endpoint}/{path}", data=body, method=method, headers={"Content-Type": "text/plain"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            answer.read()


@dataclass(frozen=True)
class TestBucket:
    """A bucket, empty at first, and the prefix of a warehouse in it."""

    __test__ = False
    server: Server
    name: str

    @property
    def url(self) -> str:
        return f"s3://{self.name}/cakupan/tables"

    @property
    def objects(self) -> S3Store:
        """The objects below the URL, listed by another client."""
        return S3Store(self.name, prefix="cakupan/tables", client_options={"allow_http": True})

    def names(self, folder: str | None = None) -> list[str]:
        """Every object below the URL."""
        return sorted(found["path"] for page in obstore.list(self.objects, folder) for found in page)


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Started once for the tests of a process."""
    server = Server(free_port())
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(server.port)]
    log = tmp_path_factory.mktemp("s3") / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env={"PATH": os.environ["PATH"]})
    try:
        _wait(server, process, log)
        yield server
    finally:
        process.kill()
        process.wait()


def _wait(server: Server, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", server.port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail(f"the S3 server did not start: {log.read_text()[-500:]}")


@pytest.fixture
def bucket(s3_server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> TestBucket:
    """A new bucket, named by the environment as an operator would, and a cache of this test's own."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, text in environment(s3_server).items():
        monkeypatch.setenv(name, text)
    monkeypatch.setenv("CAKUPAN_CACHE", str(tmp_path / "cache"))
    name = f"bucket-{uuid4().hex}"
    s3_server.ask("PUT", name)
    return TestBucket(s3_server, name)


def environment(server: Server) -> dict[str, str]:
    """The environment variables for obstore."""
    return {
        "AWS_ENDPOINT_URL": server.endpoint,
        "AWS_ALLOW_HTTP": "true",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET,
    }
