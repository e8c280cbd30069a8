"""The extract `employers`: one employer and division, as registered at the end of the month.

Belongs here: its fields, header aliases and rules. It is stored as delivered, because it has no personal data.
"""

import polars as pl

from schemas.qualifiers import CURRENCY, SCHEME, UNIT, period_of, province_of, status_of_row
from schemas.tables import Field, Kind, Rule, Severity, Table
from schemas.texts import Text

FATAL, CONVENTION = Severity.FATAL, Severity.CONVENTION

FIELDS = (
    Field("employer_id", Kind.IDENTIFIER, "registering employer (NPP), 8 characters", source="SIPP",
          aliases=("npp", "kode_perusahaan", "no_npp"), column_required=True, present=FATAL, intact=CONVENTION, width=8),
    Field("employer_division", Kind.IDENTIFIER, "division of the employer, 3 characters", source="SIPP",
          aliases=("divisi", "kode_divisi"), column_required=True, present=FATAL, intact=CONVENTION, width=3),
    Field("kbli", Kind.KBLI, "business activity, five digits", source="KBLI 2020 and 2025", codes="sectors",
          aliases=("kode_kbli", "lapangan_usaha"), readable=CONVENTION),
    Field("work_region", Kind.REGION, "regency of the employer", codes="regencies",
          aliases=("kode_wilayah", "kab_kerja", "wilayah_kerja", "kode_kabupaten_kota", "kode_kab_kota", "kode_kota_kabupaten"),
          column_required=True, present=FATAL, readable=FATAL),
    Field("workers_declared", Kind.COUNT, "workers that the employer declares", "person",
          aliases=("jumlah_tk", "jml_tenaga_kerja", "jumlah_tenaga_kerja"), readable=CONVENTION),
    Field("annual_sales_idr", Kind.NUMBER, "sales of the last year", "IDR per year",
          aliases=("omzet", "penjualan_tahunan"), readable=CONVENTION),
    Field("capital_idr", Kind.NUMBER, "capital without land and buildings", "IDR", aliases=("modal", "modal_usaha"),
          readable=CONVENTION),
    Field("size_class", Kind.CODE, "size of the enterprise", source="PP 7/2021", codes="size_classes",
          aliases=("skala_usaha", "skala"), readable=CONVENTION),
    Field("size_basis", Kind.CODE, "basis of the size", source="PP 7/2021", codes="size_bases",
          aliases=("dasar_skala",), readable=CONVENTION),
    Field("registered_on", Kind.DATE, "day of registration", aliases=("tgl_daftar", "tanggal_pendaftaran"),
          readable=CONVENTION),
    Field("closed_on", Kind.DATE, "day of closing; empty: active", aliases=("tgl_non_aktif", "tanggal_tutup"),
          readable=CONVENTION),
    Field("is_kur_debtor", Kind.FLAG, "has business credit (KUR)", aliases=("debitur_kur", "kur"), readable=CONVENTION),
)  # fmt: skip

_counts = {"workers_declared": "jumlah_tk", "annual_sales_idr": "omzet", "capital_idr": "modal"}

RULES = (
    Rule("employer_id_format", "employer_id", FATAL, pl.col("employer_id").str.contains(r"^[0-9A-Z]{8}$"),
         Text("`employer_id` (NPP) must have 8 letters and digits", "`npp` harus terdiri atas 8 huruf dan angka"),
         Text("copy the NPP from the employer's certificate", "salin NPP dari sertifikat kepesertaan pemberi kerja")),
    Rule("employer_division_format", "employer_division", FATAL,
         pl.col("employer_division").str.contains(r"^[0-9A-Z]{3}$"),
         Text("`employer_division` must have 3 letters and digits", "`divisi` harus terdiri atas 3 huruf dan angka"),
         Text("copy the division from the employer's certificate", "salin divisi dari sertifikat kepesertaan pemberi kerja")),
    *(Rule(f"{name}_not_negative", name, FATAL, pl.col(name) >= 0,
           Text(f"`{name}` must not be negative", f"`{header}` tidak boleh negatif"),
           Text(f"correct `{name}`", f"perbaiki `{header}`"))
      for name, header in _counts.items()),
    Rule("closed_after_registered", "closed_on", FATAL, pl.col("closed_on") >= pl.col("registered_on"),
         Text("`closed_on` must not be before `registered_on`", "`tgl_non_aktif` tidak boleh sebelum `tgl_daftar`"),
         Text("correct the dates", "perbaiki kedua tanggal")),
)  # fmt: skip

EMPLOYERS = Table(
    "employers",
    "employers and their divisions registered with the scheme",
    "one row per employer and division",
    FIELDS,
    key=("employer_id", "employer_division"),
    rules=RULES,
    extract="employers",
    qualifiers=(
        SCHEME,
        UNIT,
        CURRENCY,
        status_of_row("status_perusahaan", "status_aktif", "keaktifan"),
        *period_of(),
        province_of("work_region"),
    ),
    void_where=pl.col("closed_on").is_null(),
)
