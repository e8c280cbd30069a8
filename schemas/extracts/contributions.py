"""The extract `contributions`: one payment of a membership, for one programme or package and consecutive months.

Belongs here: its fields, header aliases and rules. Not here: amounts due. They follow from the membership and
the rates of the month (`schemas/codes/contribution_rates.csv`).
"""

import polars as pl

from schemas.qualifiers import CURRENCY, UNIT, period_of, status_of_row
from schemas.tables import Field, Kind, Rule, Severity, Table
from schemas.texts import Text

FATAL, CONVENTION = Severity.FATAL, Severity.CONVENTION
DUE_DAY = 15  # payments are due: BPU that day of the month, PU that day of the next (a weekend moves it to Monday)
GRACE_DAYS = 5  # our choice: two for a due day on a weekend, three for offices to deliver its payments
LONGEST_PREPAYMENT = 12  # months a BPU member can pay at once (the scheme's own page on BPU)
PAID_AFTER_MONTHS = 1  # a delivery shows payments received until the middle of the month after its own
MONTHS_AHEAD = (
    LONGEST_PREPAYMENT + PAID_AFTER_MONTHS
)  # the last month that a delivery can cover: prepaid_at_most_a_year

FIELDS = (
    Field("membership_id", Kind.IDENTIFIER, "membership number (KPJ), 11 characters", source="SIPP",
          aliases=("kpj", "no_kpj", "nomor_kpj", "no_peserta", "nomor_peserta"),
          column_required=True, present=FATAL, intact=CONVENTION, width=11),
    Field("programme", Kind.CODE, "programme paid for, or several as one package", codes="contribution_programmes",
          aliases=("program", "programmes", "kode_program", "jenis_iuran"), column_required=True, present=FATAL,
          readable=FATAL),
    Field("month_from", Kind.MONTH, "first month paid for (BLTH)", "month", source="SIPP",
          aliases=("blth", "blth_awal", "bulan_iuran", "dari_bulan"), column_required=True, present=FATAL,
          readable=FATAL),
    Field("months", Kind.COUNT, "months paid for at once", "month", aliases=("jumlah_bulan", "jml_bulan", "lama_bulan"),
          column_required=True, present=FATAL, readable=FATAL),
    Field("amount_idr", Kind.NUMBER, "amount paid for all these months", "IDR", source="SIPP",
          aliases=("iuran", "jumlah_iuran", "nominal", "jumlah_bayar"), column_required=True, present=FATAL,
          readable=FATAL),
    Field("wage_base_idr", Kind.NUMBER, "monthly wage or income the payment was computed from", "IDR per month",
          aliases=("upah", "dasar_upah", "upah_dasar"), readable=CONVENTION),
    Field("paid_on", Kind.DATE, "day of payment", aliases=("tgl_bayar", "tanggal_bayar", "tgl_lunas"),
          column_required=True, present=FATAL, readable=FATAL),
    Field("payer", Kind.CODE, "who paid", codes="payers", aliases=("sumber_dana", "pembayar"), readable=CONVENTION),
)  # fmt: skip

_months = pl.col("months")
_index = pl.col("month_from").dt.year().cast(pl.Int32) * 12 + pl.col("month_from").dt.month()
_paid_index = pl.col("paid_on").dt.year().cast(pl.Int32) * 12 + pl.col("paid_on").dt.month()

RULES = (
    Rule("membership_id_format", "membership_id", FATAL, pl.col("membership_id").str.contains(r"^[0-9A-Z]{11}$"),
         Text("`membership_id` (KPJ) must have 11 letters and digits", "`kpj` harus terdiri atas 11 huruf dan angka"),
         Text("copy the KPJ from the member's card", "salin KPJ dari kartu peserta")),
    Rule("months_within_a_year", "months", FATAL, (_months >= 1) & (_months <= LONGEST_PREPAYMENT),
         Text("a payment must cover 1 to 12 months", "satu pembayaran harus untuk 1 sampai 12 bulan"),
         Text("split the payment, or correct `months`", "pecah pembayaran itu, atau perbaiki `jumlah_bulan`")),
    Rule("amount_not_negative", "amount_idr", FATAL, pl.col("amount_idr") >= 0,
         Text("`amount_idr` must not be negative", "`iuran` tidak boleh negatif"),
         Text("report a refund with the month that it corrects", "laporkan pengembalian iuran pada bulan yang dikoreksinya")),
    Rule("amount_not_zero", "amount_idr", CONVENTION, pl.col("amount_idr") != 0,
         Text("`amount_idr` should not be zero", "`iuran` tidak semestinya nol"),
         Text("delete the row, or give the amount", "hapus baris itu, atau isi jumlahnya"),
         applies=pl.col("amount_idr") >= 0),
    Rule("prepaid_at_most_a_year", "month_from", CONVENTION, _index + _months - 1 <= _paid_index + LONGEST_PREPAYMENT,
         Text("at most 12 months can be prepaid", "iuran dapat dibayar di muka paling lama 12 bulan"),
         Text("check `month_from` and `paid_on`", "periksa `blth` dan `tgl_bayar`"),
         applies=_months <= LONGEST_PREPAYMENT),
    Rule("wage_base_not_negative", "wage_base_idr", CONVENTION, pl.col("wage_base_idr") >= 0,
         Text("`wage_base_idr` must not be negative", "`upah` tidak boleh negatif"),
         Text("correct `wage_base_idr`", "perbaiki `upah`")),
    Rule("paid_by_delivery", "paid_on", CONVENTION,
         pl.col("paid_on") < pl.col("month").first().dt.offset_by(f"{PAID_AFTER_MONTHS + 1}mo"),
         Text("the extract holds payments until the middle of the following month: this one is later",
              "berkas memuat pembayaran sampai pertengahan bulan berikutnya: pembayaran ini lebih akhir"),
         Text("check `paid_on`", "periksa `tgl_bayar`")),
)  # fmt: skip

CONTRIBUTIONS = Table(
    "contributions",
    "payments of contributions received since the last delivery",
    "one row per membership, programme or package, first month and day of payment",
    FIELDS,
    key=("membership_id", "programme", "month_from", "paid_on"),
    rules=RULES,
    extract="contributions",
    qualifiers=(
        UNIT,
        CURRENCY,
        status_of_row("status_bayar", "status_pembayaran", "status_transaksi", "jenis_transaksi"),
        *period_of(bare=False),
    ),
)
