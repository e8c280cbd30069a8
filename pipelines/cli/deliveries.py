"""The commands `cakupan simulate` and `cakupan manifest`: putting a delivery into the landing zone, and completing it.

Belongs here: arguments and what is printed. Not: the simulation (`simulator`), the manifest (`assets/ingest/delivery`).
"""

import json
import re
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated

import typer

from assets.errors import CakupanError, DeliveryRefused
from assets.ingest.delivery import read_manifest, write_manifest
from pipelines.cli.arguments import Landing, Month, locations_of
from pipelines.cli.printing import Bars, out


def simulate(
    month: Month,
    scale: Annotated[float, typer.Option(help="Size of the nation, from 0.0001 to 1 (45.2 million persons).")] = 0.001,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = 2024,
    landing: Landing = None,
    dormant: Annotated[
        bool, typer.Option(help="With all members who are not protected: 20 million at full scale.")
    ] = True,
) -> None:
    """Write the landing folder of a synthetic nation, with planted defects counted in a ledger beside it."""
    folder = simulate_month(month, scale, seed, locations_of(landing, None).landing, dormant=dormant)
    out.print(f"{folder} and its ledger {folder.name}.ledger.json")


def simulate_months(months: Sequence[str], scale: float, seed: int, landing: Path) -> None:
    """Simulate months side by side, each in a process."""
    with ProcessPoolExecutor(len(months), get_context("spawn")) as processes:
        list(processes.map(simulate_quietly, *zip(*((landing, month, scale, seed) for month in months), strict=True)))


def simulate_quietly(landing: Path, month: str, scale: float, seed: int) -> None:
    """Simulate a month without a bar."""
    from simulator import simulate as simulate_folder

    simulate_folder(landing, month, scale, seed, dormant=True)


def check_scale(scale: float) -> None:
    """Raise CakupanError for a scale out of range."""
    if not 0.0001 <= scale <= 1:
        raise CakupanError("--scale is between 0.0001 and 1")


def simulate_month(month: str, scale: float, seed: int, landing: Path, *, dormant: bool = True) -> Path:
    """Simulate a month into the landing zone; its folder. Raises CakupanError for a scale out of range."""
    from simulator import simulate as simulate_folder

    check_scale(scale)
    with Bars() as bars:
        return simulate_folder(
            landing,
            month,
            scale,
            seed,
            lambda done, total: bars.show(f"simulating {month}", done, total),
            dormant=dormant,
        )


def manifest(
    folder: Annotated[Path, typer.Argument(help="A month's folder, landing/YYYY-MM.", exists=True, file_okay=False)],
) -> None:
    """Complete a delivery: write manifest.json when every file of the month is there.

    A folder that was simulated stays synthetic: its manifest or its ledger marks it.
    """
    folder = folder.resolve()
    if not re.fullmatch(r"\d{4}-\d{2}", folder.name):
        raise CakupanError(f"{folder} is no month's folder: name it YYYY-MM")
    scale = persons_scale(folder)
    path = write_manifest(folder, folder.name, synthetic=scale is not None, persons_scale=scale or 1)
    kind = "synthetic " if scale is not None else ""
    out.print(f"{path} lists the {kind}files of {folder.name}", soft_wrap=True)


def persons_scale(folder: Path) -> int | None:
    """The number of persons that each person of a synthetic delivery represents; None for a real delivery."""
    try:
        known = read_manifest(folder)
    except DeliveryRefused:  # it is written again
        known = None
    if known and known.get("synthetic"):
        return int(known.get("persons_scale", 1))
    ledger = folder.with_name(f"{folder.name}.ledger.json")
    if known is None and ledger.exists():
        return round(1 / float(json.loads(ledger.read_text(encoding="utf-8"))["scale"]))
    return None
