"""The extracts that no office delivers: which files each is cut into, and in which style.

Belongs here: file names and sizes. Does not belong here: their rows, their defects.
"""

from collections.abc import Callable

import polars as pl

from schemas.extracts.kur_debtors import KUR_DEBTORS
from simulator.defects.extract_rows import planted, unharmed
from simulator.delivery.delivery import Delivery
from simulator.delivery.extract_files import write_part
from simulator.extracts import kur_contracts, outreach_correction, regional_programmes, targets
from simulator.extracts.survey import survey_cells
from simulator.offices.file_formats import CSV, GZIP
from simulator.offices.styles import STYLES, Style
from simulator.population import outreach_activities
from simulator.population.calibration import by_place, employers_by_place, national, scaled
from simulator.population.debtors import DEBTORS, debtors
from simulator.population.employers import employers_of

_ISLANDS = {"1": "sumatera", "2": "sumatera", "3": "jawa", "5": "bali-nusra", "6": "kalimantan", "7": "sulawesi",
            "8": "maluku", "9": "papua"}  # fmt: skip
_EMPLOYER_FILES, _EMPLOYERS_A_FILE = 11, 2_000
_CREDIT_FILES, _DEBTORS_A_FILE = 24, 2_000
_PLAIN = (Style(), Style(separator=";", sexes=0), Style(separator="\t", alias=0, case="upper", encoding="utf-8-sig"))
_LEAN = tuple(style for style in STYLES if not style.personal)


def _employer_file_count(scale: float) -> int:
    return min(max(sum(employers_by_place(scale)) // _EMPLOYERS_A_FILE, 2), _EMPLOYER_FILES)


def _cut(rows: int, files: int) -> list[int]:
    return [rows // files + (number < rows % files) for number in range(files)]


def _write_employers(delivery: Delivery) -> None:
    counts = employers_by_place(delivery.scale)
    workers = by_place("PU", national(delivery.month, delivery.scale)["PU"])
    rows = employers_of(counts, workers, delivery.month, delivery.seed)
    named = {
        f"wilayah-{number + 1:02d}{GZIP if number == 1 else CSV}": (size, _LEAN[number % len(_LEAN)])
        for number, size in enumerate(_cut(rows.height, _employer_file_count(delivery.scale)))
    }
    delivery.write("employers", rows, named)


def _write_workforce(delivery: Delivery) -> None:
    cells = survey_cells(delivery.month, delivery.scale)
    island = pl.col("region_code").str.slice(0, 1).replace_strict(_ISLANDS)
    old = pl.when(island == "papua").then(pl.lit("kemendagri_2020")).otherwise(pl.lit("kemendagri_2025"))
    placed = cells.with_columns(island.alias("island"), old.alias("region_scheme"))
    rows = placed.sort("region_code", maintain_order=True)
    named = {}
    for number, (name, count) in enumerate(rows.group_by("island", maintain_order=True).len().iter_rows()):
        # The codes of 2020 for all of Papua, where most of them differ from today's.
        style = Style(months="%Y-%m", old_regions=True) if name == "papua" else _PLAIN[number % len(_PLAIN)]
        named[f"sakernas-{name}{CSV}"] = (count, style)
    delivery.write("workforce", rows, named)


def _credit_file_count(scale: float) -> int:
    return min(max(scaled(DEBTORS, scale) // _DEBTORS_A_FILE, 2), _CREDIT_FILES)


def _write_credit(delivery: Delivery) -> None:
    """A file at a time: the whole list would not fit beside an office."""
    every = debtors(delivery.month, delivery.scale, delivery.seed)
    truth = kur_contracts.CreditTruth(delivery.month)
    account, day, first = delivery.account("kur_debtors"), delivery.first_day, 0
    for number, count in enumerate(_cut(every.rows, _credit_file_count(delivery.scale))):
        numbers = pl.int_range(first, first + count, eager=True)
        drawn = kur_contracts.contracts(every.draw_up(numbers), delivery.month, delivery.seed)
        rows = drawn.select(KUR_DEBTORS.names)
        part = unharmed(rows, KUR_DEBTORS) if number else planted(rows, KUR_DEBTORS, every.rows, day)
        name = f"sikp-{number + 1:02d}{GZIP if number % 3 == 1 else CSV}"
        written = write_part(delivery.folder / "kur_debtors" / name, part, _LEAN[number % len(_LEAN)], day, account)
        delivery.done({f"kur_debtors/{name}": written})
        truth.add(part.accepted, drawn.select(kur_contracts.KNOWN).unique("nik", maintain_order=True))
        first += count
    delivery.truth["kur"] = truth.as_json()


def _write_regional(delivery: Delivery) -> None:
    rows = regional_programmes.regulations(delivery.month, delivery.scale)
    early, late = _cut(rows.height, 2)
    files = {
        "regulasi-1.csv": (early, Style(amounts="dots", separator=";", alias=0)),
        "regulasi-2.csv": (late, Style()),
    }
    delivery.truth["regional"] = regional_programmes.truth(
        delivery.write("regional_programmes", rows, files), delivery.month
    )


def _write_outreach(delivery: Delivery) -> None:
    nation = (delivery.month, delivery.scale, delivery.seed)
    rows, again = outreach_correction.first_delivered(*nation), outreach_correction.correction(*nation)
    files = {
        "kegiatan.csv": (rows.height, Style(alias=0, words=1, amounts="dots")),
        "kegiatan-koreksi.csv": (1, Style()),
    }
    accepted = delivery.write("outreach", pl.concat([rows, again]), files)
    known = {"moved": outreach_correction.moved(*nation), "recent_by_region": outreach_correction.known_places(*nation)}
    delivery.truth["outreach"] = outreach_activities.truth(accepted, *nation) | known


def _write_targets(delivery: Delivery) -> None:
    rows = targets.targets(delivery.scale)
    accepted = delivery.write("targets", rows, {"target.csv": (rows.height, Style(separator=";", months="%Y-%m"))})
    delivery.truth["targets"] = {"targets": accepted.height}


OTHERS: dict[str, Callable[[Delivery], None]] = {
    "employers": _write_employers,
    "workforce": _write_workforce,
    "kur_debtors": _write_credit,
    "regional_programmes": _write_regional,
    "outreach": _write_outreach,
    "targets": _write_targets,
}


def other_files(delivery: Delivery) -> int:
    """How many files these extracts will have."""
    counts = {
        "employers": _employer_file_count(delivery.scale),
        "workforce": len(set(_ISLANDS.values())),
        "kur_debtors": _credit_file_count(delivery.scale),
        "regional_programmes": 2,
        "outreach": 2,
        "targets": 1,
    }
    return sum(count for extract, count in counts.items() if extract in delivery.extracts)
