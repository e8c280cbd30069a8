"""Where people work and live: regencies with synthetic weights, and the way from work to home.

Belongs here: the priors that no published list has. Does not belong here: any count of persons.
"""

from functools import cache
from importlib.resources import files
from zlib import crc32

import polars as pl

from schemas.code_lists import codes
from simulator.apportionment import apportion

HOME_SLOTS = 1000  # a person's home is looked up by one of so many equally likely slots
_CAPITAL, _NEIGHBOURS = "31", {"32": 62, "36": 30}  # percent of the capital's commuters; the rest by the prior
_LIVING_ELSEWHERE = {"PU": 750, "BPU": 400, "JAKON": 500, "PMI": 0}  # of 1000 who work in the capital
_LIVING_ELSEWHERE_OTHERS = 30


@cache
def priors(kind: str) -> dict[str, int]:
    """The priors of one kind, by code. They are synthetic, each row says how."""
    text = files("simulator.population").joinpath("priors.csv").read_bytes()
    listed = pl.read_csv(text, schema_overrides={"code": pl.String}).filter(pl.col("kind") == kind)
    return dict(zip(listed["code"], listed["value"], strict=True))


def _weight(code: str) -> int:
    """How much registration a regency attracts within its province: cities (71 to 99) several times more."""
    chance = crc32(code.encode()) % 200
    return priors("regency_weight").get(code, 300 + 2 * chance if code[2] >= "7" else 60 + chance)


@cache
def places() -> pl.DataFrame:
    """One row a regency in the order of codes; `place` is the row's number, by which everything else refers to it."""
    provinces = codes("provinces").select("parent_2020", province_code="code")
    listed = codes("regencies").select("code", "province_code", old_code="kemendagri_2020").sort("code")
    joined = listed.join(provinces, on="province_code", how="left", maintain_order="left").with_row_index("place")
    weights = pl.Series("weight", [_weight(code) for code in joined["code"]], dtype=pl.Int64)
    number = pl.col("province_code").rank("dense").cast(pl.Int64) - 1
    return joined.with_columns(weights, number.alias("province"), pl.col("place").cast(pl.Int64))


@cache
def province_codes() -> tuple[str, ...]:
    """Present provinces, in the order of their number."""
    return tuple(sorted(codes("provinces")["code"]))


def province_places() -> list[list[int]]:
    """The places of each present province."""
    grouped = places().group_by("province", maintain_order=True).agg("place").sort("province")
    return [list(members) for members in grouped["place"]]


@cache
def employed_prior() -> list[int]:
    """Employed persons by present province, an order of magnitude."""
    return [priors("employed")[code] for code in province_codes()]


@cache
def residence_weights() -> list[int]:
    """How many people live in each place, relative: flatter than registration, scaled to the employed prior."""
    weights = [0] * places().height
    for province, members in enumerate(province_places()):
        raw = [places()["weight"][place] + 200 for place in members]
        for place, share in zip(members, apportion(employed_prior()[province], raw), strict=True):
            weights[place] = share
    return weights


def home_provinces(segment: str, province: int) -> list[int]:
    """Of HOME_SLOTS people of the segment who work in the province: how many live in each province."""
    capital = province_codes()[province] == _CAPITAL
    away = 0 if segment == "PMI" else _LIVING_ELSEWHERE[segment] if capital else _LIVING_ELSEWHERE_OTHERS
    pull = [0 if other == province else people for other, people in enumerate(employed_prior())]
    near = [_NEIGHBOURS.get(code, 0) if capital else 0 for code in province_codes()]
    close = apportion(away * sum(near) // 100, near)
    homes = [a + b for a, b in zip(close, apportion(away - sum(close), pull), strict=True)]
    homes[province] += HOME_SLOTS - away
    return homes


@cache
def home_province_table() -> pl.Series:
    """Home province by segment rank, work province and slot, the last counting fastest."""
    slots: list[int] = []
    for segment in _LIVING_ELSEWHERE:
        for province in range(len(province_codes())):
            for home, count in enumerate(home_provinces(segment, province)):
                slots += [home] * count
    return pl.Series(slots, dtype=pl.Int32)


@cache
def home_place_table() -> pl.Series:
    """Home place by home province and slot, the last counting fastest."""
    slots: list[int] = []
    for members in province_places():
        counts = apportion(HOME_SLOTS, [residence_weights()[place] for place in members])
        for place, count in zip(members, counts, strict=True):
            slots += [place] * count
    return pl.Series(slots, dtype=pl.Int32)


SEGMENT_RANKS = tuple(_LIVING_ELSEWHERE)
