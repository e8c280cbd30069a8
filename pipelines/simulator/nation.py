"""A month of the nation, from its calibration to files, ledger and manifest.

Belongs here: the order of the steps. Does not belong here: any of them.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from assets.ingest.delivery import write_manifest
from pipelines.simulator.businesses import employers_of
from pipelines.simulator.calibration import by_place, employers_by_place, national, potential, scaled
from pipelines.simulator.containers import CSV, GZIP
from pipelines.simulator.draws import first_day_of, month_index
from pipelines.simulator.enrolments import write_office
from pipelines.simulator.ledger import Account
from pipelines.simulator.offices import Office, offices_of
from pipelines.simulator.plan import SUBSIDISED_PERCENT, plan_month
from pipelines.simulator.planting import Nation
from pipelines.simulator.schedule import schedule
from pipelines.simulator.small_extracts import write_files
from pipelines.simulator.styles import STYLES, Style
from pipelines.simulator.survey import employed_in, survey_cells, wave_of
from schemas.employers import EMPLOYERS
from schemas.workforce import WORKFORCE

_ISLANDS = {"1": "sumatera", "2": "sumatera", "3": "jawa", "5": "bali-nusra", "6": "kalimantan", "7": "sulawesi",
            "8": "maluku", "9": "papua"}  # fmt: skip
_EMPLOYER_FILES, _EMPLOYERS_A_FILE = 11, 2_000


@dataclass
class Delivery:
    """A month folder in the making."""

    folder: Path
    month: int
    scale: float
    seed: int
    progress: Callable[[int, int], None] | None
    accounts: dict[str, Account] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    expected_files: int = 0

    def account(self, extract: str) -> Account:
        """The account of an extract."""
        return self.accounts.setdefault(extract, Account())

    def done(self, written: dict[str, int]) -> None:
        """Enter written files, and say how far it is."""
        self.rows |= written
        if self.progress:
            self.progress(len(self.rows), self.expected_files)


def simulate(
    landing: Path, month: str, scale: float, seed: int = 2024, progress: Callable[[int, int], None] | None = None
) -> Path:
    """Write `<landing>/<month>` with a simulated delivery, and `<landing>/<month>.ledger.json` with what is in it.

    `scale` is the size of the nation, 1 for all of it; the same month, scale and seed give the same bytes.
    An earlier simulated delivery of the month is replaced; raises FileExistsError where another one is there.
    """
    if not 0 < scale <= 1:
        raise ValueError(f"scale is a share of the nation, more than 0 and at most 1, not {scale}")
    ledger = landing / f"{month}.ledger.json"
    folder = _cleared(landing / month, ledger)
    delivery = Delivery(folder, month_index(month), scale, seed, progress)
    _write_enrolments(delivery)
    _write_employers(delivery)
    _write_workforce(delivery)
    content = {"month": month, "scale": scale, "seed": seed, "figures": _figures(delivery), "extracts": {
        extract: account.as_json() for extract, account in delivery.accounts.items()}}  # fmt: skip
    ledger.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    write_manifest(folder, month, synthetic=True, rows=delivery.rows)
    return folder


def _cleared(folder: Path, ledger: Path) -> Path:
    if folder.exists():
        if not ledger.exists():
            raise FileExistsError(f"{folder} holds a delivery that was not simulated: choose another landing zone")
        shutil.rmtree(folder)
    for extract in ("enrolments", "employers", "workforce"):
        (folder / extract).mkdir(parents=True)
    return folder


def _write_enrolments(delivery: Delivery) -> None:
    plan = plan_month(delivery.month, delivery.scale)
    offices = offices_of(plan)
    nation = Nation(plan, schedule(offices, plan.rows), delivery.month, delivery.seed)
    again = sum(office.is_repeated for office in offices)
    delivery.expected_files = len(offices) + again + _employer_file_count(delivery.scale) + len(set(_ISLANDS.values()))
    account = delivery.account("enrolments")
    for office in offices:
        name = f"enrolments/{office.code}{office.ending}"
        rows = write_office(delivery.folder / name, office, nation, account)
        account.files += 1
        delivery.done({name: rows})
        if office.is_repeated:
            _deliver_again(delivery, office, rows)


def _deliver_again(delivery: Delivery, office: Office, rows: int) -> None:
    """The same file under another name: it must count once."""
    folder, account = delivery.folder / "enrolments", delivery.account("enrolments")
    again = f"{office.code}_kirim_ulang{office.ending}"
    shutil.copyfile(folder / f"{office.code}{office.ending}", folder / again)
    account.files += 1
    account.files_repeated += 1
    account.rows_repeated += rows
    delivery.done({f"enrolments/{again}": rows})


def _employer_file_count(scale: float) -> int:
    return min(max(sum(employers_by_place(scale)) // _EMPLOYERS_A_FILE, 2), _EMPLOYER_FILES)


def _write_employers(delivery: Delivery) -> None:
    counts = employers_by_place(delivery.scale)
    workers = by_place("PU", national(delivery.month, delivery.scale)["PU"])
    rows = employers_of(counts, workers, delivery.month, delivery.seed)
    files = _employer_file_count(delivery.scale)
    sizes = [rows.height // files + (number < rows.height % files) for number in range(files)]
    lean = [style for style in STYLES if not style.personal]
    named = {
        f"wilayah-{number + 1:02d}{GZIP if number == 1 else CSV}": (size, lean[number % len(lean)])
        for number, size in enumerate(sizes)
    }
    _write_small(delivery, EMPLOYERS.name, rows, named)


def _write_workforce(delivery: Delivery) -> None:
    cells = survey_cells(delivery.month, delivery.scale)
    island = pl.col("region_code").str.slice(0, 1).replace_strict(_ISLANDS)
    old = pl.when(island == "papua").then(pl.lit("kemendagri_2020")).otherwise(pl.lit("kemendagri_2025"))
    placed = cells.with_columns(island.alias("island"), old.alias("region_scheme"))
    rows = placed.sort("region_code", maintain_order=True)
    plain = (Style(), Style(separator=";", sexes=0), Style(separator="\t", alias=0, case="upper", encoding="utf-8-sig"))
    named = {}
    for number, (name, count) in enumerate(rows.group_by("island", maintain_order=True).len().iter_rows()):
        # The codes of 2020 for all of Papua, where most of them differ from today's.
        style = Style(months="%Y-%m", old_regions=True) if name == "papua" else plain[number % len(plain)]
        named[f"sakernas-{name}{CSV}"] = (count, style)
    _write_small(delivery, WORKFORCE.name, rows, named)


def _write_small(delivery: Delivery, extract: str, rows: pl.DataFrame, files: dict[str, tuple[int, Style]]) -> None:
    table = EMPLOYERS if extract == EMPLOYERS.name else WORKFORCE
    kept = rows.select(table.names)
    day = first_day_of(delivery.month)
    written = write_files(delivery.folder / extract, table, kept, files, day, delivery.account(extract))
    delivery.done(written)


def _figures(delivery: Delivery) -> dict[str, object]:
    """What the calibrated persons add up to."""
    persons = national(delivery.month, delivery.scale)
    formal = persons["PU"] + persons["JAKON"]
    employed = employed_in(wave_of(delivery.month))
    able = potential(delivery.scale, employed)
    return {
        "protected": persons | {"formal": formal, "informal": persons["BPU"], "all": formal + persons["BPU"]},
        "potential": {name: able[name] for name in ("formal", "informal", "all")},
        "vulnerable": able["vulnerable"],
        "employed": scaled(employed, delivery.scale),
        "subsidised": round(persons["BPU"] * SUBSIDISED_PERCENT / 100),
    }
