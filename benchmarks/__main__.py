"""`python -m benchmarks --scale 1`: a month of the nation, the limit, ours, and ours at half the rows.

Prints wall and CPU seconds, their ratios to the limit, and the peak memory of the whole process tree. One command, the
same files. On a machine that others use too, CPU seconds compare and wall seconds do not.
"""

import argparse
import os
import re
import resource
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

MONTH = "2024-12"
_CAKUPAN = [sys.executable, "-m", "pipelines.command"]


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
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=os.environ | environment
    )
    while process.poll() is None:
        peak = max(peak, _resident(process.pid))
        time.sleep(0.2)
    output = process.stdout.read() if process.stdout else ""
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


def month_of(landing: Path, scale: float) -> None:
    """Make the month's delivery where it is not there yet."""
    if not (landing / MONTH / "manifest.json").exists():
        subprocess.run(
            [*_CAKUPAN, "simulate", "--month", MONTH, "--scale", str(scale), "--landing", str(landing)], check=True
        )


def ours(landing: Path) -> Measured:
    """The whole month, from landing to release, into an empty warehouse."""
    with TemporaryDirectory(dir=landing) as home:
        command = [*_CAKUPAN, "run", "--month", MONTH, "--landing", str(landing), "--warehouse", f"{home}/warehouse"]
        return measure(command, CAKUPAN_HOME=home, DAGSTER_HOME=f"{home}/dagster", COLUMNS="200")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=0.01, help="1 is the nation")
    parser.add_argument(
        "--folder", type=Path, default=Path("data/benchmark"), help="where deliveries are kept for the next time"
    )
    parser.add_argument("--no-half", action="store_true", help="leave out the run at half the rows")
    parser.add_argument("--ingest", action="store_true", help="stop behind the stage ingest")
    wanted = parser.parse_args()
    landing = (wanted.folder / f"{wanted.scale:g}").absolute()
    landing.mkdir(parents=True, exist_ok=True)
    month_of(landing, wanted.scale)
    limits = []
    for engine in ("polars", "duckdb"):
        found = measure([sys.executable, "-m", "benchmarks.limit", engine, str(landing), MONTH])
        seconds, cpu_seconds = (float(text) for text in found.output.split()[-2:])
        limits.append(replace(found, seconds=seconds, cpu_seconds=cpu_seconds))
        print(limits[-1].told(f"limit, {engine}"))
    limit = min(limits, key=lambda found: found.cpu_seconds)
    print(measure([sys.executable, "-m", "benchmarks.ingest", str(landing), MONTH]).told("ingest alone", limit))
    if wanted.ingest:
        return
    whole = ours(landing)
    print(whole.told("ours", limit))
    stages = re.search(r"\((\w+ [\d.]+(?: · \w+ [\d.]+)+)\)", " ".join(whole.output.split()))
    for stage in (stages[1] if stages else "").split(" · "):
        name, seconds = stage.split()
        print(f"  {name:12} {float(seconds):8.1f} s               {float(seconds) / limit.seconds:.2f} x")
    if not wanted.no_half:
        half = (wanted.folder / f"{wanted.scale / 2:g}").absolute()
        half.mkdir(parents=True, exist_ok=True)
        month_of(half, wanted.scale / 2)
        small = ours(half)
        print(small.told("ours, half rows"), f"{whole.peak_mb / small.peak_mb:.2f} x the memory for 2 x the rows")


if __name__ == "__main__":
    main()
