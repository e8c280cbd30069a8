"""A correction of the survey: from January until the next wave, one province's cells are delivered with more persons.

Belongs here: which province, by how much, and the sums that change. Does not belong here: the wave as it was first delivered
(`survey`), on which the calibration rests: it holds for the months until December.
"""

import polars as pl

PROVINCE = "51"
_PERCENT = 3
_NEXT_WAVE = 7  # August, counted from January as 0
_COUNTED = ("persons", "eligible_persons", "vulnerable_persons")


def is_recounted(month: int) -> bool:
    """Whether the month divides by the corrected cells."""
    return month % 12 < _NEXT_WAVE


def recounted(cells: pl.DataFrame) -> pl.DataFrame:
    """The cells, with 3 % more persons in the province, rounded up or down by turns, so that parts stay within their whole."""
    turn = pl.int_range(pl.len()) * 37 % 100
    is_theirs = pl.col("region_code").str.starts_with(PROVINCE)
    more = [pl.col(name) + (pl.col(name) * _PERCENT + turn) // 100 for name in _COUNTED]
    return cells.with_columns(
        pl.when(is_theirs).then(grown).otherwise(name).alias(name) for name, grown in zip(_COUNTED, more, strict=True)
    )


def sums(cells: pl.DataFrame) -> dict[str, int]:
    """The province's employed, vulnerable and potential persons, the potential by group and in all."""
    rows = cells.filter(pl.col("region_code").str.starts_with(PROVINCE))
    able = {group: int(rows.filter(group=group)["eligible_persons"].sum()) for group in ("formal", "informal")}
    whole = {"all": sum(able.values()), "vulnerable": int(rows["vulnerable_persons"].sum())}
    return {"employed": int(rows["persons"].sum()), **able, **whole}
