"""`python -m benchmarks.scaling --scale 0.01 0.1 1`: the cost of each table at each size of the nation, and its growth.

Belongs here: CPU seconds, memory and bytes of every step, each in a separate process, on the engine of the environment;
with `--spark`, the CPU seconds of a cluster on this machine for the same tables. Not here: wall seconds, which do not
compare on a shared machine.
"""

import argparse
import json
import math
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from shutil import copytree, rmtree

from assets.coverage.build import build_coverage
from assets.coverage.catalogue import CATALOGUE
from assets.coverage.quality import build_data_quality
from assets.coverage.summary import Summary, build_summary
from assets.engines.choice import engine_from_environment
from assets.ingest.delivery import read_delivery
from assets.ingest.month import ingest_month
from assets.ingest.pseudonyms import warehouse_key
from assets.registers.persons import build_persons
from assets.registers.prepayments import build_prepayments
from assets.registers.transitions import build_transitions
from assets.resources import Locations
from assets.warehouse import Warehouse
from schemas.extracts.catalogue import BY_NAME, EXTRACTS, stored_table
from simulator import simulate

BEFORE, MONTH = "2024-11", "2024-12"
HOUR_OF_TWO_CORES = 2 * 3600
Step = Callable[[Warehouse], object]
Costs = dict[str, float]  # of one step: CPU seconds, peak MB, and MB read and written


def steps() -> dict[str, Step]:
    """The builder of each register and summary of the month, by name; each one reads only earlier ones."""
    builders: dict[str, Step] = {
        "persons": lambda warehouse: build_persons(warehouse, MONTH, force=True),
        "transitions": lambda warehouse: build_transitions(warehouse, MONTH, force=True),
        "prepayments": lambda warehouse: build_prepayments(warehouse, MONTH, force=True),
        "coverage": lambda warehouse: build_coverage(warehouse, MONTH, force=True),
        "data_quality": lambda warehouse: build_data_quality(warehouse, MONTH, force=True),
    }
    return builders | {summary.table.name: _step(summary) for summary in CATALOGUE}


def _step(summary: Summary) -> Step:
    return lambda warehouse: build_summary(warehouse, MONTH, summary, force=True)


def prepare_warehouse(root: Path, scale: float) -> Warehouse:
    """A warehouse with both months ingested, and the persons of the first; what exists is kept."""
    locations = Locations.below(root)
    for month, extracts in ((BEFORE, (BY_NAME["enrolments"],)), (MONTH, EXTRACTS)):
        if not (locations.landing / month).exists():
            simulate(locations.landing, month, scale, 2024, extracts=[table.name for table in extracts])
        missing = [table for table in extracts if month not in locations.warehouse.months(stored_table(table).name)]
        delivery = read_delivery(locations.landing, month)
        key = warehouse_key(locations.warehouse, synthetic=delivery.synthetic)
        for table in missing:
            ingest_month(table, delivery, locations.warehouse, key)
    build_persons(locations.warehouse, BEFORE)
    return locations.warehouse


def measure_step(name: str, root: str) -> Costs:
    """Measure one step in a separate process."""
    command = [sys.executable, "-m", "benchmarks.scaling", "--step", name, "--warehouse", root]
    return dict(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1]))


def _costs(step: Step, warehouse: Warehouse) -> Costs:
    start, bytes_before = time.process_time(), _bytes_read_and_written()
    step(warehouse)
    bytes_after = _bytes_read_and_written()
    return {
        "cpu_seconds": time.process_time() - start,
        "peak_mb": _peak_mb(),
        "read_mb": (bytes_after[0] - bytes_before[0]) / 1e6,
        "written_mb": (bytes_after[1] - bytes_before[1]) / 1e6,
    }


def _peak_mb() -> float:
    """The peak of the resident memory."""
    # The peak of getrusage would include the process before exec.
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _bytes_read_and_written() -> tuple[int, int]:
    """The bytes that this process has requested to read and to write."""
    counters = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
    return int(counters["rchar"]), int(counters["wchar"])


def growth(costs: dict[float, float]) -> float:
    """The exponent of the cost as a power of the size, between the two largest sizes."""
    small, large = sorted(costs)[-2:]
    return math.log(costs[large] / costs[small]) / math.log(large / small)


def report(costs: dict[float, dict[str, Costs]]) -> Iterable[str]:
    """One line per table: its costs at each size, their growth, and the size that needs an hour of two cores."""
    scales = sorted(costs)
    sizes = " | ".join(f"1:{1 / scale:,.0f}" for scale in scales)
    yield f"table | CPU seconds at {sizes} | peak MB at {sizes} | MB read at {sizes} | grows with n^ | an hour at"
    for name in costs[scales[-1]]:
        seconds = {scale: costs[scale][name]["cpu_seconds"] for scale in scales}
        power = growth(seconds) if len(scales) > 1 else 1.0
        nations = scales[-1] * (HOUR_OF_TWO_CORES / seconds[scales[-1]]) ** (1 / max(power, 1.0))
        cells = [f"{seconds[scale]:.2f}" for scale in scales]
        cells += [f"{costs[scale][name][cost]:,.0f}" for cost in ("peak_mb", "read_mb") for scale in scales]
        yield " | ".join([name, *cells, f"{power:.2f}", f"{nations:,.0f} nations"])


def on_spark(warehouse: Warehouse, folder: Path) -> dict[str, float]:
    """CPU seconds by table of a cluster of two workers on this machine and its client, on a copy of the warehouse."""
    from tests.cluster.spark_cluster import running

    rmtree(folder, ignore_errors=True)
    copytree(warehouse.root, folder, symlinks=True)
    seconds = {}
    with running() as cluster:
        copy = Warehouse(folder, cluster.engine)
        with copy.sql():  # the first session starts everything, which must not count
            pass
        for name, step in steps().items():
            before = cluster.cpu_seconds() + time.process_time()
            step(copy)
            seconds[name] = cluster.cpu_seconds() + time.process_time() - before
    return seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, nargs="+", default=[0.01], help="1 is the nation")
    parser.add_argument("--folder", type=Path, default=Path("data/benchmark/scaling"), help="kept for the next time")
    parser.add_argument("--spark", action="store_true", help="the same tables on a cluster here (make spark)")
    parser.add_argument("--step", help=argparse.SUPPRESS)
    parser.add_argument("--warehouse", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        warehouse = Warehouse(arguments.warehouse, engine_from_environment())
        print(json.dumps(_costs(steps()[arguments.step], warehouse)))
        return
    costs: dict[float, dict[str, Costs]] = {}
    for scale in arguments.scale:
        folder = (arguments.folder / f"{scale:g}").absolute()
        warehouse = prepare_warehouse(folder, scale)
        costs[scale] = {name: measure_step(name, str(warehouse.root)) for name in steps()}
        if arguments.spark:
            seconds = on_spark(warehouse, folder / "on-spark")
            total, duckdb = sum(seconds.values()), sum(each["cpu_seconds"] for each in costs[scale].values())
            print(f"Spark at 1:{1 / scale:,.0f}: {total:.0f} CPU seconds, {total / duckdb:.1f} x DuckDB")
            print(" · ".join(f"{name} {spent:.0f}" for name, spent in seconds.items()))
    print("\n".join(report(costs)))


if __name__ == "__main__":
    main()
