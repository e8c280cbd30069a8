"""The national identity number (NIK): its field, and the rules that it must pass before it identifies a person.

Belongs here: what every extract with a NIK shares. Rules may use working columns derived from the NIK: `nik_number` (null unless
16 digits), `nik_region` (present regency of its prefix), `nik_female`, `nik_birth` (DDMMYY as a number, null unless a real date).
Not here: pseudonyms (`assets.ingest.pseudonyms`).
"""

import polars as pl

from schemas.tables import Field, Kind, Rule, Severity
from schemas.texts import Text

_number = pl.col("nik_number")


def field(source: str, present_where: pl.Expr | None = None) -> Field:
    """The column `nik`. A row without it is accepted, but identifies no person."""
    return Field(
        "nik",
        Kind.NIK,
        "national identity number, 16 digits",
        source=source,
        aliases=("no_nik", "nomor_nik", "no_ktp", "nik_ktp", "nomor_induk_kependudukan"),
        column_required=True,
        present=Severity.CONVENTION,
        present_where=present_where,
        intact=Severity.CONVENTION,
        width=16,
    )


def _clearing(name: str, holds: pl.Expr, reason: Text) -> Rule:
    """A rule that empties the NIK of the row where it is broken; the row is accepted."""
    remedy = Text("verify the NIK with the civil registry", "periksa NIK ke Dukcapil")
    return Rule(name, "nik", Severity.CONVENTION, holds, reason, remedy, clears="nik")


RULES = (
    _clearing("nik_digits", _number.is_not_null() | pl.col("nik").is_null(),
              Text("a NIK must have 16 digits", "NIK harus terdiri atas 16 angka")),
    _clearing("nik_not_dummy", (_number % 1111111111111111 != 0) & (_number != 1234567890123456),
              Text("a NIK must not be a filler (sixteen equal or consecutive digits)",
                   "NIK tidak boleh berupa angka pengisi (enam belas angka sama atau berurutan)")),
    _clearing("nik_issued_region", pl.col("nik_region").is_not_null() | _number.is_null(),
              Text("the first four digits must be a regency code of any vintage (Kemendagri)",
                   "empat angka pertama NIK harus kode kabupaten/kota yang pernah berlaku (Kemendagri)")),
    _clearing("nik_birth_date", pl.col("nik_birth").is_not_null() | _number.is_null(),
              Text("digits 7 to 12 must be a birth date (day + 40 for women)",
                   "angka ke-7 sampai ke-12 NIK harus tanggal lahir (tanggal + 40 untuk perempuan)")),
    _clearing("nik_serial", _number % 10**4 != 0,
              Text("the serial number must not be 0000", "nomor urut NIK tidak boleh 0000")),
)  # fmt: skip
