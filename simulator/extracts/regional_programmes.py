"""The extract of regional programmes: which region has which regulation and budget in which year.

Belongs here: its rows, and the truth about them. Every month delivers the whole list, from 2023 to the year of the month.
"""

from datetime import date
from typing import Any
from zlib import crc32

import polars as pl

from schemas.extracts.regional_programmes import REGIONAL_PROGRAMMES
from simulator.months import first_day
from simulator.population.calibration import by_regency, national_persons
from simulator.population.history import SUBSIDISED_PERCENT
from simulator.population.regencies import province_codes, province_regencies, regencies

_FIRST_YEAR, _MONTHLY_PREMIUM_IDR = 2023, 16_800
_PERCENT_OF_REGENCIES, _MORE_PER_YEAR = 60, 3  # that have a programme
_SECOND_FUNDS = ("village", "palm_oil", "tobacco", "csr", "donor")  # of five regencies in twelve
_PERCENT_OF_PROVINCE = 20  # of the workers in its regencies: the province pays for them too


def regulations(month: int, scale: float) -> pl.DataFrame:
    """The typed rows of the extract, in the order of year and region."""
    rows: list[tuple[object, ...]] = []
    for year in range(min(_FIRST_YEAR, month // 12), month // 12 + 1):
        subsidised = _subsidised(year, scale)
        for province, inside in enumerate(province_regencies()):
            total = sum(subsidised[regency] for regency in inside) * _PERCENT_OF_PROVINCE // 100
            rows += _rows_of_region(province_codes()[province], year, max(total, 1), "province")
            for regency in inside:
                code, workers = regencies()["code"][regency], subsidised[regency]
                if _chance(code, 0) % 100 < _PERCENT_OF_REGENCIES + _MORE_PER_YEAR * (year - 2024):
                    rows += _rows_of_region(code, year, max(workers, 1), "regency")
    frame = pl.DataFrame(rows, schema=REGIONAL_PROGRAMMES.names, orient="row", infer_schema_length=None)
    return frame.with_columns(
        pl.col("in_force_from", "in_force_until").cast(pl.Date), pl.col("budget_idr").cast(pl.Int64)
    )


def _subsidised(year: int, scale: float) -> list[int]:
    """Subsidised workers by regency, in the middle of the year."""
    total = national_persons(year * 12 + 5, scale)["BPU"] * SUBSIDISED_PERCENT // 100
    return by_regency("BPU", total)


def _chance(code: str, purpose: int) -> int:
    return crc32(f"{code}:{purpose}".encode())


def _rows_of_region(code: str, year: int, workers: int, fund: str) -> list[tuple[object, ...]]:
    """One regulation, and in some regions a second one of the same year, or a second fund."""
    kinds = ("perda", "perkada", "perkada", "other") if fund == "regency" else ("perda", "perda", "perkada")
    kind = kinds[_chance(code, 1) % len(kinds)]
    number = f"{1 + _chance(code, 2) % 60}/{min(year, 2022 + _chance(code, 3) % 3)}"
    budgeted = workers * (70 + _chance(code, 4 + year) % 61) // 100 + 1
    rows = [_row(code, year, kind, number, budgeted, fund)]
    if kind == "perda" and _chance(code, 5) % 4 == 0:
        rows.append(_row(code, year, "perkada", f"{number[:-5]}A/{year}", budgeted // 3 + 1, fund))
    chance = _chance(code, 6) % 12
    if fund == "regency" and chance < len(_SECOND_FUNDS):
        rows.append(_row(code, year, kind, number, budgeted // 5 + 1, _SECOND_FUNDS[chance]))
    return rows


def _row(code: str, year: int, kind: str, number: str, workers: int, fund: str) -> tuple[object, ...]:
    start, end, months = _in_force(f"{code}{kind}", year)
    return (code, year, kind, number, start, end, workers * _MONTHLY_PREMIUM_IDR * months, months, workers, fund)


def _in_force(key: str, year: int) -> tuple[date | None, date | None, int]:
    """Start, end and months paid for: usually the whole year; some start during it, a few end before it does."""
    chance = _chance(key, 7 + year) % 20
    if chance < 3:
        month = (4, 7, 10)[chance]
        return date(year, month, 1), None, 13 - month
    if chance == 3:
        return None, date(year, 10, 1), 9
    return (date(year, 1, 1) if chance % 2 else None), None, (12, 12, 12, 6)[chance % 4]


def regional_truth(accepted: pl.DataFrame, month: int) -> dict[str, Any]:
    """The ledger's section: regulations in force at the end of the month, their regions and budgets."""
    day = first_day(month + 1)
    start = pl.coalesce("in_force_from", pl.date(pl.col("year"), 1, 1))
    end = pl.coalesce("in_force_until", pl.date(pl.col("year") + 1, 1, 1))
    in_force = accepted.filter((start < pl.lit(day)) & (end >= pl.lit(day)))
    return {
        "regulations_in_force": in_force.height,
        "regions_with_regulation": in_force["region_code"].n_unique(),
        "budget_idr": int(in_force["budget_idr"].sum()),
        "workers_budgeted": int(in_force["workers_budgeted"].sum()),
    }
