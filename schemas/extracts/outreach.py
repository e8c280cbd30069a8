"""The extract `outreach`: one outreach activity for workers of a region and segment.

Belongs here: its fields, header aliases and rules. Not here: the effect of an activity.
"""

import polars as pl

from schemas.qualifiers import CURRENCY, SCHEME, UNIT, period_of, province_of, status_of_row
from schemas.tables import Field, Kind, Rule, Severity, Table
from schemas.texts import Text

FATAL, CONVENTION = Severity.FATAL, Severity.CONVENTION

FIELDS = (
    Field("activity_id", Kind.IDENTIFIER, "number of the activity", aliases=("id_kegiatan", "no_kegiatan"),
          column_required=True, present=FATAL, intact=CONVENTION),
    Field("held_on", Kind.DATE, "day of the activity, the first of several",
          aliases=("tanggal_kegiatan", "tgl_kegiatan", "tanggal"), column_required=True, present=FATAL, readable=FATAL),
    Field("region_code", Kind.REGION, "regency of the activity", codes="regencies",
          aliases=("kode_wilayah", "kode_kab", "lokasi", "kode_kabupaten_kota", "kode_kab_kota", "kode_kota_kabupaten"),
          column_required=True, present=FATAL, readable=FATAL),
    Field("segment", Kind.CODE, "segment of the workers addressed", codes="segments", aliases=("segmen", "sasaran_segmen"),
          column_required=True, present=FATAL, readable=FATAL),
    Field("audience", Kind.TEXT, "workers addressed, in words", aliases=("sasaran", "peserta_kegiatan")),
    Field("channel", Kind.CODE, "channel of outreach", codes="outreach_channels", aliases=("kanal", "media"),
          column_required=True, present=FATAL, readable=FATAL),
    Field("reach_persons", Kind.COUNT, "persons reached, as reported; one person may be reached several times", "person",
          aliases=("jangkauan", "jumlah_jangkauan", "jumlah_peserta"), present=CONVENTION, readable=CONVENTION),
    Field("cost_idr", Kind.NUMBER, "cost of the activity", "IDR", aliases=("biaya", "anggaran"), present=CONVENTION,
          readable=CONVENTION),
)  # fmt: skip

_month = pl.col("month").first()

RULES = (
    Rule("held_in_month", "held_on", CONVENTION,
         (pl.col("held_on") >= _month) & (pl.col("held_on") < _month.dt.offset_by("1mo")),
         Text("an activity belongs to the delivery of its month", "kegiatan harus dikirim bersama bulan pelaksanaannya"),
         Text("deliver the row with the month of `held_on`", "kirim baris itu bersama bulan `tanggal_kegiatan`")),
    Rule("held_by_month_end", "held_on", FATAL, pl.col("held_on") < _month.dt.offset_by("1mo"),
         Text("`held_on` must not be after the month", "`tanggal_kegiatan` tidak boleh sesudah bulan laporan"),
         Text("deliver the row with its own month", "kirim baris itu bersama bulannya sendiri")),
    Rule("reach_not_negative", "reach_persons", FATAL, pl.col("reach_persons") >= 0,
         Text("`reach_persons` must not be negative", "`jangkauan` tidak boleh negatif"),
         Text("correct `reach_persons`", "perbaiki `jangkauan`")),
    Rule("cost_not_negative", "cost_idr", FATAL, pl.col("cost_idr") >= 0,
         Text("`cost_idr` must not be negative", "`biaya` tidak boleh negatif"),
         Text("correct `cost_idr`", "perbaiki `biaya`")),
)  # fmt: skip

OUTREACH_ACTIVITIES = Table(
    "outreach",
    "outreach activities of the month",
    "one row per activity",
    FIELDS,
    key=("activity_id",),
    rules=RULES,
    extract="outreach",
    qualifiers=(SCHEME, UNIT, CURRENCY, status_of_row("status_kegiatan"), *period_of(), province_of("region_code")),
)
