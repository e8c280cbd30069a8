"""The extract `kur_debtors`: one contract of people's business credit (KUR), as the credit programme's system reports it.

Belongs here: its fields, header aliases and rules. A debtor may have several contracts, so contracts are not debtors.
"""

import polars as pl

from schemas.extracts import nik
from schemas.qualifiers import CURRENCY, SCHEME, UNIT, period_of, province_of, status_of_row
from schemas.tables import Field, Kind, Rule, Severity, Table
from schemas.texts import Text

FATAL, CONVENTION = Severity.FATAL, Severity.CONVENTION
_LIMITS = {
    "super_mikro": 10_000_000,
    "mikro": 100_000_000,
    "kecil": 500_000_000,
    "khusus": 500_000_000,
    "pmi": 100_000_000,
}

FIELDS = (
    nik.field(source="SIKP"),
    Field("contract_no", Kind.IDENTIFIER, "number of the loan contract", source="SIKP",
          aliases=("no_akad", "nomor_akad", "no_kontrak", "nomor_kontrak"), column_required=True, present=FATAL,
          intact=CONVENTION),
    Field("scheme", Kind.CODE, "scheme of the credit", codes="kur_schemes", aliases=("skema", "skema_kur", "jenis_kur"),
          column_required=True, present=FATAL, readable=FATAL),
    Field("plafond_idr", Kind.NUMBER, "amount of the contract", "IDR", aliases=("plafon", "plafond", "plafon_kredit"),
          column_required=True, present=FATAL, readable=FATAL),
    Field("signed_on", Kind.DATE, "day of the contract", aliases=("tgl_akad", "tanggal_akad", "tgl_realisasi"),
          column_required=True, present=FATAL, readable=FATAL),
    Field("region", Kind.REGION, "regency of the debtor", codes="regencies",
          aliases=("kode_wilayah", "kab_debitur", "kode_kab", "wilayah",
                   "kode_kabupaten_kota", "kode_kab_kota", "kode_kota_kabupaten"),
          column_required=True, present=FATAL, readable=FATAL),
    Field("kbli", Kind.KBLI, "business activity, five digits", source="KBLI 2020 and 2025", codes="sectors",
          aliases=("kode_kbli", "lapangan_usaha", "sektor"), readable=CONVENTION),
)  # fmt: skip

LEAST_LARGEST_PLAFOND = 1_000_000  # IDR; our choice: contracts are of several millions

RULES = (
    *nik.RULES,
    Rule("plafond_not_negative", "plafond_idr", FATAL, pl.col("plafond_idr") >= 0,
         Text("`plafond_idr` must not be negative", "`plafon` tidak boleh negatif"),
         Text("correct `plafond_idr`", "perbaiki `plafon`")),
    Rule("plafond_in_rupiah", "plafond_idr", FATAL, (pl.col("plafond_idr") >= LEAST_LARGEST_PLAFOND)
         | (pl.col("plafond_idr").max() >= LEAST_LARGEST_PLAFOND),
         Text("the largest `plafond_idr` of a file must be at least 1,000,000 IDR; smaller amounts are in thousands or millions",
              "`plafon` terbesar dalam berkas harus sedikitnya Rp1.000.000; jika lebih kecil, nilainya dalam ribuan atau jutaan"),
         Text("give the amounts in IDR, or their unit in a column satuan",
              "isi nilai dalam rupiah, atau tuliskan satuannya dalam kolom satuan"),
         applies=pl.col("plafond_idr") > 0, judges_column=True),
    Rule("plafond_within_scheme", "plafond_idr", CONVENTION,
         pl.col("plafond_idr") <= pl.col("scheme").replace_strict(_LIMITS, default=None, return_dtype=pl.Int64),
         Text("`plafond_idr` must not exceed the limit of the scheme (code list: kur_schemes)",
              "`plafon` tidak boleh melampaui batas skema KUR (daftar kode: kur_schemes)"),
         Text("check `scheme` and `plafond_idr`", "periksa `skema` dan `plafon`"),
         applies=pl.col("plafond_idr") >= 0),
    Rule("signed_by_month_end", "signed_on", FATAL,
         pl.col("signed_on") < pl.col("month").first().dt.offset_by("1mo"),
         Text("the extract holds contracts at the end of the month: this one is later",
              "berkas memuat akad pada akhir bulan: akad ini sesudahnya"),
         Text("deliver the row with its own month", "kirim baris itu bersama bulannya sendiri")),
)  # fmt: skip

KUR_DEBTORS = Table(
    "kur_debtors",
    "contracts of people's business credit outstanding at the end of the month",
    "one row per loan contract",
    FIELDS,
    key=("contract_no",),
    rules=RULES,
    extract="kur_debtors",
    qualifiers=(
        SCHEME,
        UNIT,
        CURRENCY,
        status_of_row("status_akad", "status_kredit", "status_pinjaman"),
        *period_of(bare=False),
        province_of("region"),
    ),
)
