"""Priorities: regions with the most persons still to reach, and the means available there."""

import polars as pl

from schemas.constraints import EqualTo, TableConstraints, remainder
from schemas.registers import MONTH
from schemas.summaries.common import ALL, CONF_STATUS, SEGMENT, ratio, residents
from schemas.tables import Field, Kind, Table

_OF = ("protected_persons",)

_PROVINCE = {"month": pl.col("month"), "province_code": pl.col("region_code")}
_DEBTORS = _PROVINCE | {"scheme": pl.lit(ALL)}
_EMPLOYERS = _PROVINCE | dict.fromkeys(("size_class", "size_basis", "sector"), pl.lit(ALL))
CONSTRAINTS = TableConstraints(
    (
        EqualTo("protected_persons", "coverage", "protected_persons", residents("region_code", pl.col("segment"))),
        EqualTo("unprotected_debtors", "kur_linkage", remainder("debtors", "protected_debtors"), _DEBTORS),
        EqualTo(
            "unenrolled_employers", "coverage_enterprise", remainder("employers", "enrolled_employers"), _EMPLOYERS
        ),
    ),
)

PRIORITIES = Table(
    "priorities", "regions and segments ranked by persons still to reach, with the means available there",
    "one row per month, region (provinces and regencies apart) and segment (formal, informal)",
    (
        MONTH,
        Field("region_level", Kind.TEXT, "province or regency", codes="geography_levels"),
        Field("region_code", Kind.REGION, "present Kemendagri code", codes="regions"),
        SEGMENT,
        Field("priority_rank", Kind.COUNT, "1: most persons to reach within level and segment, among those shown; ties by code",
              "rank", uses=_OF),
        Field("protected_persons", Kind.COUNT, "residents protected", "person", sensitive=True),
        Field("denominator_persons", Kind.COUNT, "eligible workers who live there (potential)", "person"),
        ratio("coverage_ratio", "protected ÷ potential", _OF),
        Field("gap_persons", Kind.COUNT, "potential − protected", "person", uses=_OF),
        ratio("national_effect", "increase of national coverage (all segments) if the gap were closed", _OF),
        Field("budget_idr", Kind.COUNT, "regional budgets in force (informal); empty: none known", "IDR per year"),
        Field("affordable_workers", Kind.COUNT, "workers that these budgets can pay for", "person"),
        Field("unprotected_debtors", Kind.COUNT, "KUR debtors of the province who are not protected (informal, provinces)",
              "person", sensitive=True, uses=("protected_debtors",)),
        Field("protected_debtors", Kind.COUNT, "protected debtors: kur_linkage and unprotected_debtors would reveal them", "person",
              internal=True),
        Field("outreach_activities", Kind.COUNT, "outreach activities for the segment in this and the two months before; "
              "empty: no delivery of activities",
              "activity"),
        Field("unenrolled_employers", Kind.COUNT, "registered employers without a protected worker (formal, provinces)",
              "employer", sensitive=True, uses=("enrolled_employers",)),
        Field("enrolled_employers", Kind.COUNT, "coverage_enterprise and unenrolled_employers would reveal them", "employer",
              internal=True),
        CONF_STATUS,
    ),
    key=("month", "region_level", "region_code", "segment"), may_be_empty=True, constraints=CONSTRAINTS,
)  # fmt: skip
