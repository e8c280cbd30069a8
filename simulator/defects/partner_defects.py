"""What can be wrong with the lists that others deliver: survey, loans, regulations, activities, targets.

Belongs here: one defect a rule of their contracts. Does not belong here: the scheme's own lists (`scheme_defects`).
"""

import polars as pl

from simulator.defects.defect import EXTRA_ROW, NOTHING, Defect, catalogued, invalid, missing, nik_part, unreadable

_ROW = pl.col("row")
_A_SECTOR = pl.lit("2020:A")  # a cell of its own: no other cell has a sector
# No activity has that letter, and no other month the number: a later row of a number replaces the one before.
_UNHELD = pl.lit("X") + pl.col("held_on").dt.strftime("%y%m") + _ROW.cast(pl.String).str.zfill(5)
_FAR = pl.date(2050 + _ROW // 12, _ROW % 12 + 1, 1)  # nobody plans so far ahead
_AFTER_MONTH = pl.col("month").dt.month_end() + pl.duration(days=3)

# An error that is not known leaves every sum without bounds: it is planted in cells of nobody.
_NOBODY = {"sector": _A_SECTOR, **dict.fromkeys(("persons", "eligible_persons", "vulnerable_persons"), pl.lit(0))}
_parts = {"eligible_persons": NOTHING, "vulnerable_persons": NOTHING}
WORKFORCE = catalogued(
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
    invalid("persons_not_negative", sector=_A_SECTOR, persons=pl.lit(-5), **_parts),
    invalid("eligible_within_persons", sector=_A_SECTOR, eligible_persons=pl.col("persons") + 1,
             vulnerable_persons=NOTHING),
    invalid("vulnerable_within_eligible", sector=_A_SECTOR, vulnerable_persons=pl.col("eligible_persons") + 1),
    invalid("survey_wave_known", sector=_A_SECTOR, survey_wave=pl.col("survey_wave").dt.offset_by("-1mo")),
    invalid("survey_wave_by_month_end", sector=_A_SECTOR, survey_wave=pl.col("survey_wave").dt.offset_by("2y")),
    Defect("rse_percent", EXTRA_ROW, _NOBODY | {"rse": pl.lit(120.0)}),
    invalid("rse_usable", rse=pl.lit(31.4)),
    unreadable("sector", "ZZZ"),
    missing("rse", EXTRA_ROW, **_NOBODY),
    unreadable("rse", "abc", EXTRA_ROW, **_NOBODY),
)  # fmt: skip

KUR_DEBTORS = catalogued(
    missing("nik"),
    Defect("nik_intact", "", {"nik": NOTHING}, ("nik", pl.lit("3.27199E+15")), "damaged"),
    invalid("nik_digits", nik=pl.col("nik").str.slice(0, 15)),
    invalid("nik_not_dummy", nik=pl.lit("1111111111111111")),
    invalid("nik_issued_region", nik=nik_part(0, "9999", 4)),
    invalid("nik_birth_date", nik=nik_part(8, "13", 2)),
    invalid("nik_serial", nik=nik_part(12, "0000", 4)),
    Defect("contract_no_intact", "", {"contract_no": NOTHING}, ("contract_no", pl.lit("1.23457E+11")), "damaged"),
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

_another_no = {"regulation_no": pl.lit("X/") + _ROW.cast(pl.String)}
REGIONAL_PROGRAMMES = catalogued(
    *(missing(name, **(_another_no if name != "regulation_no" else {})) for name in (
        "region_code", "year", "regulation_kind", "regulation_no", "budget_idr", "months", "fund")),
    unreadable("region_code", "9999", **_another_no),
    *(unreadable(name, "abc", **_another_no) for name in ("year", "budget_idr", "months", "workers_budgeted")),
    unreadable("regulation_kind", "XYZ", **_another_no),
    unreadable("fund", "XYZ", **_another_no),
    unreadable("in_force_from", "31-13-2024", **_another_no),
    unreadable("in_force_until", "31-13-2024", **_another_no),
    invalid("region_not_nation", region_code=pl.lit("ID")),
    invalid("year_plausible", year=pl.lit(2005)),
    invalid("budget_not_negative", budget_idr=pl.lit(-1_000_000)),
    invalid("months_of_a_year", months=pl.lit(13)),
    invalid("workers_not_negative", workers_budgeted=pl.lit(-1)),
    invalid("in_force_in_order", in_force_from=pl.date(pl.col("year"), 6, 1), in_force_until=pl.date(pl.col("year"), 6, 1)),
)  # fmt: skip

OUTREACH = catalogued(
    missing("activity_id"),
    Defect("activity_id_intact", "", {"activity_id": NOTHING}, ("activity_id", pl.lit("2.02412E+10")), "damaged"),
    *(missing(name, activity_id=_UNHELD)
      for name in ("held_on", "region_code", "segment", "channel", "reach_persons", "cost_idr")),
    unreadable("held_on", "31-13-2024", activity_id=_UNHELD),
    unreadable("region_code", "9999", activity_id=_UNHELD),
    *(unreadable(name, "XYZ", activity_id=_UNHELD) for name in ("segment", "channel", "reach_persons", "cost_idr")),
    invalid("held_in_month", activity_id=_UNHELD, held_on=pl.col("held_on").dt.offset_by("-12mo")),
    invalid("held_by_month_end", activity_id=_UNHELD, held_on=_AFTER_MONTH),
    invalid("reach_not_negative", activity_id=_UNHELD, reach_persons=pl.lit(-5)),
    invalid("cost_not_negative", activity_id=_UNHELD, cost_idr=pl.lit(-1_000_000)),
)  # fmt: skip


def _target(indicator: str, segment: str, denominator: str, value: float) -> dict[str, pl.Expr]:
    return {"indicator": pl.lit(indicator), "segment": pl.lit(segment), "denominator_id": pl.lit(denominator),
            "value": pl.lit(value), "target_month": _FAR}  # fmt: skip


TARGETS = catalogued(
    *(missing(name, **({} if name == "target_month" else {"target_month": _FAR})) for name in (
        "indicator", "region_code", "segment", "denominator_id", "target_month", "value", "source")),
    *(unreadable(name, "XYZ", target_month=_FAR) for name in (
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
