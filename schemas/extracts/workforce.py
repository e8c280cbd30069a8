"""The extract `workforce`: one cell of the labour-force survey (Sakernas), the source of every denominator.

Belongs here: its fields, header aliases and rules. Persons in cells are estimates with a relative standard error.
"""

import polars as pl

from schemas.qualifiers import UNIT, period_of, province_of
from schemas.tables import Field, Kind, Rule, Severity, Table

FATAL, CONVENTION = Severity.FATAL, Severity.CONVENTION

FIELDS = (
    Field("survey_wave", Kind.MONTH, "month of the survey wave", "month", source="Sakernas",
          aliases=("gelombang", "periode", "wave"), column_required=True, present=FATAL, readable=FATAL),
    Field("region_scheme", Kind.CODE, "scheme and vintage of the region code", codes="region_schemes",
          aliases=("skema_kode",), default="kemendagri_2025", readable=FATAL),
    Field("region_code", Kind.REGION, "province or regency of residence, stored as its present Kemendagri code",
          codes="regencies", aliases=("province_code", "kode_provinsi", "kode_wilayah", "regency_code", "kode_kab",
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
         "`survey_wave` must be a month with a wave (code list: survey_waves)", "correct `survey_wave`"),
    Rule("survey_wave_by_month_end", "survey_wave", FATAL, pl.col("survey_wave") <= pl.col("month").first(),
         "`survey_wave` must not be after the month",
         "correct `survey_wave`, or deliver the row with the month of the wave"),
    Rule("persons_not_negative", "persons", FATAL, pl.col("persons") >= 0, "`persons` must not be negative", "correct `persons`"),
    Rule("eligible_within_persons", "eligible_persons", FATAL, pl.col("eligible_persons") <= pl.col("persons"),
         "`eligible_persons` must not exceed `persons`", "correct `eligible_persons`"),
    Rule("vulnerable_within_eligible", "vulnerable_persons", FATAL,
         pl.col("vulnerable_persons") <= pl.coalesce("eligible_persons", "persons"),
         "`vulnerable_persons` must not exceed `eligible_persons`, or `persons` where that is empty",
         "correct `vulnerable_persons` or `eligible_persons`"),
    Rule("rse_percent", "rse", CONVENTION, (pl.col("rse") >= 0) & (pl.col("rse") < 100),
         "`rse` must be from 0 to below 100 percent; the persons count, but bounds cannot be computed",
         "give the relative standard error in percent", clears="rse"),
    Rule("rse_usable", "rse", CONVENTION, pl.col("rse") <= 25,
         "estimates with an error above 25 % are unreliable (BPS)", "none; interpret with care",
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
    qualifiers=(UNIT, *period_of("survey_wave"), province_of("region_code")),
)
