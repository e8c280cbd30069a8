"""A process tree, measured: wall and CPU seconds, peak memory, and what it printed.

Belongs here: measuring. Not: what is measured.
"""

import os
import re
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

CAKUPAN = [sys.executable, "-m", "pipelines.cli.main"]


@dataclass(frozen=True)
class Measured:
    """One process tree: wall and CPU seconds, peak of the summed resident memory in MB, and what it printed."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    output: str

    def told(self, name: str, limit: "Measured | None" = None) -> str:
        """One line, with the ratios to the limit."""
        of_limit = (
            f"{self.seconds / limit.seconds:6.2f} x {self.cpu_seconds / limit.cpu_seconds:6.2f} x" if limit else ""
        )
        return f"{name:16}{self.seconds:8.1f} s {self.cpu_seconds:8.1f} CPU s {self.peak_mb:6.0f} MB {of_limit}"


def measure(command: list[str], **environment: str) -> Measured:
    """Run a command and watch its tree. Raises CalledProcessError where it fails."""
    start, used, peak = time.monotonic(), _cpu_of_ended(), 0
    with TemporaryFile("w+") as told:  # a pipe that nobody reads would stop a command that tells much
        process = subprocess.Popen(command, stdout=told, stderr=subprocess.STDOUT, env=os.environ | environment)
        while process.poll() is None:
            peak = max(peak, _resident(process.pid))
            time.sleep(0.2)
        told.seek(0)
        output = told.read()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, output)
    return Measured(time.monotonic() - start, _cpu_of_ended() - used, peak / 1024, output)


def _cpu_of_ended() -> float:
    """CPU seconds of all processes below this one that have ended and were waited for."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _resident(root: int) -> int:
    """Resident kB of a process and all below it, from /proc."""
    parents: dict[int, int] = {}
    sizes: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
        except OSError:  # it has just ended
            continue
        found = dict(re.findall(r"^(PPid|VmRSS):\s+(\d+)", text, re.MULTILINE))
        parents[int(status.parent.name)] = int(found["PPid"])
        sizes[int(status.parent.name)] = int(found.get("VmRSS", 0))
    tree = {root}
    for _ in range(5):
        tree |= {pid for pid, parent in parents.items() if parent in tree}
    return sum(sizes.get(pid, 0) for pid in tree)
