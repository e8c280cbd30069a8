"""The regional scorecard: one row per region with its coverage, target, change, budgets, employers and similar regions."""

import polars as pl

from schemas.constraints import EqualTo, TableConstraints
from schemas.registers import MONTH
from schemas.summaries.common import ALL, CONF_STATUS, persons, ratio, residents
from schemas.summaries.regional import BUDGETS_BY_FUND, REGIONAL_PROGRAMMES_SUMMARY, SERVED, SERVED_OF
from schemas.tables import Field, Kind, Table

_PROTECTED = ("protected_persons",)
_CHANGE = (*_PROTECTED, "year_before_persons")
_PROVINCE = {"month": pl.col("month"), "province_code": pl.col("region_code")}
_MEMBERS = _PROVINCE | {name: pl.lit(ALL) for name in ("segment", "payer", "channel")}
_EMPLOYERS = _PROVINCE | {name: pl.lit(ALL) for name in ("size_class", "size_basis", "sector")}
_PROGRAMMES = {name: pl.col(name) for name in ("month", "region_level", "region_code")}
_IS_PROVINCE = pl.col("region_level") == "province"


def _equal_residents(count: str, segment: str, months_before: int = 0) -> EqualTo:
    on = residents("region_code", pl.lit(segment), months_before=months_before)
    return EqualTo(count, "coverage", "protected_persons", on)


CONSTRAINTS = TableConstraints(
    (
        _equal_residents("protected_persons", ALL),
        _equal_residents("formal_persons", "formal"),
        _equal_residents("informal_persons", "informal"),
        _equal_residents("year_before_persons", ALL, months_before=12),
        EqualTo("member_persons", "activity", "member_persons", _MEMBERS, where=_IS_PROVINCE),
        EqualTo("paid_workers", "regional_programmes", "paid_workers", _PROGRAMMES),
        EqualTo(SERVED, "regional_programmes", SERVED, _PROGRAMMES),
        EqualTo("employers", "coverage_enterprise", "employers", _EMPLOYERS, where=_IS_PROVINCE),
        EqualTo("enrolled_employers", "coverage_enterprise", "enrolled_employers", _EMPLOYERS, where=_IS_PROVINCE),
    ),
    derived={SERVED: SERVED_OF},
)

SIMILAR_REGIONS = 5
_SIMILAR = tuple(
    Field(f"similar_region_{rank}", Kind.REGION, "a region of the level, the most similar one first: smallest sum of the "
          "differences of the ranks by potential and by informal share of the potential; ties by code",
          codes="regions", source="survey only")
    for rank in range(1, SIMILAR_REGIONS + 1)
)  # fmt: skip
_LIKE_PROGRAMMES = ("has_perda", "has_perkada", "budget_idr")

REGIONAL_SCORECARD = Table(
    "regional_scorecard", "coverage, target, change, budgets, employers and similar regions of each province and regency",
    "one row per month and region: provinces and regencies, without the regions that are not stated",
    (
        MONTH,
        Field("region_level", Kind.TEXT, "province or regency", codes="geography_levels"),
        Field("region_code", Kind.REGION, "present Kemendagri code", codes="regions"),
        persons("protected_persons", "residents protected at the end of the month, all segments"),
        Field("denominator_persons", Kind.COUNT, "eligible workers who live there (potential)", "person"),
        ratio("coverage_ratio", "protected ÷ potential", _PROTECTED),
        Field("coverage_rank", Kind.COUNT, "1: highest coverage of the level, among those shown; ties by code", "rank",
              uses=_PROTECTED),
        Field("target_month", Kind.MONTH, "month of the region's next target of coverage; empty: no target", "month"),
        ratio("target_ratio", "that target, of the same potential", ()),
        ratio("gap_ratio", "target − coverage; negative: above the target", _PROTECTED),
        persons("year_before_persons", "residents protected twelve months before; empty: that month is not there"),
        ratio("change_ratio", "increase of the protected in twelve months ÷ present potential", _CHANGE),
        Field("change_rank", Kind.COUNT, "1: largest change of the level, among those shown; ties by code", "rank", uses=_CHANGE),
        Field("change_flag", Kind.TEXT, "ok, or why there is no change: no_year_before, no_denominator", codes="change_flags"),
        persons("formal_persons", "residents protected as formal workers (PU, JAKON)"),
        ratio("formal_ratio", "of the formal potential", ("formal_persons",)),
        persons("informal_persons", "residents protected as informal workers (BPU)"),
        ratio("informal_ratio", "of the informal potential", ("informal_persons",)),
        persons("member_persons", "members of any status (provinces)"),
        ratio("active_ratio", "protected ÷ members of any status (provinces)", ("member_persons", *_PROTECTED)),
        *(REGIONAL_PROGRAMMES_SUMMARY.field(name) for name in _LIKE_PROGRAMMES),
        *BUDGETS_BY_FUND,
        Field("affordable_workers", Kind.COUNT, "workers that the budget can pay for", "person"),
        persons("paid_workers", "protected residents paid by a regional or village budget"),
        Field("vulnerable_persons", Kind.COUNT, "vulnerable workers of the survey; regencies: only those with a programme",
              "person"),
        Field("need_persons", Kind.COUNT, "vulnerable workers − protected ones of any payer; at least 0", "person",
              uses=(SERVED,)),
        ratio("vulnerable_ratio", "1 − need ÷ vulnerable workers: at most 100 %", (SERVED,)),
        ratio("adequacy_ratio", "affordable workers ÷ (need + paid workers)", ("paid_workers", SERVED)),
        Field("employers", Kind.COUNT, "employers and divisions that have not closed (provinces)", "employer", sensitive=True),
        Field("enrolled_employers", Kind.COUNT, "employers with at least one protected worker (provinces)", "employer",
              sensitive=True, uses=("employers",)),
        ratio("enrolled_ratio", "enrolled ÷ employers (provinces)", ("employers", "enrolled_employers")),
        *_SIMILAR,
        CONF_STATUS,
    ),
    key=("month", "region_level", "region_code"), constraints=CONSTRAINTS,
)  # fmt: skip
