"""The correction of the survey: from January until the next wave, the cells of one province have more persons.

Belongs here: which province, by how much, and its sums. Not here: the wave as first delivered (`survey`), to which the
months until December are calibrated.
"""

import polars as pl

PROVINCE = "51"
_PERCENT = 3
_NEXT_WAVE = 7  # August, where January is 0
_CORRECTED = ("persons", "eligible_persons", "vulnerable_persons")


def is_corrected(month: int) -> bool:
    """Whether the corrected cells are delivered with the month."""
    return month % 12 < _NEXT_WAVE


def with_correction(cells: pl.DataFrame) -> pl.DataFrame:
    """The cells with 3 % more persons in the province. All columns of a cell are rounded alike, so that parts fit the total."""
    rounding = pl.int_range(pl.len()) * 37 % 100
    in_province = pl.col("region_code").str.starts_with(PROVINCE)
    corrected = {name: pl.col(name) + (pl.col(name) * _PERCENT + rounding) // 100 for name in _CORRECTED}
    return cells.with_columns(
        pl.when(in_province).then(value).otherwise(name).alias(name) for name, value in corrected.items()
    )


def province_sums(cells: pl.DataFrame) -> dict[str, int]:
    """Employed, vulnerable and potential persons of the province; the potential by group and in total."""
    rows = cells.filter(pl.col("region_code").str.starts_with(PROVINCE))
    eligible = {group: int(rows.filter(group=group)["eligible_persons"].sum()) for group in ("formal", "informal")}
    return {
        "employed": int(rows["persons"].sum()),
        **eligible,
        "all": sum(eligible.values()),
        "vulnerable": int(rows["vulnerable_persons"].sum()),
    }
