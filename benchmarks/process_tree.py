"""Measurement of a command and all its child processes: wall and CPU seconds, peak memory, and its output.

Belongs here: measuring. Not here: the commands that are measured.
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
class Measurement:
    """One process tree: wall and CPU seconds, the peak of its total resident memory in MB, and its output."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    output: str

    def line(self, name: str, baseline: "Measurement | None" = None) -> str:
        """One printed line, with the ratios to the baseline."""
        ratios = ""
        if baseline:
            ratios = f"{self.seconds / baseline.seconds:6.2f} x {self.cpu_seconds / baseline.cpu_seconds:6.2f} x"
        return f"{name:17}{self.seconds:8.1f} s {self.cpu_seconds:8.1f} CPU s {self.peak_mb:6.0f} MB {ratios}"


def measure(command: list[str], **environment: str) -> Measurement:
    """Run a command and measure its process tree. Raises CalledProcessError if it fails."""
    start, cpu_before, peak = time.monotonic(), _child_cpu_seconds(), 0
    with TemporaryFile("w+") as printed:  # a pipe would fill up and block a command with much output
        process = subprocess.Popen(command, stdout=printed, stderr=subprocess.STDOUT, env=os.environ | environment)
        while process.poll() is None:
            peak = max(peak, _resident_kb(process.pid))
            time.sleep(0.2)
        printed.seek(0)
        output = printed.read()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, output)
    return Measurement(time.monotonic() - start, _child_cpu_seconds() - cpu_before, peak / 1024, output)


def _child_cpu_seconds() -> float:
    """CPU seconds of all child processes that have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _resident_kb(root: int) -> int:
    """Resident memory of a process and its descendants, from /proc."""
    parents: dict[int, int] = {}
    sizes: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
        except OSError:  # the process has just ended
            continue
        found = dict(re.findall(r"^(PPid|VmRSS):\s+(\d+)", text, re.MULTILINE))
        parents[int(status.parent.name)] = int(found["PPid"])
        sizes[int(status.parent.name)] = int(found.get("VmRSS", 0))
    tree = {root}
    for _ in range(5):
        tree |= {pid for pid, parent in parents.items() if parent in tree}
    return sum(sizes.get(pid, 0) for pid in tree)
