"""The extract `targets`: one planned value of an indicator for a region, segment and month.

Belongs here: its fields, header aliases and rules, among them that a ratio states its denominator:
national plans divide by the employed, the scheme by the potential, and the two are never mixed.
A delivery holds the whole list; a later one replaces it.
"""

import polars as pl

from schemas.qualifiers import SCHEME, UNIT, period_of, province_of, status_of_row
from schemas.tables import Field, Kind, Rule, Severity, Table
from schemas.texts import Text

FATAL, CONVENTION = Severity.FATAL, Severity.CONVENTION
_ratio = pl.col("indicator") == "coverage_ratio"

FIELDS = (
    Field("indicator", Kind.CODE, "indicator of the registry", codes="target_indicators",
          aliases=("indikator", "kode_indikator"), column_required=True, present=FATAL, readable=FATAL),
    Field("region_code", Kind.AREA, "province or regency, present Kemendagri code; ID: the nation", codes="regencies",
          aliases=("kode_wilayah", "kode_daerah", "wilayah", "kode_kab", "kode_provinsi",
                                     "kode_kabupaten_kota", "kode_kab_kota", "kode_kota_kabupaten"), column_required=True,
          present=FATAL, readable=FATAL),
    Field("segment", Kind.CODE, "segment or group of segments", codes="target_segments", aliases=("segmen",),
          column_required=True, present=FATAL, readable=FATAL),
    Field("denominator_id", Kind.CODE, "population that the ratio divides by; none for a count of persons",
          codes="denominators", aliases=("penyebut", "id_penyebut"), column_required=True, present=FATAL,
          readable=FATAL),
    Field("target_month", Kind.MONTH, "month by the end of which the value is to be reached", "month",
          aliases=("bulan", "periode", "bulan_target"), column_required=True, present=FATAL, readable=FATAL,
          first_of_month=True),
    Field("value", Kind.NUMBER, "persons, or percent for a ratio", "unit of the indicator",
          aliases=("nilai", "target"), column_required=True, present=FATAL, readable=FATAL),
    Field("source", Kind.TEXT, "plan or regulation that sets the target", aliases=("sumber", "dasar_hukum"), present=CONVENTION),
)  # fmt: skip

RULES = (
    Rule("denominator_of_indicator", "denominator_id", FATAL,
         pl.when(_ratio).then(pl.col("denominator_id") != "none").otherwise(pl.col("denominator_id") == "none"),
         Text("a ratio must state its denominator, and a count must have none",
              "rasio harus menyebut penyebutnya, dan jumlah orang tidak boleh memiliki penyebut"),
         Text("give the denominator of the plan: employed (RPJMN) or potential (coverage index of the scheme)",
              "isi penyebut menurut rencana: employed (RPJMN) atau potential (indeks cakupan program)")),
    Rule("segment_of_denominator", "segment", FATAL,
         (pl.col("segment") == "all") | (pl.col("denominator_id") != "employed"),
         Text("the denominator employed is known for all segments together only",
              "penyebut employed hanya tersedia untuk seluruh segmen"),
         Text("give the target for all, or with the denominator potential",
              "isi target untuk all, atau dengan penyebut potential")),
    Rule("segment_with_potential", "segment", FATAL,
         pl.col("segment").is_in(["all", "formal", "informal"]) | ~_ratio,
         Text("the potential is known for all, formal and informal only",
              "potensi hanya tersedia untuk all, formal, dan informal"),
         Text("give the target for one of these groups", "isi target untuk salah satu kelompok itu")),
    Rule("value_not_negative", "value", FATAL, pl.col("value") >= 0,
         Text("`value` must not be negative", "`nilai` tidak boleh negatif"),
         Text("correct `value`", "perbaiki `nilai`")),
    Rule("ratio_in_percent", "value", FATAL, pl.col("value") <= 100,
         Text("a ratio must be at most 100 percent", "rasio paling tinggi 100 persen"),
         Text("give `value` in percent", "isi `nilai` dalam persen"),
         applies=_ratio & (pl.col("value") >= 0)),
    Rule("ratio_not_a_fraction", "value", FATAL, pl.col("value") > 1,
         Text("a ratio below one percent is most likely a fraction",
              "rasio di bawah satu persen kemungkinan besar berupa pecahan"),
         Text("give `value` in percent", "isi `nilai` dalam persen"),
         applies=_ratio & (pl.col("value") >= 0)),
    Rule("persons_whole", "value", FATAL, pl.col("value") == pl.col("value").floor(),
         Text("a number of persons must be whole", "jumlah orang harus bilangan bulat"),
         Text("give `value` in persons", "isi `nilai` dalam orang"),
         applies=~_ratio),
)  # fmt: skip

TARGETS = Table(
    "targets",
    "planned values of indicators",
    "one row per indicator, region, segment, denominator and month",
    FIELDS,
    key=("indicator", "region_code", "segment", "denominator_id", "target_month"),
    rules=RULES,
    extract="targets",
    qualifiers=(
        SCHEME,
        UNIT,
        status_of_row("jenis", "jenis_nilai", "jenis_data", "status_target"),
        *period_of("target_month"),
        province_of("region_code"),
    ),
)
