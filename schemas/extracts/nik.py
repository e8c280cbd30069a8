"""The national identity number (NIK): its field and what must hold before it becomes an identity.

Belongs here: what every extract with a NIK shares. Rules may use the working columns that say what a NIK says:
`nik_number` (null unless 16 digits), `nik_region` (present regency of its prefix), `nik_female`, `nik_birth` (DDMMYY as
a number, null unless a real date). Not: pseudonyms (`assets.ingest.identity`).
"""

import polars as pl

from schemas.tables import Field, Kind, Rule, Severity

_number = pl.col("nik_number")


def field(source: str, present_where: pl.Expr | None = None) -> Field:
    """The column `nik`; a row without it stays, and nobody is identified by it."""
    return Field(
        "nik", Kind.NIK, "national identity number, 16 digits", source=source,
        aliases=("no_nik", "nomor_nik", "no_ktp", "nik_ktp", "nomor_induk_kependudukan"),
        column_required=True, present=Severity.CONVENTION, present_where=present_where, intact=Severity.CONVENTION,
        width=16,
    )  # fmt: skip


def _clearing(name: str, holds: pl.Expr, because: str) -> Rule:
    """Broken, the row stays but its NIK never becomes an identity."""
    remedy = "verify the NIK with the civil registry"
    return Rule(name, "nik", Severity.CONVENTION, holds, because, remedy, clears="nik")


RULES = (
    _clearing("nik_digits", _number.is_not_null() | pl.col("nik").is_null(), "a NIK has 16 digits"),
    _clearing("nik_not_dummy", (_number % 1111111111111111 != 0) & (_number != 1234567890123456),
              "sixteen equal or counting digits are a filler"),
    _clearing("nik_issued_region", pl.col("nik_region").is_not_null() | _number.is_null(),
              "the first four digits are a regency of some code vintage (Kemendagri)"),
    _clearing("nik_birth_date", pl.col("nik_birth").is_not_null() | _number.is_null(),
              "digits 7 to 12 are a date, day + 40 for women"),
    _clearing("nik_serial", _number % 10**4 != 0, "the serial number begins at 0001"),
)  # fmt: skip
