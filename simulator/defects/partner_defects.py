"""The catalogues of defects of the extracts that partners deliver: survey, loans, regulations, activities, targets.

Belongs here: one defect per rule of their contracts. Not here: the extracts of the scheme itself (`scheme_defects`).
"""

import polars as pl

from simulator.defects.defect import EMPTY, EXTRA_ROW, Defect, by_rule, invalid, missing, nik_with, unreadable

_ROW = pl.col("row")
_A_SECTOR = pl.lit("2020:A")  # no other cell has a sector, so the cell is a new one
# A number that no activity of any month has: a later row with the same number replaces an earlier one.
_NEW_ACTIVITY = pl.lit("X") + pl.col("held_on").dt.strftime("%y%m") + _ROW.cast(pl.String).str.zfill(5)
_FAR_MONTH = pl.date(2050 + _ROW // 12, _ROW % 12 + 1, 1)  # no true target is so far ahead
_AFTER_MONTH = pl.col("month").dt.month_end() + pl.duration(days=3)

# A cell without a known error leaves every sum without bounds, so this is planted in cells without persons.
_NO_PERSONS = {"sector": _A_SECTOR, **dict.fromkeys(("persons", "eligible_persons", "vulnerable_persons"), pl.lit(0))}
_no_parts = {"eligible_persons": EMPTY, "vulnerable_persons": EMPTY}
WORKFORCE = by_rule(
    *(missing(name, sector=_A_SECTOR)
      for name in ("survey_wave", "region_code", "employment_status", "sex", "age_band", "persons")),
    unreadable("survey_wave", "13-2024", sector=_A_SECTOR),
    unreadable("region_code", "9999", sector=_A_SECTOR),
    unreadable("employment_status", "9", sector=_A_SECTOR),
    unreadable("sex", "X", sector=_A_SECTOR),
    unreadable("age_band", "12-99", sector=_A_SECTOR),
    *(unreadable(name, "abc", sector=_A_SECTOR) for name in ("persons", "eligible_persons", "vulnerable_persons")),
    Defect("region_scheme_readable", "", {"sector": _A_SECTOR, "region_scheme": pl.lit("kemendagri_2025")},
           ("region_scheme", pl.lit("XYZ"))),
    invalid("persons_not_negative", sector=_A_SECTOR, persons=pl.lit(-5), **_no_parts),
    invalid("eligible_within_persons", sector=_A_SECTOR, eligible_persons=pl.col("persons") + 1,
             vulnerable_persons=EMPTY),
    invalid("vulnerable_within_eligible", sector=_A_SECTOR, vulnerable_persons=pl.col("eligible_persons") + 1),
    invalid("survey_wave_known", sector=_A_SECTOR, survey_wave=pl.col("survey_wave").dt.offset_by("-1mo")),
    invalid("survey_wave_by_month_end", sector=_A_SECTOR, survey_wave=pl.col("survey_wave").dt.offset_by("2y")),
    Defect("rse_percent", EXTRA_ROW, _NO_PERSONS | {"rse": pl.lit(120.0)}),
    invalid("rse_usable", rse=pl.lit(31.4)),
    unreadable("sector", "ZZZ"),
    missing("rse", EXTRA_ROW, **_NO_PERSONS),
    unreadable("rse", "abc", EXTRA_ROW, **_NO_PERSONS),
)  # fmt: skip

KUR_DEBTORS = by_rule(
    missing("nik"),
    Defect("nik_intact", "", {"nik": EMPTY}, ("nik", pl.lit("3.27199E+15")), "damaged"),
    invalid("nik_digits", nik=pl.col("nik").str.slice(0, 15)),
    invalid("nik_not_dummy", nik=pl.lit("1111111111111111")),
    invalid("nik_issued_region", nik=nik_with(0, "9999", 4)),
    invalid("nik_birth_date", nik=nik_with(8, "13", 2)),
    invalid("nik_serial", nik=nik_with(12, "0000", 4)),
    Defect("contract_no_intact", "", {"contract_no": EMPTY}, ("contract_no", pl.lit("1.23457E+11")), "damaged"),
    *(missing(name) for name in ("contract_no", "scheme", "plafond_idr", "signed_on", "region")),
    unreadable("scheme", "XYZ"),
    unreadable("plafond_idr", "abc"),
    unreadable("signed_on", "31-13-2024"),
    unreadable("region", "9999"),
    unreadable("kbli", "ABCDE"),
    invalid("plafond_not_negative", plafond_idr=-pl.col("plafond_idr")),
    invalid("plafond_within_scheme", plafond_idr=pl.lit(900_000_000)),
    invalid("signed_by_month_end", signed_on=_AFTER_MONTH),
)  # fmt: skip

_new_regulation = {"regulation_no": pl.lit("X/") + _ROW.cast(pl.String)}
REGIONAL_PROGRAMMES = by_rule(
    *(missing(name, **(_new_regulation if name != "regulation_no" else {})) for name in (
        "region_code", "year", "regulation_kind", "regulation_no", "budget_idr", "months", "fund")),
    unreadable("region_code", "9999", **_new_regulation),
    *(unreadable(name, "abc", **_new_regulation) for name in ("year", "budget_idr", "months", "workers_budgeted")),
    unreadable("regulation_kind", "XYZ", **_new_regulation),
    unreadable("fund", "XYZ", **_new_regulation),
    unreadable("in_force_from", "31-13-2024", **_new_regulation),
    unreadable("in_force_until", "31-13-2024", **_new_regulation),
    invalid("region_not_nation", region_code=pl.lit("ID")),
    invalid("year_plausible", year=pl.lit(2005)),
    invalid("budget_not_negative", budget_idr=pl.lit(-1_000_000)),
    invalid("budget_in_rupiah", budget_idr=pl.col("workers_budgeted") * pl.col("months") * 100.0),
    invalid("months_of_a_year", months=pl.lit(13)),
    invalid("workers_not_negative", workers_budgeted=pl.lit(-1)),
    invalid("in_force_in_order", in_force_from=pl.date(pl.col("year"), 6, 1), in_force_until=pl.date(pl.col("year"), 6, 1)),
)  # fmt: skip

OUTREACH = by_rule(
    missing("activity_id"),
    Defect("activity_id_intact", "", {"activity_id": EMPTY}, ("activity_id", pl.lit("2.02412E+10")), "damaged"),
    *(missing(name, activity_id=_NEW_ACTIVITY)
      for name in ("held_on", "region_code", "segment", "channel", "reach_persons", "cost_idr")),
    unreadable("held_on", "31-13-2024", activity_id=_NEW_ACTIVITY),
    unreadable("region_code", "9999", activity_id=_NEW_ACTIVITY),
    *(unreadable(name, "XYZ", activity_id=_NEW_ACTIVITY) for name in ("segment", "channel", "reach_persons", "cost_idr")),
    invalid("held_in_month", activity_id=_NEW_ACTIVITY, held_on=pl.col("held_on").dt.offset_by("-12mo")),
    invalid("held_by_month_end", activity_id=_NEW_ACTIVITY, held_on=_AFTER_MONTH),
    invalid("reach_not_negative", activity_id=_NEW_ACTIVITY, reach_persons=pl.lit(-5)),
    invalid("cost_not_negative", activity_id=_NEW_ACTIVITY, cost_idr=pl.lit(-1_000_000)),
)  # fmt: skip


def _target(indicator: str, segment: str, denominator: str, value: float) -> dict[str, pl.Expr]:
    return {"indicator": pl.lit(indicator), "segment": pl.lit(segment), "denominator_id": pl.lit(denominator),
            "value": pl.lit(value), "target_month": _FAR_MONTH}  # fmt: skip


TARGETS = by_rule(
    *(missing(name, **({} if name == "target_month" else {"target_month": _FAR_MONTH})) for name in (
        "indicator", "region_code", "segment", "denominator_id", "target_month", "value", "source")),
    *(unreadable(name, "XYZ", target_month=_FAR_MONTH) for name in (
        "indicator", "region_code", "segment", "denominator_id", "value")),
    unreadable("target_month", "13-2026"),
    invalid("denominator_of_indicator", **_target("protected_persons", "all", "potential", 1000.0)),
    invalid("segment_of_denominator", **_target("coverage_ratio", "formal", "employed", 40.0)),
    invalid("segment_with_potential", **_target("coverage_ratio", "PU", "potential", 40.0)),
    invalid("value_not_negative", **_target("protected_persons", "all", "none", -5.0)),
    invalid("ratio_in_percent", **_target("coverage_ratio", "all", "potential", 140.0)),
    invalid("ratio_not_a_fraction", **_target("coverage_ratio", "all", "potential", 0.45)),
    invalid("persons_whole", **_target("protected_persons", "all", "none", 1000.5)),
)  # fmt: skip
