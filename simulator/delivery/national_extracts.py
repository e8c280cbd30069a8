"""The files of the extracts that no office delivers.

Belongs here: file names, sizes and styles. Not here: rows (`extracts`), defects (`defects`).
"""

from collections.abc import Callable

import polars as pl

from schemas.extracts.kur_debtors import KUR_DEBTORS
from simulator.defects.extract_rows import with_defects, without_defects
from simulator.delivery.delivery import Delivery
from simulator.delivery.extract_files import write_extract, write_extract_file
from simulator.extracts.employers import employer_rows
from simulator.extracts.kur_contracts import DEBTOR_COLUMNS, KurTruth, contract_rows
from simulator.extracts.outreach import correction, first_delivery, outreach_truth
from simulator.extracts.regional_programmes import regional_truth, regulations
from simulator.extracts.survey import survey_cells
from simulator.extracts.targets import target_rows
from simulator.offices.file_formats import CSV, GZIP
from simulator.offices.styles import STYLES, Style
from simulator.population.calibration import by_regency, employers_by_regency, national_persons, scaled
from simulator.population.debtors import DEBTORS, plan_debtors

_ISLANDS = {"1": "sumatera", "2": "sumatera", "3": "jawa", "5": "bali-nusra", "6": "kalimantan", "7": "sulawesi",
            "8": "maluku", "9": "papua"}  # fmt: skip
_EMPLOYER_FILES, _EMPLOYERS_PER_FILE = 11, 2_000
_KUR_FILES, _DEBTORS_PER_FILE = 24, 2_000
_SURVEY_STYLES = (
    Style(),
    Style(separator=";", sex_alias=0),
    Style(separator="\t", header_alias=0, case="upper", encoding="utf-8-sig"),
)
_STYLES = tuple(style for style in STYLES if not style.personal)


def _employer_files(scale: float) -> int:
    return min(max(sum(employers_by_regency(scale)) // _EMPLOYERS_PER_FILE, 2), _EMPLOYER_FILES)


def _kur_files(scale: float) -> int:
    return min(max(scaled(DEBTORS, scale) // _DEBTORS_PER_FILE, 2), _KUR_FILES)


def _split_evenly(rows: int, files: int) -> list[int]:
    return [rows // files + (number < rows % files) for number in range(files)]


def _write_employers(delivery: Delivery) -> None:
    workers = by_regency("PU", national_persons(delivery.month, delivery.scale)["PU"])
    rows = employer_rows(employers_by_regency(delivery.scale), workers, delivery.month, delivery.seed)
    files = {
        f"wilayah-{number + 1:02d}{GZIP if number == 1 else CSV}": (size, _STYLES[number % len(_STYLES)])
        for number, size in enumerate(_split_evenly(rows.height, _employer_files(delivery.scale)))
    }
    write_extract(delivery, "employers", rows, files)


def _write_workforce(delivery: Delivery) -> None:
    island = pl.col("region_code").str.slice(0, 1).replace_strict(_ISLANDS)
    scheme = pl.when(island == "papua").then(pl.lit("kemendagri_2020")).otherwise(pl.lit("kemendagri_2025"))
    cells = survey_cells(delivery.month, delivery.scale)
    rows = cells.with_columns(island.alias("island"), scheme.alias("region_scheme")).sort(
        "region_code", maintain_order=True
    )
    files = {}
    for number, (name, count) in enumerate(rows.group_by("island", maintain_order=True).len().iter_rows()):
        # Papua has the codes of 2020, because most of them differ from today's.
        is_old = name == "papua"
        style = Style(months="%Y-%m", old_regions=True) if is_old else _SURVEY_STYLES[number % len(_SURVEY_STYLES)]
        files[f"sakernas-{name}{CSV}"] = (count, style)
    write_extract(delivery, "workforce", rows, files)


def _write_kur_debtors(delivery: Delivery) -> None:
    """Write one file at a time, because the whole extract may not fit into memory."""
    plan = plan_debtors(delivery.month, delivery.scale, delivery.seed)
    truth, first = KurTruth(delivery.month), 0
    for number, count in enumerate(_split_evenly(plan.rows, _kur_files(delivery.scale))):
        row_numbers = pl.int_range(first, first + count, eager=True)
        contracts = contract_rows(plan.persons(row_numbers), delivery.month, delivery.seed)
        rows = contracts.select(KUR_DEBTORS.names)
        file = (
            without_defects(rows, KUR_DEBTORS)
            if number
            else with_defects(rows, KUR_DEBTORS, plan.rows, delivery.first_day)
        )
        name = f"sikp-{number + 1:02d}{GZIP if number % 3 == 1 else CSV}"
        write_extract_file(delivery, name, file, _STYLES[number % len(_STYLES)])
        truth.add(file.accepted, contracts.select(DEBTOR_COLUMNS).unique("nik", maintain_order=True))
        first += count
    delivery.truth["kur"] = truth.as_json()


def _write_regional_programmes(delivery: Delivery) -> None:
    rows = regulations(delivery.month, delivery.scale)
    early, late = _split_evenly(rows.height, 2)
    files = {
        "regulasi-1.csv": (early, Style(amounts="dots", separator=";", header_alias=0)),
        "regulasi-2.csv": (late, Style()),
    }
    accepted = write_extract(delivery, "regional_programmes", rows, files)
    delivery.truth["regional"] = regional_truth(accepted, delivery.month)


def _write_outreach(delivery: Delivery) -> None:
    nation = (delivery.month, delivery.scale, delivery.seed)
    rows = first_delivery(*nation)
    files = {
        "kegiatan.csv": (rows.height, Style(header_alias=0, code_alias=1, amounts="dots")),
        "kegiatan-koreksi.csv": (1, Style()),
    }
    accepted = write_extract(delivery, "outreach", pl.concat([rows, correction(*nation)]), files)
    delivery.truth["outreach"] = outreach_truth(accepted, *nation)


def _write_targets(delivery: Delivery) -> None:
    rows = target_rows(delivery.scale)
    files = {"target.csv": (rows.height, Style(separator=";", months="%Y-%m"))}
    delivery.truth["targets"] = {"targets": write_extract(delivery, "targets", rows, files).height}


_WRITERS: dict[str, Callable[[Delivery], None]] = {
    "employers": _write_employers,
    "workforce": _write_workforce,
    "kur_debtors": _write_kur_debtors,
    "regional_programmes": _write_regional_programmes,
    "outreach": _write_outreach,
    "targets": _write_targets,
}


def write_national_extracts(delivery: Delivery) -> None:
    """Write the selected extracts, with their sections of the ledger."""
    for extract, write in _WRITERS.items():
        if extract in delivery.extracts:
            write(delivery)


def count_national_files(delivery: Delivery) -> int:
    """The number of files of the selected extracts."""
    counts = {
        "employers": _employer_files(delivery.scale),
        "workforce": len(set(_ISLANDS.values())),
        "kur_debtors": _kur_files(delivery.scale),
        "regional_programmes": 2,
        "outreach": 2,
        "targets": 1,
    }
    return sum(count for extract, count in counts.items() if extract in delivery.extracts)
