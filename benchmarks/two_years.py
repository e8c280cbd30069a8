"""`python -m benchmarks.two_years`: two years at 1:1,000, from landing to one release, into an empty warehouse.

Belongs here: the cost of many months together, which disclosure control protects jointly. Not here: the national month.
"""

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.process_tree import CAKUPAN, measure

MONTHS = [f"{year}-{month:02d}" for year in (2023, 2024) for month in range(1, 13)]
_SCALE = "0.001"


def main() -> None:
    """Measure and print. The deliveries are kept for the next time."""
    landing = Path("data/benchmark/years").absolute()
    landing.mkdir(parents=True, exist_ok=True)
    for month in MONTHS:
        if not (landing / month / "manifest.json").exists():
            options = ["simulate", "--month", month, "--scale", _SCALE, "--landing", str(landing)]
            subprocess.run([*CAKUPAN, *options], check=True)
    with TemporaryDirectory(dir=landing) as home:
        months = [text for month in MONTHS for text in ("--month", month)]
        command = [*CAKUPAN, "run", *months, "--landing", str(landing), "--warehouse", f"{home}/warehouse"]
        measured = measure(command, CAKUPAN_HOME=home, DAGSTER_HOME=f"{home}/dagster")
    print(measured.line(f"{len(MONTHS)} months"))


if __name__ == "__main__":
    main()
