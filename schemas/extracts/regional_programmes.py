"""The extract `regional_programmes`: one regulation and budget with which a region pays for vulnerable workers.

Belongs here: its fields, header aliases and rules. A delivery holds the whole list; a later one replaces it.
"""

import polars as pl

from schemas.qualifiers import CURRENCY, SCHEME, UNIT, province_of, status_of_row
from schemas.tables import Field, Kind, Rule, Severity, Table
from schemas.texts import Text

FATAL, CONVENTION = Severity.FATAL, Severity.CONVENTION

FIELDS = (
    Field("region_code", Kind.AREA, "province or regency that pays, present Kemendagri code", codes="regencies",
          aliases=("kode_wilayah", "kode_daerah", "kode_kab", "kode_provinsi",
                                     "kode_kabupaten_kota", "kode_kab_kota", "kode_kota_kabupaten"), column_required=True,
          present=FATAL, readable=FATAL),
    Field("year", Kind.COUNT, "budget year", "year", aliases=("tahun", "tahun_anggaran"), column_required=True,
          present=FATAL, readable=FATAL),
    Field("regulation_kind", Kind.CODE, "kind of regulation", codes="regulation_kinds",
          aliases=("jenis_regulasi", "jenis_peraturan"), column_required=True, present=FATAL, readable=FATAL),
    Field("regulation_no", Kind.TEXT, "number and year of the regulation",
          aliases=("nomor_regulasi", "no_peraturan", "nomor_peraturan"), column_required=True, present=FATAL),
    Field("in_force_from", Kind.DATE, "first day in force; empty: 1 January of the year",
          aliases=("berlaku_mulai", "tgl_berlaku"), readable=CONVENTION, first_of_month=True),
    Field("in_force_until", Kind.DATE, "first day that it is no longer in force; empty: 1 January of the next year",
          aliases=("berlaku_sampai", "tgl_berakhir"), readable=CONVENTION, first_of_month=True),
    Field("budget_idr", Kind.NUMBER, "budget of the year for contributions", "IDR per year",
          aliases=("anggaran", "pagu", "nilai_anggaran"), column_required=True, present=FATAL, readable=FATAL),
    Field("months", Kind.COUNT, "months of the year that the budget pays for", "month",
          aliases=("jumlah_bulan", "bulan"), column_required=True, present=FATAL, readable=FATAL),
    Field("workers_budgeted", Kind.COUNT, "number of workers in the budget", "person",
          aliases=("jumlah_pekerja", "target_pekerja", "kuota"), readable=CONVENTION),
    Field("fund", Kind.CODE, "fund that pays: a public budget, shared revenue, a company or a donor", codes="funds",
          aliases=("sumber_dana", "sumber_anggaran"), column_required=True, present=FATAL, readable=FATAL),
)  # fmt: skip

LEAST_PER_WORKER_MONTH = 1000  # IDR; our choice: a sixteenth of the smallest contribution of JKK and JKM, 16,800
_per_worker_month = pl.col("budget_idr") / (pl.col("workers_budgeted") * pl.col("months"))

RULES = (
    Rule("region_not_nation", "region_code", FATAL, pl.col("region_code") != "ID",
         Text("`region_code` must be a province or regency, not the nation",
              "`kode_wilayah` harus provinsi atau kabupaten/kota, bukan nasional"),
         Text("give the code of the region that pays", "isi kode wilayah yang membayar")),
    Rule("year_plausible", "year", FATAL, (pl.col("year") >= 2015) & (pl.col("year") <= 2045),
         Text("`year` must be between 2015, when the scheme began, and 2045",
              "`tahun` harus antara 2015, saat program dimulai, dan 2045"),
         Text("correct `year`", "perbaiki `tahun`")),
    Rule("budget_not_negative", "budget_idr", FATAL, pl.col("budget_idr") >= 0,
         Text("`budget_idr` must not be negative", "`anggaran` tidak boleh negatif"),
         Text("correct `budget_idr`", "perbaiki `anggaran`")),
    Rule("budget_in_rupiah", "budget_idr", FATAL, _per_worker_month >= LEAST_PER_WORKER_MONTH,
         Text("`budget_idr` must not be below 1,000 IDR per worker and month; smaller amounts are in thousands or millions",
              "`anggaran` tidak boleh di bawah Rp1.000 per pekerja per bulan; jika lebih kecil, nilainya dalam ribuan atau jutaan"),
         Text("give the budget in IDR, or its unit in a column satuan",
              "isi anggaran dalam rupiah, atau tuliskan satuannya dalam kolom satuan"),
         applies=_per_worker_month > 0),
    Rule("months_of_a_year", "months", FATAL, (pl.col("months") >= 1) & (pl.col("months") <= 12),
         Text("`months` must be between 1 and 12", "`jumlah_bulan` harus antara 1 dan 12"),
         Text("correct `months`", "perbaiki `jumlah_bulan`")),
    Rule("workers_not_negative", "workers_budgeted", FATAL, pl.col("workers_budgeted") >= 0,
         Text("`workers_budgeted` must not be negative", "`jumlah_pekerja` tidak boleh negatif"),
         Text("correct `workers_budgeted`", "perbaiki `jumlah_pekerja`")),
    Rule("in_force_in_order", "in_force_until", FATAL, pl.col("in_force_until") > pl.col("in_force_from"),
         Text("`in_force_until` must be after `in_force_from`", "`berlaku_sampai` harus sesudah `berlaku_mulai`"),
         Text("correct the dates", "perbaiki kedua tanggal")),
)  # fmt: skip

REGIONAL_PROGRAMMES = Table(
    "regional_programmes",
    "regulations and budgets with which regions pay contributions of vulnerable workers",
    "one row per region, year, regulation and fund",
    FIELDS,
    key=("region_code", "year", "regulation_kind", "regulation_no", "fund"),
    rules=RULES,
    extract="regional_programmes",
    qualifiers=(
        SCHEME,
        UNIT,
        CURRENCY,
        status_of_row("status_regulasi", "status_peraturan"),
        province_of("region_code"),
    ),
)
