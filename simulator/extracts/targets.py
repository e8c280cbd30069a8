"""The extract of targets: published ones for the nation and Bali, and synthetic ones for the other provinces.

Belongs here: its rows, the same in every month.
"""

from zlib import crc32

import polars as pl

from schemas.extracts.targets import TARGETS
from simulator.apportionment import apportion
from simulator.population.calibration import scaled
from simulator.population.regencies import employed_prior, province_codes

# RPJMN 2025-2029 and RPJPN divide by the employed persons, the scheme's own index by the potential.
_RATIOS = (
    ("employed", "2025-12-01", 32.15, "RPJMN 2025-2029"),
    ("employed", "2026-12-01", 34.99, "RKP 2026"),
    ("employed", "2029-12-01", 43.92, "RPJMN 2025-2029"),
    ("potential", "2025-12-01", 52.15, "UCJ"),
)
_PERSONS = (
    ("BPU", "2025-12-01", 17_400_000, "finansial.bisnis.com 1840683"),
    ("all", "2026-12-01", 70_000_000, "idntimes.com"),
)
_PUBLISHED_PROVINCES = {("51", 2025): 67.28}  # bali.antaranews.com 376813
_SYNTHETIC = "invented for the simulation"


def target_rows(scale: float) -> pl.DataFrame:
    """The typed rows of the extract: ratios in percent, persons at the scale."""
    rows: list[tuple[object, ...]] = []
    for denominator, month, percent, source in _RATIOS:
        rows.append(("coverage_ratio", "ID", "all", denominator, month, percent, source))
    for segment, month, persons, source in _PERSONS:
        total = scaled(persons, scale)
        rows.append(("protected_persons", "ID", segment, "none", month, float(total), source))
        for code, part in zip(province_codes(), apportion(total, employed_prior()), strict=True):
            rows.append(("protected_persons", code, segment, "none", month, float(part), _SYNTHETIC))
    rows += [
        ("coverage_ratio", code, "all", "potential", f"{year}-12-01", _percent(code, year), _SYNTHETIC)
        for year in (2025, 2026)
        for code in province_codes()
    ]
    frame = pl.DataFrame(rows, schema=TARGETS.names, orient="row")
    return frame.with_columns(pl.col("target_month").str.to_date()).cast(TARGETS.storage)  # type: ignore[arg-type]


def _percent(code: str, year: int) -> float:
    published = _PUBLISHED_PROVINCES.get((code, year))
    return published if published is not None else (4_000 + 400 * (year - 2025) + crc32(code.encode()) % 2_500) / 100
