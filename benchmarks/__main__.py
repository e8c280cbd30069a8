"""`python -m benchmarks --scale 1`: a month of the nation, the limit, ours, and ours at half the rows.

Prints wall and CPU seconds, their ratios to the limit, and the peak memory of the whole process tree. One command, the
same files. On a machine that others use too, CPU seconds compare and wall seconds do not.
"""

import argparse
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measured import CAKUPAN, Measured, measure

MONTH = "2024-12"


def month_of(landing: Path, scale: float) -> None:
    """Make the month's delivery where it is not there yet."""
    if not (landing / MONTH / "manifest.json").exists():
        subprocess.run(
            [*CAKUPAN, "simulate", "--month", MONTH, "--scale", str(scale), "--landing", str(landing)], check=True
        )


def ours(landing: Path) -> Measured:
    """The whole month, from landing to release, into an empty warehouse."""
    with TemporaryDirectory(dir=landing) as home:
        command = [*CAKUPAN, "run", "--month", MONTH, "--landing", str(landing), "--warehouse", f"{home}/warehouse"]
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
        print(f"  {name:20}{float(seconds):5.1f} s               {float(seconds) / limit.seconds:.2f} x")
    if not wanted.no_half:
        half = (wanted.folder / f"{wanted.scale / 2:g}").absolute()
        half.mkdir(parents=True, exist_ok=True)
        month_of(half, wanted.scale / 2)
        small = ours(half)
        print(small.told("ours, half rows"), f"{whole.peak_mb / small.peak_mb:.2f} x the memory for 2 x the rows")


if __name__ == "__main__":
    main()
