"""`python -m benchmarks.scaling --scale 0.01 0.1 1`: what each table costs at each size of the nation, and how that grows.

Belongs here: CPU seconds, memory and bytes of every step alone, in a process of its own, on the engine of the
environment; with `--spark`, the CPU seconds of a cluster on this machine for the same tables. CPU seconds compare even on
a machine that others use; wall seconds are left out.
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
from assets.ingest.identity import warehouse_key
from assets.ingest.month import ingest_month
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


def steps() -> dict[str, Step]:
    """Name of a register or summary → how the month's is made again; in the order in which they read each other."""
    made: dict[str, Step] = {
        "persons": lambda warehouse: build_persons(warehouse, MONTH, force=True),
        "transitions": lambda warehouse: build_transitions(warehouse, MONTH, force=True),
        "prepayments": lambda warehouse: build_prepayments(warehouse, MONTH, force=True),
        "coverage": lambda warehouse: build_coverage(warehouse, MONTH, force=True),
        "data_quality": lambda warehouse: build_data_quality(warehouse, MONTH, force=True),
    }
    return made | {summary.table.name: _step(summary) for summary in CATALOGUE}


def _step(summary: Summary) -> Step:
    return lambda warehouse: build_summary(warehouse, MONTH, summary, force=True)


def prepared(root: Path, scale: float) -> Warehouse:
    """A warehouse with both months ingested, and the persons of the first; made where it is not there yet."""
    locations = Locations.below(root)
    for month, extracts in ((BEFORE, (BY_NAME["enrolments"],)), (MONTH, EXTRACTS)):
        if not (locations.landing / month).exists():
            simulate(locations.landing, month, scale, 2024, extracts=[table.name for table in extracts])
        missing = [table for table in extracts if month not in locations.warehouse.months(stored_table(table).name)]
        delivery = read_delivery(locations.landing, month)
        for table in missing:
            ingest_month(
                table, delivery, locations.warehouse, warehouse_key(locations.warehouse, synthetic=delivery.synthetic)
            )
    build_persons(locations.warehouse, BEFORE)
    return locations.warehouse


def alone(name: str, root: Path) -> dict[str, float]:
    """One step in a process of its own: CPU seconds, peak MB, and MB that it read and wrote."""
    command = [sys.executable, "-m", "benchmarks.scaling", "--step", name, "--warehouse", str(root)]
    return dict(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1]))


def _measured(step: Step, warehouse: Warehouse) -> dict[str, float]:
    began, moved = time.process_time(), _moved()
    step(warehouse)
    spent = _moved()
    return {
        "cpu_seconds": time.process_time() - began,
        "peak_mb": _peak_mb(),
        "read_mb": (spent[0] - moved[0]) / 1e6,
        "written_mb": (spent[1] - moved[1]) / 1e6,
    }


def _peak_mb() -> float:
    """Most memory that was resident; the count of rusage would begin with that of the process before exec."""
    told = Path("/proc/self/status").read_text()
    return int(told.partition("VmHWM:")[2].split()[0]) / 1024


def _moved() -> tuple[int, int]:
    """Bytes that this process asked to read and to write so far."""
    told = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
    return int(told["rchar"]), int(told["wchar"])


def growth(of: dict[float, float]) -> float:
    """The power of the size with which a cost grows, between the two largest sizes."""
    small, large = sorted(of)[-2:]
    return math.log(of[large] / of[small]) / math.log(large / small)


def report(found: dict[float, dict[str, dict[str, float]]]) -> Iterable[str]:
    """A row a table: CPU seconds, peak and MB read at each size, the growth, and when an hour of two cores is full."""
    scales = sorted(found)
    sizes = " | ".join(f"1:{1 / scale:,.0f}" for scale in scales)
    yield f"table | CPU seconds at {sizes} | peak MB at {sizes} | MB read at {sizes} | grows with n^ | an hour at"
    for name in found[scales[-1]]:
        spent = {scale: found[scale][name]["cpu_seconds"] for scale in scales}
        power = growth(spent) if len(scales) > 1 else 1.0
        nations = scales[-1] * (HOUR_OF_TWO_CORES / spent[scales[-1]]) ** (1 / max(power, 1.0))
        cells = [f"{spent[scale]:.2f}" for scale in scales]
        cells += [f"{found[scale][name][what]:,.0f}" for what in ("peak_mb", "read_mb") for scale in scales]
        yield " | ".join([name, *cells, f"{power:.2f}", f"{nations:,.0f} nations"])


def on_spark(warehouse: Warehouse, folder: Path) -> dict[str, float]:
    """CPU seconds of a cluster of two workers on this machine, by table; on a copy, with what the client itself takes."""
    from tests.cluster.spark_cluster import running

    rmtree(folder, ignore_errors=True)
    copytree(warehouse.root, folder, symlinks=True)
    spent = {}
    with running() as cluster:
        copy = Warehouse(folder, cluster.engine)
        with copy.sql():  # the first session pays for the start of everything
            pass
        for name, step in steps().items():
            before = cluster.cpu_seconds() + time.process_time()
            step(copy)
            spent[name] = cluster.cpu_seconds() + time.process_time() - before
    return spent


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, nargs="+", default=[0.01], help="1 is the nation")
    parser.add_argument("--folder", type=Path, default=Path("data/benchmark/scaling"), help="kept for the next time")
    parser.add_argument("--spark", action="store_true", help="the same tables on a cluster here (make spark)")
    parser.add_argument("--step", help=argparse.SUPPRESS)
    parser.add_argument("--warehouse", type=Path, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.step:
        print(json.dumps(_measured(steps()[wanted.step], Warehouse(wanted.warehouse, engine_from_environment()))))
        return
    found: dict[float, dict[str, dict[str, float]]] = {}
    for scale in wanted.scale:
        warehouse = prepared((wanted.folder / f"{scale:g}").absolute(), scale)
        found[scale] = {name: alone(name, warehouse.root) for name in steps()}
        if wanted.spark:
            spent = on_spark(warehouse, warehouse.root.with_name("on-spark"))
            total = sum(row["cpu_seconds"] for row in found[scale].values())
            print(
                f"Spark at 1:{1 / scale:,.0f}: {sum(spent.values()):.0f} CPU seconds, {sum(spent.values()) / total:.1f} x DuckDB"
            )
            print(" · ".join(f"{name} {seconds:.0f}" for name, seconds in spent.items()))
    print("\n".join(report(found)))


if __name__ == "__main__":
    main()
