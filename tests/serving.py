"""The command as a serving process, on a separate port, without the environment of the user.

Belongs here: starting it, and finding its processes. Not: ending it, which each test does in its own way, nor requests to it.
"""

import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    """A free port of loopback."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def started(word: str, root: Path, port: int) -> "subprocess.Popen[bytes]":
    """`cakupan <word>` with its home in `root`, in a separate process group; its output goes to `root/log`.

    It publishes the public edition alone.
    """
    environment = {
        "PATH": os.environ["PATH"],
        "CAKUPAN_EDITIONS": os.environ["CAKUPAN_EDITIONS"],
        "HOME": str(root),
        "CAKUPAN_HOME": str(root),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "pipelines.cli.main", word, "--port", str(port)]
    with (root / "log").open("wb") as log:
        return subprocess.Popen(
            command, env=environment, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )


def living(home: Path) -> list[int]:
    """Processes of the service of this home, whatever group they are in."""
    marker, found = f"CAKUPAN_HOME={home}\0".encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if marker in (process / "environ").read_bytes():
                found.append(int(process.name))
    return found
