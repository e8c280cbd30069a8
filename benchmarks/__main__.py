"""`python -m benchmarks --scale 1`: a month of the nation: the baseline, the product, and the product at half the rows.

Prints wall and CPU seconds, their ratios to the baseline, and the peak memory of the process tree. All read the same
files. On a shared machine compare CPU seconds, not wall seconds.
"""

import argparse
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.process_tree import CAKUPAN, Measurement, measure

MONTH = "2024-12"


def simulate_month(landing: Path, scale: float) -> None:
    """Simulate the month unless it has been simulated before."""
    if not (landing / MONTH / "manifest.json").exists():
        options = ["--month", MONTH, "--scale", str(scale), "--landing", str(landing)]
        subprocess.run([*CAKUPAN, "simulate", *options], check=True)


def run_month(landing: Path) -> Measurement:
    """Measure the whole month, from landing to release, into an empty warehouse."""
    with TemporaryDirectory(dir=landing) as home:
        command = [*CAKUPAN, "run", "--month", MONTH, "--landing", str(landing), "--warehouse", f"{home}/warehouse"]
        return measure(command, CAKUPAN_HOME=home, DAGSTER_HOME=f"{home}/dagster", COLUMNS="200")


def measure_baseline(landing: Path) -> Measurement:
    """Measure and print each engine of the baseline; return the one with fewer CPU seconds."""
    measurements = []
    for engine in ("polars", "duckdb"):
        measured = measure([sys.executable, "-m", "benchmarks.baseline", engine, str(landing), MONTH])
        seconds, cpu_seconds = (float(text) for text in measured.output.split()[-2:])
        measurements.append(replace(measured, seconds=seconds, cpu_seconds=cpu_seconds))
        print(measurements[-1].line(f"baseline, {engine}"))
    return min(measurements, key=lambda measured: measured.cpu_seconds)


def print_longest_steps(output: str, baseline: Measurement) -> None:
    """Print the seconds of the longest steps, as the command printed them, with their ratio to the baseline."""
    listed = re.search(r"longest steps: (.+)", output)
    for name, seconds in re.findall(r"(\w+) ([\d.]+) s", listed[1] if listed else ""):
        print(f"  {name:20}{float(seconds):5.1f} s               {float(seconds) / baseline.seconds:.2f} x")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=0.01, help="1 is the nation")
    parser.add_argument(
        "--folder", type=Path, default=Path("data/benchmark"), help="keeps deliveries for the next time"
    )
    parser.add_argument("--no-half", action="store_true", help="leave out the run at half the rows")
    parser.add_argument("--ingest", action="store_true", help="stop after the stage ingest")
    arguments = parser.parse_args()
    landing, half = ((arguments.folder / f"{arguments.scale / part:g}").absolute() for part in (1, 2))
    landing.mkdir(parents=True, exist_ok=True)
    simulate_month(landing, arguments.scale)
    baseline = measure_baseline(landing)
    print(measure([sys.executable, "-m", "benchmarks.ingest", str(landing), MONTH]).line("ingest alone", baseline))
    if arguments.ingest:
        return
    whole = run_month(landing)
    print(whole.line("product", baseline))
    print_longest_steps(whole.output, baseline)
    if not arguments.no_half:
        half.mkdir(parents=True, exist_ok=True)
        simulate_month(half, arguments.scale / 2)
        small = run_month(half)
        print(small.line("product, half"), f"{whole.peak_mb / small.peak_mb:.2f} x the memory for 2 x the rows")


if __name__ == "__main__":
    main()
