"""`python -m benchmarks --scale 1`: a month of the nation, the limit, ours, and ours at half the rows.

Prints wall seconds, ratios to the limit and the peak memory of the whole process tree. One command, the same files.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

MONTH = "2024-12"
_CAKUPAN = [sys.executable, "-m", "pipelines.command"]


@dataclass(frozen=True)
class Measured:
    """One process tree: wall seconds, peak of the summed resident memory in MB, and what it printed."""

    seconds: float
    peak_mb: float
    output: str


def measure(command: list[str], **environment: str) -> Measured:
    """Run a command and watch its tree. Raises CalledProcessError where it fails."""
    start, peak = time.monotonic(), 0
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=os.environ | environment
    )
    while process.poll() is None:
        peak = max(peak, _resident(process.pid))
        time.sleep(0.2)
    output = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, output)
    return Measured(time.monotonic() - start, peak / 1024, output)


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
    wanted = parser.parse_args()
    landing = (wanted.folder / f"{wanted.scale:g}").absolute()
    landing.mkdir(parents=True, exist_ok=True)
    month_of(landing, wanted.scale)
    limits = {}
    for engine in ("polars", "duckdb"):
        found = measure([sys.executable, "-m", "benchmarks.limit", engine, str(landing), MONTH])
        limits[engine] = float(found.output.split()[-1])
        print(f"limit, {engine:7} {limits[engine]:8.1f} s   {found.peak_mb:6.0f} MB")
    limit = min(limits.values())
    whole = ours(landing)
    print(f"ours           {whole.seconds:8.1f} s   {whole.peak_mb:6.0f} MB   {whole.seconds / limit:.2f} x the limit")
    stages = re.search(r"\((\w+ [\d.]+(?: · \w+ [\d.]+)+)\)", whole.output.replace("\n", " "))
    for stage in (stages[1] if stages else "").split(" · "):
        name, seconds = stage.split()
        print(f"  {name:12} {float(seconds):8.1f} s               {float(seconds) / limit:.2f} x")
    if not wanted.no_half:
        half = (wanted.folder / f"{wanted.scale / 2:g}").absolute()
        half.mkdir(parents=True, exist_ok=True)
        month_of(half, wanted.scale / 2)
        small = ours(half)
        growth = whole.peak_mb / small.peak_mb
        print(
            f"ours, half rows{small.seconds:8.1f} s   {small.peak_mb:6.0f} MB   {growth:.2f} x the memory for 2 x the rows"
        )


if __name__ == "__main__":
    main()
