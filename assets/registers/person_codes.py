"""The status and attributes of a person as two small numbers: each code has a weight, and a number is a sum of weights.

Belongs here: the numbers and their weights. Two whole registers are compared and written every month: numbers instead of ten
columns save most of that cost. The numbers depend on the code lists, so each month stores their meaning beside its persons.
"""

from collections.abc import Mapping

import polars as pl

from schemas import code_lists
from schemas.registers import PERSON_ATTRIBUTE_CODES, PERSON_STATUS_CODES
from schemas.tables import Table

STATUSES = ("protected", "grace", "lapsed", "ended")
Listed = Mapping[str, tuple[str | bool | None, ...]]


def status_codes() -> pl.DataFrame:
    """Grain: one row per `status_code`; the columns of PERSON_STATUS_CODES without the month."""
    return _combined(PERSON_STATUS_CODES, _status_lists())


def attribute_codes() -> pl.DataFrame:
    """Grain: one row per `attribute_code`; the columns of PERSON_ATTRIBUTE_CODES without the month.

    The flags are the bits 1 to 32 of the number.
    """
    return _combined(PERSON_ATTRIBUTE_CODES, _attribute_lists())


def weights() -> dict[str, pl.DataFrame]:
    """Column → code and its weight; a code that is missing weighs nothing. Of regencies the weight is the code itself."""
    found = _weights(_status_lists()) | _weights(_attribute_lists())
    regencies = pl.Series("code", code_lists.values("regencies"))
    return found | {"regency": pl.DataFrame([regencies, regencies.cast(pl.Int16).alias("weight")])}


def _status_lists() -> Listed:
    return {
        "status": STATUSES,
        "segment": code_lists.values("segments"),
        "payer": (None, *code_lists.values("payers")),
        "vulnerable_basis": (None, *code_lists.values("vulnerable_bases")),
        "home_basis": (None, "declared", "nik", "none"),
        "channel": (None, *code_lists.values("channels")),
    }


def _attribute_lists() -> Listed:
    return {
        **dict.fromkeys(("jkk", "jkm", "jht", "jp", "jkp", "is_dual"), (False, True)),
        "identity": ("nik", "membership"),
        "sex": (None, *code_lists.values("sexes")),
        "age_band": (None, *code_lists.values("age_bands")),
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
