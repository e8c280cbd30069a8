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
    UNIT = "unit"  # of the figures of the row that have its dimension
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
