"""The catalogues of defects and contradictions of all extracts but the enrolments.

Belongs here: which catalogue an extract has. Not here: how many defects and in which rows (`extract_rows`).
"""

from collections.abc import Mapping

import polars as pl

from simulator.defects import partner_defects, scheme_defects
from simulator.defects.defect import Defect

_ROW = pl.col("row")

CATALOGUES: dict[str, Mapping[str, Defect]] = {
    "employers": scheme_defects.EMPLOYERS,
    "workforce": partner_defects.WORKFORCE,
    "contributions": scheme_defects.CONTRIBUTIONS,
    "kur_debtors": partner_defects.KUR_DEBTORS,
    "regional_programmes": partner_defects.REGIONAL_PROGRAMMES,
    "outreach": partner_defects.OUTREACH,
    "targets": partner_defects.TARGETS,
}
ONLY_EXTRA_ROWS = ("contributions", "outreach", "targets")  # every good row stays, so that the truth is complete

# Of two rows that break no rule: the key of both, which no other row has, and the values in which the second differs.
CONTRADICTIONS: dict[str, tuple[Mapping[str, pl.Expr], Mapping[str, pl.Expr]]] = {
    "employers": (
        {"employer_id": pl.lit("ZY") + _ROW.cast(pl.String).str.zfill(6), "annual_sales_idr": pl.lit(1_000_000)},
        {"annual_sales_idr": pl.lit(2_000_000)},
    ),
    "workforce": ({"sector": pl.lit("2020:B")}, {"persons": pl.col("persons") + 1}),
    "contributions": (
        {"membership_id": pl.lit("ZY") + _ROW.cast(pl.String).str.zfill(9)},
        {"amount_idr": pl.col("amount_idr") + 1_000},
    ),
    "kur_debtors": (
        {"contract_no": pl.lit("ZY") + _ROW.cast(pl.String).str.zfill(12), "kbli": pl.lit("47111")},
        {"kbli": pl.lit("56101")},
    ),
    "regional_programmes": (
        {"regulation_no": pl.lit("Y/") + _ROW.cast(pl.String)},
        {"budget_idr": pl.col("budget_idr") + 1_000_000},
    ),
    "outreach": (
        {"activity_id": pl.lit("Y") + pl.col("activity_id").str.slice(1)},
        {"reach_persons": pl.col("reach_persons") + 1},
    ),
    "targets": (
        {"target_month": pl.date(2080 + _ROW // 12, _ROW % 12 + 1, 1)},
        {"value": pl.col("value") + 1},
    ),
}
