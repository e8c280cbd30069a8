"""`python -m benchmarks.years`: two years at 1 : 1,000, from landing to one release, into an empty warehouse.

Belongs here: what many months cost together; disclosure control protects all of them as one. Not: the national month.
"""

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measured import CAKUPAN, measure

MONTHS = [f"{year}-{month:02d}" for year in (2023, 2024) for month in range(1, 13)]
_SCALE = "0.001"


def main() -> None:
    """Measure and print; the deliveries are kept for the next time."""
    landing = Path("data/benchmark/years").absolute()
    landing.mkdir(parents=True, exist_ok=True)
    for month in MONTHS:
        if not (landing / month / "manifest.json").exists():
            made = ["simulate", "--month", month, "--scale", _SCALE, "--landing", str(landing)]
            subprocess.run([*CAKUPAN, *made], check=True)
    with TemporaryDirectory(dir=landing) as home:
        wanted = [text for month in MONTHS for text in ("--month", month)]
        command = [*CAKUPAN, "run", *wanted, "--landing", str(landing), "--warehouse", f"{home}/warehouse"]
        found = measure(command, CAKUPAN_HOME=home, DAGSTER_HOME=f"{home}/dagster")
    print(found.told(f"{len(MONTHS)} months"))


if __name__ == "__main__":
    main()
