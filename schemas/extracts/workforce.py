"""The extract `workforce`: one cell of the labour-force survey (Sakernas), the source of every denominator.

Belongs here: its fields, header aliases and rules. Persons in cells are estimates with a relative standard error.
"""

import polars as pl

from schemas.qualifiers import UNIT, period_of, province_of
from schemas.tables import Field, Kind, Rule, Severity, Table
from schemas.texts import Text

FATAL, CONVENTION = Severity.FATAL, Severity.CONVENTION

FIELDS = (
    Field("survey_wave", Kind.MONTH, "month of the survey wave", "month", source="Sakernas",
          aliases=("gelombang", "periode", "wave"), column_required=True, present=FATAL, readable=FATAL),
    Field("region_scheme", Kind.CODE, "scheme and vintage of the region code", codes="region_schemes",
          aliases=("skema_kode",), default="kemendagri_2025", readable=FATAL),
    Field("region_code", Kind.REGION, "province or regency of residence, stored as its present Kemendagri code",
          codes="regencies", aliases=("kode_wilayah", "province_code", "kode_provinsi", "regency_code", "kode_kab",
                                     "kode_kabupaten_kota", "kode_kab_kota", "kode_kota_kabupaten"),
          column_required=True, present=FATAL, readable=FATAL, storage=pl.String()),  # provinces are not in the list
    Field("employment_status", Kind.CODE, "status in employment, 1 to 7", source="Sakernas",
          codes="employment_statuses", aliases=("status_pekerjaan",), column_required=True, present=FATAL,
          readable=FATAL),
    Field("sex", Kind.CODE, "sex", codes="sexes", aliases=("jenis_kelamin", "jk"), column_required=True, present=FATAL,
          readable=FATAL),
    Field("age_band", Kind.CODE, "age band", codes="age_bands", aliases=("kelompok_umur", "umur"),
          column_required=True, present=FATAL, readable=FATAL),
    Field("sector", Kind.CODE, "KBLI version and section", codes="sectors", aliases=("lapangan_usaha",),
          readable=CONVENTION),
    Field("persons", Kind.COUNT, "employed persons", "person", aliases=("bekerja", "jumlah"), column_required=True,
          present=FATAL, readable=FATAL, rounded=True),
    Field("eligible_persons", Kind.COUNT, "employed persons who could join the scheme; empty: the share in the list "
          "employment_statuses is used", "person", source="the scheme's own estimate (potensi)",
          aliases=("potensi", "jumlah_potensi"), readable=FATAL, rounded=True),
    Field("vulnerable_persons", Kind.COUNT, "of the eligible, vulnerable workers; those of employment status 7 are never "
          "eligible and do not count", "person",
          aliases=("rentan", "pekerja_rentan"), readable=FATAL, rounded=True),
    Field("rse", Kind.PERCENT, "relative standard error of persons", "percent", source="Sakernas", present=CONVENTION,
          readable=CONVENTION),
)  # fmt: skip

# The code list survey_waves as an expression, because nothing is read at import. A test compares the two.
_year, _month_of_year = pl.col("survey_wave").dt.year(), pl.col("survey_wave").dt.month()
_is_quarterly = _year.is_between(2011, 2014) | (_year >= 2025)

RULES = (
    Rule("survey_wave_known", "survey_wave", FATAL,
         _month_of_year.is_in([2, 8]) | (_is_quarterly & _month_of_year.is_in([5, 11])),
         Text("`survey_wave` must be a month with a wave (code list: survey_waves)",
              "`gelombang` harus bulan pelaksanaan survei (daftar kode: survey_waves)"),
         Text("correct `survey_wave`", "perbaiki `gelombang`")),
    Rule("survey_wave_by_month_end", "survey_wave", FATAL, pl.col("survey_wave") <= pl.col("month").first(),
         Text("`survey_wave` must not be after the month", "`gelombang` tidak boleh sesudah bulan laporan"),
         Text("correct `survey_wave`, or deliver the row with the month of the wave",
              "perbaiki `gelombang`, atau kirim baris itu bersama bulan surveinya")),
    Rule("persons_not_negative", "persons", FATAL, pl.col("persons") >= 0,
         Text("`persons` must not be negative", "`bekerja` tidak boleh negatif"),
         Text("correct `persons`", "perbaiki `bekerja`")),
    Rule("eligible_within_persons", "eligible_persons", FATAL, pl.col("eligible_persons") <= pl.col("persons"),
         Text("`eligible_persons` must not exceed `persons`", "`potensi` tidak boleh melampaui `bekerja`"),
         Text("correct `eligible_persons`", "perbaiki `potensi`")),
    Rule("vulnerable_within_eligible", "vulnerable_persons", FATAL,
         pl.col("vulnerable_persons") <= pl.coalesce("eligible_persons", "persons"),
         Text("`vulnerable_persons` must not exceed `eligible_persons`, or `persons` where that is empty",
              "`rentan` tidak boleh melampaui `potensi`, atau `bekerja` jika `potensi` kosong"),
         Text("correct `vulnerable_persons` or `eligible_persons`", "perbaiki `rentan` atau `potensi`")),
    Rule("rse_percent", "rse", CONVENTION, (pl.col("rse") >= 0) & (pl.col("rse") < 100),
         Text("`rse` must be from 0 to below 100 percent; the persons count, but bounds cannot be computed",
              "`rse` harus dari 0 sampai di bawah 100 persen; orangnya dihitung, tetapi batas ketelitian tidak dapat dihitung"),
         Text("give the relative standard error in percent", "isi galat baku relatif dalam persen"), clears="rse"),
    Rule("rse_not_a_fraction", "rse", CONVENTION, (pl.col("rse") > 1) | (pl.col("rse").max() > 1),
         Text("a survey whose errors are all below one percent most likely gives fractions; its bounds cannot be computed",
              "survei dengan semua galat di bawah satu persen kemungkinan besar memakai pecahan; batasnya tidak dapat dihitung"),
         Text("give the relative standard error in percent", "isi galat baku relatif dalam persen"),
         applies=pl.col("rse") > 0, clears="rse", judges_column=True),
    Rule("rse_usable", "rse", CONVENTION, pl.col("rse") <= 25,
         Text("estimates with an error above 25 % are unreliable (BPS)",
              "perkiraan dengan galat di atas 25% tidak andal (BPS)"),
         Text("none; interpret with care", "tidak ada; gunakan dengan hati-hati"),
         applies=(pl.col("rse") >= 0) & (pl.col("rse") < 100)),
)  # fmt: skip

WORKFORCE = Table(
    "workforce",
    "employed persons by cell of the labour-force survey",
    "one row per survey cell",
    FIELDS,
    key=("survey_wave", "region_code", "employment_status", "sex", "age_band", "sector"),
    rules=RULES,
    extract="workforce",
    aggregated=True,
    qualifiers=(UNIT, *period_of("survey_wave"), province_of("region_code")),
)
