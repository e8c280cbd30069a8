"""Regional programmes: regulations in force, workers that the budgets can pay for, workers paid, and the need."""

import polars as pl

from schemas.constraints import EqualTo, RegionHierarchy, TableConstraints
from schemas.registers import MONTH
from schemas.summaries.common import ALL, STATE, persons, ratio
from schemas.tables import Field, Kind, Table

SERVED = "vulnerable_protected"  # the need reveals it, because the survey is public
SERVED_OF = pl.when(pl.col("need_persons") > 0).then(pl.col("vulnerable_persons") - pl.col("need_persons"))
CONSTRAINTS = TableConstraints(
    (
        RegionHierarchy("regions", "region_level", "region_code", ("paid_workers",)),
        EqualTo(
            SERVED,
            "vulnerable_workers",
            "protected_persons",
            {
                "month": pl.col("month"),
                "province_code": pl.col("region_code"),
                "payer": pl.lit(ALL),
                "vulnerable_basis": pl.lit(ALL),
            },
            where=pl.col("region_level") != "regency",
        ),
    ),
    derived={SERVED: SERVED_OF},
)


def _of_fund(name: str, fund: str) -> Field:
    return Field(f"budget_{name}_idr", Kind.COUNT, f"of the budget: {fund}", "IDR per year")


BUDGETS_BY_FUND = (
    _of_fund("apbd", "budgets of provinces and regencies (APBD)"),
    _of_fund("apbdes", "village budgets (APBDes)"),
    _of_fund("palm_oil", "shared revenue from palm oil (DBH sawit)"),
    _of_fund("tobacco", "shared revenue from tobacco excise (DBH CHT)"),
    _of_fund("csr", "social responsibility of companies (CSR)"),
    _of_fund("donor", "other donors"),
)

REGIONAL_PROGRAMMES_SUMMARY = Table(
    "regional_programmes", "regulations, budgets, workers that the budgets can pay for, workers paid, and the need",
    "one row per month and region; a province includes the budgets of its regencies, the nation all",
    (
        MONTH,
        Field("region_level", Kind.TEXT, "nation, province or regency", codes="geography_levels", special=("all",)),
        Field("region_code", Kind.REGION, "present Kemendagri code; ID: the nation", codes="regions", special=("ID",)),
        Field("delivered_month", Kind.MONTH, "month of the list of regulations: the newest up to the month", "month"),
        Field("regulations", Kind.COUNT, "regulations of the region itself in force at the end of the month", "regulation"),
        Field("has_perda", Kind.FLAG, "a regional law of the region itself is in force"),
        Field("has_perkada", Kind.FLAG, "a regulation of the head of region is in force"),
        Field("regions_with_regulation", Kind.COUNT, "regions with a regulation in force, itself and those within", "region"),
        Field("own_budget_idr", Kind.COUNT, "budget of the year of the region itself, of regulations in force", "IDR per year"),
        Field("budget_idr", Kind.COUNT, "budget with those of the regions within", "IDR per year"),
        *BUDGETS_BY_FUND,
        Field("premium_idr", Kind.COUNT, "contribution of one worker in the month: JKK and JKM of the lowest income band",
              "IDR per month", source="list subsidy_premiums: 16,800, in 2026 too (PP 50/2025 art. 3)"),
        Field("workers_budgeted", Kind.COUNT, "workers in the budgets; regulations of one region, year and fund state "
              "the same quota, so the largest counts; empty where a fund states none", "person"),
        Field("affordable_workers", Kind.COUNT, "budget ÷ premiums of its months, each at its date; computed per "
              "budget, then added", "person"),
        persons("paid_workers", "protected residents paid by a regional or village budget"),
        Field("vulnerable_persons", Kind.COUNT, "vulnerable workers of the survey; empty where a region within has no number",
              "person"),
        Field("need_persons", Kind.COUNT, "vulnerable workers − protected ones of any payer; at least 0", "person",
              uses=(SERVED,)),
        ratio("adequacy_ratio", "affordable workers ÷ (need + paid workers)", ("paid_workers", SERVED)),
        ratio("execution_ratio", "paid ÷ affordable workers", ("paid_workers",)),
        *STATE,
    ),
    key=("month", "region_level", "region_code"), constraints=CONSTRAINTS,
)  # fmt: skip
