"""Regencies and commuting: where people are registered, and in which regency they live.

Belongs here: synthetic weights, because no published list has them. Not here: counts of persons (`calibration`).
"""

from functools import cache
from importlib.resources import files
from zlib import crc32

import polars as pl

from schemas.code_lists import codes
from simulator.apportionment import apportion

HOME_SLOTS = 1000  # each person's home is looked up in one of so many equally likely slots
_CAPITAL, _NEIGHBOURS = "31", {"32": 62, "36": 30}  # percent of the capital's commuters; the rest by the prior
_LIVING_ELSEWHERE = {"PU": 750, "BPU": 400, "JAKON": 500, "PMI": 0}  # of 1000 who work in the capital
_LIVING_ELSEWHERE_OTHERS = 30


@cache
def priors(kind: str) -> dict[str, int]:
    """The priors of one kind by code. They are synthetic; `priors.csv` gives the source of each."""
    text = files("simulator.population").joinpath("priors.csv").read_bytes()
    listed = pl.read_csv(text, schema_overrides={"code": pl.String}).filter(pl.col("kind") == kind)
    return dict(zip(listed["code"], listed["value"], strict=True))


def _weight(code: str) -> int:
    """The share of a regency in the registrations of its province; cities (71 to 99) have several times more."""
    chance = crc32(code.encode()) % 200
    return priors("regency_weight").get(code, 300 + 2 * chance if code[2] >= "7" else 60 + chance)


@cache
def regencies() -> pl.DataFrame:
    """One row per regency, in the order of codes. All other modules refer to a regency by its row number `regency`."""
    provinces = codes("provinces").select("parent_2020", province_code="code")
    listed = codes("regencies").select("code", "province_code", old_code="kemendagri_2020").sort("code")
    joined = listed.join(provinces, on="province_code", how="left", maintain_order="left").with_row_index("regency")
    weights = pl.Series("weight", [_weight(code) for code in joined["code"]], dtype=pl.Int64)
    number = pl.col("province_code").rank("dense").cast(pl.Int64) - 1
    return joined.with_columns(weights, number.alias("province"), pl.col("regency").cast(pl.Int64))


@cache
def province_codes() -> tuple[str, ...]:
    """The codes of today's provinces, in the order of their number."""
    return tuple(sorted(codes("provinces")["code"]))


def province_regencies() -> list[list[int]]:
    """The regencies of each province of today."""
    grouped = regencies().group_by("province", maintain_order=True).agg("regency").sort("province")
    return [list(inside) for inside in grouped["regency"]]


@cache
def employed_prior() -> list[int]:
    """The order of magnitude of the employed persons, by province of today."""
    return [priors("employed")[code] for code in province_codes()]


@cache
def residence_weights() -> list[int]:
    """The relative number of residents of each regency: more even than registration, scaled to the employed prior."""
    weights = [0] * regencies().height
    for province, inside in enumerate(province_regencies()):
        raw = [regencies()["weight"][regency] + 200 for regency in inside]
        for regency, share in zip(inside, apportion(employed_prior()[province], raw), strict=True):
            weights[regency] = share
    return weights


def home_provinces(segment: str, province: int) -> list[int]:
    """The provinces where people of the segment who work in the province live, as numbers of HOME_SLOTS."""
    capital = province_codes()[province] == _CAPITAL
    away = 0 if segment == "PMI" else _LIVING_ELSEWHERE[segment] if capital else _LIVING_ELSEWHERE_OTHERS
    attraction = [0 if other == province else people for other, people in enumerate(employed_prior())]
    near = [_NEIGHBOURS.get(code, 0) if capital else 0 for code in province_codes()]
    close = apportion(away * sum(near) // 100, near)
    homes = [a + b for a, b in zip(close, apportion(away - sum(close), attraction), strict=True)]
    homes[province] += HOME_SLOTS - away
    return homes


@cache
def home_province_table() -> pl.Series:
    """The home province by segment, work province and slot; the slot varies fastest."""
    slots: list[int] = []
    for segment in _LIVING_ELSEWHERE:
        for province in range(len(province_codes())):
            for home, count in enumerate(home_provinces(segment, province)):
                slots += [home] * count
    return pl.Series(slots, dtype=pl.Int32)


@cache
def home_regency_table() -> pl.Series:
    """The home regency by home province and slot; the slot varies fastest."""
    slots: list[int] = []
    for inside in province_regencies():
        counts = apportion(HOME_SLOTS, [residence_weights()[regency] for regency in inside])
        for regency, count in zip(inside, counts, strict=True):
            slots += [regency] * count
    return pl.Series(slots, dtype=pl.Int32)


SEGMENT_RANKS = tuple(_LIVING_ELSEWHERE)
