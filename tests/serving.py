"""The command as a process that serves, on a port of its own, with nothing of the user's environment.

Belongs here: starting it, and finding its processes. Not: ending it, which each test does in its own way, nor what is asked of it.
"""

import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def started(word: str, root: Path, port: int) -> "subprocess.Popen[bytes]":
    """`cakupan <word>` with its home in `root`, in a process group of its own; what it says goes to `root/log`."""
    environment = {
        "PATH": os.environ["PATH"],
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
