"""Coverage: protected persons beside eligible workers, by region and group."""

import polars as pl

from schemas.constraints import EqualTo, PartsOf, RegionHierarchy, SubsetOf, Sum, TableConstraints
from schemas.registers import MONTH
from schemas.summaries.common import CONF_STATUS
from schemas.tables import Field, Kind, Table

_IN_ANY = ("protected_persons", "memberships", "dual_persons")
_NATION_BY_WORK = (pl.col("geography_basis") == "work") & (pl.col("geography_level") == "nation")
_AT_HOME = {
    name: pl.col(name)
    for name in ("month", "geography_level", "region_code", "segment", "programme", "sex", "age_band")
}
_AT_HOME |= {"geography_basis": pl.lit("home")}
CONSTRAINTS = TableConstraints(
    (
        RegionHierarchy("regions", "geography_level", "region_code"),
        Sum("formal and informal", "segment", "all", ("formal", "informal")),
        Sum("wage earners and construction workers", "segment", "formal", ("PU", "JAKON")),
        Sum("own-account workers", "segment", "informal", ("BPU",)),
        Sum("the parts by sex", "sex", "all"),
        Sum("the parts by age_band", "age_band", "all"),
        PartsOf("registered_persons", ("protected_persons",)),
        PartsOf("memberships", ("protected_persons",)),
        PartsOf("protected_persons", ("dual_persons",)),
        SubsetOf("programme", "any", _IN_ANY),
        *(  # the nation is the same on both geography bases
            EqualTo(count, "coverage", count, _AT_HOME, where=_NATION_BY_WORK)
            for count in (*_IN_ANY, "registered_persons")
        ),
    ),
    repeated_over=("denominator_id",),
)

COVERAGE = Table(
    "coverage", "protected persons beside eligible workers, by region and group",
    "one row per month, geography basis, region, segment, programme, sex, age band and denominator; only the declared "
    "breakdowns: programmes by segment at every level, sex and age at nation and province",
    (
        MONTH,
        Field("geography_basis", Kind.TEXT, "home: residence, comparable with the survey; work: registering employer or "
              "office, comparable with the scheme's own tables, can exceed 100 %", codes="geography_bases"),
        Field("geography_level", Kind.TEXT, "nation, province, province_2020 (34 provinces before the division of Papua) or "
              "regency", codes="geography_levels"),
        Field("region_code", Kind.REGION, "present Kemendagri code (2020 code for province_2020); ID: nation; 00 or 0000: "
              "not stated", codes="regions", special=("ID", "00", "0000")),
        Field("segment", Kind.TEXT, "all (PU, JAKON, BPU), formal (PU, JAKON), informal (BPU), or one segment; PMI is "
              "in no ratio", codes="segments_and_groups"),
        Field("programme", Kind.TEXT, "any, jkk, jkm, jht, jp or jkp", codes="programmes"),
        Field("sex", Kind.TEXT, "M, F or all", codes="sexes", special=("all",)),
        Field("age_band", Kind.TEXT, "age at the end of the month, or all", codes="age_bands", special=("all",)),
        Field("denominator_id", Kind.TEXT, "potential (employed who could join), employed (all employed), or none",
              codes="denominators"),
        Field("protected_persons", Kind.COUNT, "persons protected at the end of the month, by primary segment", "person",
              sensitive=True),
        Field("registered_persons", Kind.COUNT, "protected and in grace", "person", sensitive=True,
              uses=("protected_persons",)),
        Field("memberships", Kind.COUNT, "protected memberships held by the protected persons", "membership",
              sensitive=True, uses=("protected_persons",)),
        Field("dual_persons", Kind.COUNT, "of the protected, protected in more than one segment", "person", sensitive=True,
              uses=("protected_persons",)),
        Field("denominator_persons", Kind.COUNT, "estimated population that the ratio divides by", "person"),
        Field("denominator_rse", Kind.NUMBER, "relative standard error of that estimate", "percent",
              source="survey cells treated as independent"),
        Field("survey_wave", Kind.MONTH, "survey wave of the denominator", "month"),
        Field("coverage_ratio", Kind.NUMBER, "protected ÷ denominator; never capped", "1", uses=("protected_persons",)),
        Field("ratio_low", Kind.NUMBER, "lower 95 % bound, by inverting the interval of the denominator", "1",
              uses=("protected_persons",)),
        Field("ratio_high", Kind.NUMBER, "upper 95 % bound; empty where the interval reaches zero", "1",
              uses=("protected_persons",)),
        Field("gap_persons", Kind.COUNT, "denominator − protected, negative above 100 %", "person",
              uses=("protected_persons",)),
        Field("coverage_flag", Kind.TEXT, "ok, above_100_within_bounds, above_100_registration (work basis: persons "
              "registered outside their region of residence), above_100_check_denominator, denominator_uncertain (RSE above "
              "25 % or not known), no_denominator", codes="coverage_flags", uses=("protected_persons",)),
        CONF_STATUS,
    ),
    key=("month", "geography_basis", "geography_level", "region_code", "segment", "programme", "sex", "age_band",
         "denominator_id"),
    constraints=CONSTRAINTS,
)  # fmt: skip
