"""The summary tables: what a release holds and downstream SQL reads.

Belongs here: their fields, grain and key. How they are computed stands in `assets/coverage/*.sql`.
"""

from schemas.model import Field, Kind, Table
from schemas.registers import MONTH

COVERAGE = Table(
    "coverage", "who is protected, out of how many who could be, where",
    "one row a month, geography basis, region, segment, programme, sex, age band and denominator; only the declared "
    "breakdowns: programmes by segment at every level, sex and age at nation and province",
    (
        MONTH,
        Field("geography_basis", Kind.TEXT, "home: residence, comparable with the survey; work: registering employer or "
              "office, comparable with the scheme's own tables, can exceed 100 %"),
        Field("geography_level", Kind.TEXT, "nation, province, province_2020 (34 provinces before the division of Papua) or "
              "regency"),
        Field("region_code", Kind.REGION, "present Kemendagri code (2020 code for province_2020); ID: nation; 00 or 0000: "
              "not stated"),
        Field("segment", Kind.TEXT, "all (PU, JAKON, BPU), formal (PU, JAKON), informal (BPU), or one segment; PMI stand "
              "outside every ratio"),
        Field("programme", Kind.TEXT, "any, jkk, jkm, jht, jp or jkp"),
        Field("sex", Kind.TEXT, "M, F or all"),
        Field("age_band", Kind.TEXT, "age at the end of the month, or all"),
        Field("denominator_id", Kind.TEXT, "potential (employed who could join), employed (all employed), or none"),
        Field("protected_persons", Kind.COUNT, "persons protected at the end of the month, by primary segment", "person"),
        Field("registered_persons", Kind.COUNT, "protected and in grace", "person"),
        Field("memberships", Kind.COUNT, "protected memberships held by the protected persons", "membership"),
        Field("dual_persons", Kind.COUNT, "of the protected, protected in more than one segment", "person"),
        Field("denominator_persons", Kind.COUNT, "estimate of the population the ratio divides by", "person"),
        Field("denominator_rse", Kind.NUMBER, "relative standard error of that estimate", "percent",
              source="survey cells taken as independent"),
        Field("survey_wave", Kind.MONTH, "wave the denominator is from", "month"),
        Field("coverage_ratio", Kind.NUMBER, "protected ÷ denominator; never capped", "1"),
        Field("ratio_low", Kind.NUMBER, "lower 95 % bound, by inverting the denominator's interval", "1"),
        Field("ratio_high", Kind.NUMBER, "upper 95 % bound; empty where the interval reaches zero", "1"),
        Field("gap_persons", Kind.COUNT, "denominator − protected, negative above 100 %", "person"),
        Field("coverage_flag", Kind.TEXT, "ok, above_100_within_bounds, above_100_registration (work basis: people "
              "registered elsewhere than they live), above_100_check_denominator, denominator_uncertain (RSE above "
              "25 %), no_denominator"),
        Field("suppressed", Kind.TEXT, "why figures of the row are withheld: small_count; empty: none is"),
    ),
    key=("month", "geography_basis", "geography_level", "region_code", "segment", "programme", "sex", "age_band",
         "denominator_id"),
)  # fmt: skip

DATA_QUALITY = Table(
    "data_quality", "what the rules found in the deliveries",
    "one row a month, extract, office and rule",
    (
        MONTH,
        Field("extract", Kind.TEXT, "enrolments, employers or workforce"),
        Field("office_code", Kind.TEXT, "office of the file; unknown: it names none, or could not be read"),
        Field("rule", Kind.TEXT, "rule name; rows_read, rows_accepted, rows_quarantined, rows_collapsed, files_rejected and "
              "files_repeated are counts of their own"),
        Field("severity", Kind.TEXT, "fatal (quarantined), convention (flagged), characterization (counted) or volume"),
        Field("applicable_rows", Kind.COUNT, "rows the rule speaks of", "row"),
        Field("broken_rows", Kind.COUNT, "rows that break it; for volumes: the count itself", "row"),
        Field("status", Kind.TEXT, "passed, failed or not_applicable"),
        Field("suppressed", Kind.TEXT, "why figures of the row are withheld: small_count; empty: none is"),
    ),
    key=("month", "extract", "office_code", "rule"),
)  # fmt: skip

SUMMARIES = (COVERAGE, DATA_QUALITY)
