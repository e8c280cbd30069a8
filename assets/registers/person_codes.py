"""What a person is, as two small numbers: every combination of codes has one, the sum of a weight of each code.

Belongs here: the numbers and their weights. Two whole registers meet every month and are written every month: numbers
spare most of it. They are those of one month's code lists, so the month keeps what they mean beside its persons.
"""

from collections.abc import Mapping

import polars as pl

from schemas import codelists
from schemas.model import Table
from schemas.registers import PROFILES, STANDINGS

STATUSES = ("protected", "grace", "lapsed", "ended")
Listed = Mapping[str, tuple[str | bool | None, ...]]


def standings() -> pl.DataFrame:
    """Grain: one row a standing; the columns of STANDINGS without the month."""
    return _combined(STANDINGS, _standing_codes())


def profiles() -> pl.DataFrame:
    """Grain: one row a profile; the columns of PROFILES without the month. Its flags are the bits 1 to 32 of the number."""
    return _combined(PROFILES, _profile_codes())


def weights() -> dict[str, pl.DataFrame]:
    """Column → code and its weight; a code that is missing weighs nothing. Of regencies the weight is the code itself."""
    found = _weights(_standing_codes()) | _weights(_profile_codes())
    regencies = pl.Series("code", codelists.values("regencies"))
    return found | {"regency": pl.DataFrame([regencies, regencies.cast(pl.Int16).alias("weight")])}


def _standing_codes() -> Listed:
    return {
        "status": STATUSES,
        "segment": codelists.values("segments"),
        "payer": (None, *codelists.values("payers")),
        "vulnerable_basis": (None, *codelists.values("vulnerable_bases")),
        "home_basis": (None, "declared", "nik", "none"),
    }


def _profile_codes() -> Listed:
    return {
        **dict.fromkeys(("jkk", "jkm", "jht", "jp", "jkp", "is_dual"), (False, True)),
        "identity": ("nik", "membership"),
        "sex": (None, *codelists.values("sexes")),
        "age_band": (None, *codelists.values("age_bands")),
    }


def _combined(table: Table, listed: Listed) -> pl.DataFrame:
    [number] = table.key
    rows = pl.DataFrame({number: pl.Series([0], dtype=pl.Int16)})
    for (name, codes), step in zip(listed.items(), _steps(listed), strict=True):
        weight = pl.Series("weight", range(0, step * len(codes), step), dtype=pl.Int16)
        rows = rows.join(pl.DataFrame([pl.Series(name, codes), weight]), how="cross")
        rows = rows.with_columns(pl.col(number) + pl.col("weight")).drop("weight")
    stored = {name: dtype for name, dtype in table.storage.items() if name in rows.columns}
    return rows.sort(number).select(pl.col(name).cast(dtype) for name, dtype in stored.items())


def _weights(listed: Listed) -> dict[str, pl.DataFrame]:
    return {
        name: pl.DataFrame(
            {"code": pl.Series(codes), "weight": pl.Series(range(0, step * len(codes), step), dtype=pl.Int16)}
        ).drop_nulls()
        for (name, codes), step in zip(listed.items(), _steps(listed), strict=True)
        if bool not in map(type, codes)
    }


def _steps(listed: Listed) -> list[int]:
    """The weight of the second code of each list: the product of the lengths of the lists before."""
    steps = [1]
    for codes in listed.values():
        steps.append(steps[-1] * len(codes))
    return steps[:-1]
