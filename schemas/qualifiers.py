"""Qualifying columns: optional columns that change the meaning of others, such as a unit or the province of a regency.

Belongs here: their kinds and usual headers; ingestion applies them or refuses the file. Not here: which of them an extract may
have (the module of the extract).
"""

from dataclasses import dataclass
from enum import StrEnum


class QualifierKind(StrEnum):
    """The kind of information in a qualifying column."""

    PROVINCE = "province"  # of the regency in the column `of`
    SCHEME = "scheme"  # of the region codes of the row
    UNIT = "unit"  # of the figures of the row that have its dimension, or of the field `of`
    CURRENCY = "currency"  # of the amounts of the row; only IDR is read
    STATUS = "status"  # whether the row counts
    YEAR = "year"  # of the month in the column `of`, or of the reported month
    MONTH = "month"  # the same, 1 to 12 or its name
    PERIOD = "period"  # the same, year and month


@dataclass(frozen=True)
class Qualifier:
    """A column that qualifies others. `of`: the field that it qualifies; empty: the reported month, or every field that it can."""

    name: str
    kind: QualifierKind
    aliases: tuple[str, ...]
    of: str = ""


_PROVINCE = ("kode_provinsi", "kode_prov", "province_code", "kd_prov", "kode_propinsi", "id_provinsi")
SCHEME = Qualifier("scheme_of_regions", QualifierKind.SCHEME, ("region_scheme", "skema_kode", "skema_wilayah"))
UNIT = Qualifier("unit_of_figures", QualifierKind.UNIT, ("satuan", "unit", "units", "satuan_data", "satuan_ukuran"))
CURRENCY = Qualifier(
    "currency_of_amounts", QualifierKind.CURRENCY, ("mata_uang", "currency", "valuta", "kode_mata_uang")
)


def units_of(field: str, headers: tuple[str, ...]) -> Qualifier:
    """The unit of one field, in a column that is named after it: `satuan_anggaran`."""
    aliases = tuple(text for header in headers for text in (f"satuan_{header}", f"unit_{header}", f"{header}_satuan"))
    return Qualifier(f"unit_of_{field}", QualifierKind.UNIT, aliases, field)


def status_of_row(*aliases: str) -> Qualifier:
    """Whether a row counts, under the header `status` or the given ones (code list `row_statuses`)."""
    return Qualifier("status_of_row", QualifierKind.STATUS, ("status", "keterangan_status", *aliases))


def province_of(field: str, *aliases: str) -> Qualifier:
    """The province of a regency, under the given headers or the usual ones."""
    return Qualifier(f"province_of_{field}", QualifierKind.PROVINCE, aliases or _PROVINCE, field)


def period_of(field: str = "", *, bare: bool = True) -> tuple[Qualifier, ...]:
    """Year, month and period. `bare`: also under headers without a noun, such as `tahun`."""
    of = field or "reported_month"
    years = ("tahun_data", "tahun_laporan", "tahun_pelaporan", *(("tahun", "year", "thn") if bare else ()))
    months = ("bulan_data", "bulan_laporan", "bulan_pelaporan", *(("bulan", "month", "bln") if bare else ()))
    periods = ("periode_data", "periode_laporan", "periode_pelaporan", "bulan_tahun", "tahun_bulan")
    return (
        Qualifier(f"year_of_{of}", QualifierKind.YEAR, years, field),
        Qualifier(f"month_of_{of}", QualifierKind.MONTH, months, field),
        Qualifier(f"period_of_{of}", QualifierKind.PERIOD, (*periods, *(("periode", "period") if bare else ())), field),
    )
