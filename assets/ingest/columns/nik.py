"""The parts of a NIK: working columns that rules use.

Belongs here: region, sex and birth date in its digits. Not here: the rules about them (`schemas.extracts.nik`).
"""

import polars as pl

from assets.ingest.columns import conversions

NIK_DIGITS = 16


def add_nik_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the parts of a NIK: `nik_number`, `nik_region`, `nik_female`, `nik_birth` (see schemas.extracts.enrolments)."""
    nik = frame["nik"]
    number = pl.when(nik.str.len_bytes() == NIK_DIGITS).then(nik.cast(pl.Int64, strict=False))
    digits = pl.select(pl.when(number > 0).then(number).alias("nik_number"))
    written = (pl.col("nik_number") // 10**4 % 10**6).cast(pl.Int32)
    female = written >= 41 * 10**4
    parts = digits.select(
        (pl.col("nik_number") // 10**12).alias("prefix"),
        female.alias("nik_female"),
        (written - female * (40 * 10**4)).alias("birth"),
    )
    return frame.with_columns(
        digits["nik_number"],
        conversions.regions_by_nik_prefix().gather(parts["prefix"]).alias("nik_region"),
        parts["nik_female"],
        parts.select(pl.when(_is_date("birth")).then("birth")).to_series().alias("nik_birth"),
    )


def _is_date(name: str) -> pl.Expr:
    """Whether a number DDMMYY is a date in some century: 29 February needs a year divisible by four."""
    day, month, year = pl.col(name) // 10**4, pl.col(name) // 100 % 100, pl.col(name) % 100
    february = 28 + (year % 4 == 0).cast(pl.Int32)
    longest = pl.when(month == 2).then(february).otherwise(31 - month.is_in([4, 6, 9, 11]).cast(pl.Int32))
    return (day >= 1) & (day <= longest) & (month >= 1) & (month <= 12)
