"""What can be wrong with the rows of the other extracts: one defect a rule of their contracts.

Belongs here: the catalogues. Does not belong here: enrolments (`defects`), how many and where (`small_extracts`).
"""

from collections.abc import Mapping

import polars as pl

from pipelines.simulator.defects import NOTHING, Defect, catalogued

_ROW = pl.col("row")
_FRESH_NPP = pl.lit("ZZ") + pl.col("ordinal").cast(pl.String).str.zfill(6)  # no employer has two letters in front
_A_SECTOR = pl.lit("2020:A")  # a cell of its own: no other cell has a sector
_NOBODY = pl.lit("ZZ") + _ROW.cast(pl.String).str.zfill(9)  # no membership has two letters in front
_SHORT = (10_000_000 + _ROW).cast(pl.String)  # a membership number that lost its zeros
# No activity has that letter, and no other month the number: a later row of a number replaces the one before.
_UNHELD = pl.lit("X") + pl.col("held_on").dt.strftime("%y%m") + _ROW.cast(pl.String).str.zfill(5)
_FAR = pl.date(2050 + _ROW // 12, _ROW % 12 + 1, 1)  # nobody plans so far ahead
_AFTER_MONTH = pl.col("month").dt.month_end() + pl.duration(days=3)


def _missing(name: str, **values: pl.Expr) -> Defect:
    return Defect(f"{name}_present", "", {**values, name: NOTHING})


def _unreadable(name: str, cell: str, **values: pl.Expr) -> Defect:
    return Defect(f"{name}_readable", "", {**values, name: NOTHING}, (name, pl.lit(cell)))


def _invalid(rule: str, **values: pl.Expr) -> Defect:
    return Defect(rule, "", values)


def _nik_part(start: int, part: str, length: int) -> pl.Expr:
    nik = pl.col("nik")
    return pl.concat_str(nik.str.slice(0, start), pl.lit(part), nik.str.slice(start + length))


_EMPLOYERS = catalogued(
    _missing("employer_id"),
    _invalid("employer_id_format", employer_id=pl.lit("12#45678")),
    _missing("employer_division", employer_id=_FRESH_NPP),
    _missing("work_region", employer_id=_FRESH_NPP),
    _unreadable("work_region", "9999", employer_id=_FRESH_NPP),
    *(_invalid(f"{name}_not_negative", **{name: pl.lit(-1_000_000), "employer_id": _FRESH_NPP})
      for name in ("workers_declared", "annual_sales_idr", "capital_idr")),
    _invalid("closed_after_registered", employer_id=_FRESH_NPP,
             closed_on=pl.col("registered_on") - pl.duration(days=30)),
    _unreadable("kbli", "ABCDE"),
    *(_unreadable(name, "abc") for name in ("workers_declared", "annual_sales_idr", "capital_idr")),
    _unreadable("size_class", "XYZ"),
    _unreadable("size_basis", "XYZ"),
    _unreadable("registered_on", "31-13-2010"),
    _unreadable("closed_on", "abc"),
    _unreadable("is_kur_debtor", "?"),
)  # fmt: skip

_parts = {"eligible_persons": NOTHING, "vulnerable_persons": NOTHING}
_WORKFORCE = catalogued(
    *(_missing(name, sector=_A_SECTOR)
      for name in ("survey_wave", "region_code", "employment_status", "sex", "age_band", "persons")),
    _unreadable("survey_wave", "13-2024", sector=_A_SECTOR),
    _unreadable("region_code", "9999", sector=_A_SECTOR),
    _unreadable("employment_status", "9", sector=_A_SECTOR),
    _unreadable("sex", "X", sector=_A_SECTOR),
    _unreadable("age_band", "12-99", sector=_A_SECTOR),
    *(_unreadable(name, "abc", sector=_A_SECTOR) for name in ("persons", "eligible_persons", "vulnerable_persons")),
    Defect("region_scheme_readable", "", {"sector": _A_SECTOR, "region_scheme": pl.lit("kemendagri_2025")},
           ("region_scheme", pl.lit("XYZ"))),
    _invalid("persons_not_negative", sector=_A_SECTOR, persons=pl.lit(-5), **_parts),
    _invalid("eligible_within_persons", sector=_A_SECTOR, eligible_persons=pl.col("persons") + 1,
             vulnerable_persons=NOTHING),
    _invalid("vulnerable_within_persons", sector=_A_SECTOR, vulnerable_persons=pl.col("persons") + 1),
    _invalid("rse_percent", sector=_A_SECTOR, rse=pl.lit(120.0)),
    _invalid("rse_usable", rse=pl.lit(31.4)),
    _unreadable("sector", "ZZZ"),
    _unreadable("rse", "abc"),
)  # fmt: skip

# Payments of nobody: no good membership's payment is touched.
_CONTRIBUTIONS = catalogued(
    _missing("membership_id"),
    _invalid("membership_id_format", membership_id=pl.lit("#") + _NOBODY.str.slice(1)),
    Defect("membership_id_intact", "", {"membership_id": pl.lit("000") + _SHORT}, ("membership_id", _SHORT), "damaged"),
    *(_missing(name, membership_id=_NOBODY) for name in ("programme", "month_from", "months", "amount_idr", "paid_on")),
    _unreadable("programme", "XYZ", membership_id=_NOBODY),
    _unreadable("month_from", "13-2024", membership_id=_NOBODY),
    *(_unreadable(name, "abc", membership_id=_NOBODY) for name in ("months", "amount_idr", "wage_base_idr")),
    _unreadable("paid_on", "31-13-2024", membership_id=_NOBODY),
    _unreadable("payer", "XYZ", membership_id=_NOBODY),
    _invalid("months_within_a_year", membership_id=_NOBODY, months=pl.lit(13)),
    _invalid("amount_not_negative", membership_id=_NOBODY, amount_idr=-pl.col("amount_idr")),
    _invalid("amount_not_zero", membership_id=_NOBODY, amount_idr=pl.lit(0)),
    _invalid("prepaid_at_most_a_year", membership_id=_NOBODY, month_from=pl.col("month").dt.offset_by("15mo")),
    _invalid("wage_base_not_negative", membership_id=_NOBODY, wage_base_idr=pl.lit(-1_000_000)),
    _invalid("paid_by_delivery", membership_id=_NOBODY, paid_on=pl.col("month").dt.offset_by("2mo")),
)  # fmt: skip

_KUR_DEBTORS = catalogued(
    _missing("nik"),
    Defect("nik_intact", "", {"nik": NOTHING}, ("nik", pl.lit("3.27199E+15")), "damaged"),
    _invalid("nik_digits", nik=pl.col("nik").str.slice(0, 15)),
    _invalid("nik_not_dummy", nik=pl.lit("1111111111111111")),
    _invalid("nik_issued_region", nik=_nik_part(0, "9999", 4)),
    _invalid("nik_birth_date", nik=_nik_part(8, "13", 2)),
    _invalid("nik_serial", nik=_nik_part(12, "0000", 4)),
    *(_missing(name) for name in ("contract_no", "scheme", "plafond_idr", "signed_on", "region")),
    _unreadable("scheme", "XYZ"),
    _unreadable("plafond_idr", "abc"),
    _unreadable("signed_on", "31-13-2024"),
    _unreadable("region", "9999"),
    _unreadable("kbli", "ABCDE"),
    _invalid("plafond_not_negative", plafond_idr=-pl.col("plafond_idr")),
    _invalid("plafond_within_scheme", plafond_idr=pl.lit(900_000_000)),
    _invalid("signed_by_month_end", signed_on=_AFTER_MONTH),
)  # fmt: skip

_another_no = {"regulation_no": pl.lit("X/") + _ROW.cast(pl.String)}
_REGIONAL_PROGRAMMES = catalogued(
    *(_missing(name, **(_another_no if name != "regulation_no" else {})) for name in (
        "region_code", "year", "regulation_kind", "regulation_no", "budget_idr", "months", "fund")),
    _unreadable("region_code", "9999", **_another_no),
    *(_unreadable(name, "abc", **_another_no) for name in ("year", "budget_idr", "months", "workers_budgeted")),
    _unreadable("regulation_kind", "XYZ", **_another_no),
    _unreadable("fund", "XYZ", **_another_no),
    _unreadable("in_force_from", "31-13-2024", **_another_no),
    _unreadable("in_force_until", "31-13-2024", **_another_no),
    _invalid("region_not_nation", region_code=pl.lit("ID")),
    _invalid("year_plausible", year=pl.lit(2005)),
    _invalid("budget_not_negative", budget_idr=pl.lit(-1_000_000)),
    _invalid("months_of_a_year", months=pl.lit(13)),
    _invalid("workers_not_negative", workers_budgeted=pl.lit(-1)),
    _invalid("in_force_in_order", in_force_from=pl.date(pl.col("year"), 6, 1), in_force_until=pl.date(pl.col("year"), 6, 1)),
)  # fmt: skip

_OUTREACH = catalogued(
    _missing("activity_id"),
    *(_missing(name, activity_id=_UNHELD)
      for name in ("held_on", "region_code", "segment", "channel", "reach_persons", "cost_idr")),
    _unreadable("held_on", "31-13-2024", activity_id=_UNHELD),
    _unreadable("region_code", "9999", activity_id=_UNHELD),
    *(_unreadable(name, "XYZ", activity_id=_UNHELD) for name in ("segment", "channel", "reach_persons", "cost_idr")),
    _invalid("held_in_month", activity_id=_UNHELD, held_on=pl.col("held_on").dt.offset_by("-12mo")),
    _invalid("held_by_month_end", activity_id=_UNHELD, held_on=_AFTER_MONTH),
    _invalid("reach_not_negative", activity_id=_UNHELD, reach_persons=pl.lit(-5)),
    _invalid("cost_not_negative", activity_id=_UNHELD, cost_idr=pl.lit(-1_000_000)),
)  # fmt: skip


def _target(indicator: str, segment: str, denominator: str, value: float) -> dict[str, pl.Expr]:
    return {"indicator": pl.lit(indicator), "segment": pl.lit(segment), "denominator_id": pl.lit(denominator),
            "value": pl.lit(value), "target_month": _FAR}  # fmt: skip


_TARGETS = catalogued(
    *(_missing(name, **({} if name == "target_month" else {"target_month": _FAR})) for name in (
        "indicator", "region_code", "segment", "denominator_id", "target_month", "value", "source")),
    *(_unreadable(name, "XYZ", target_month=_FAR) for name in (
        "indicator", "region_code", "segment", "denominator_id", "value")),
    _unreadable("target_month", "13-2026"),
    _invalid("denominator_of_indicator", **_target("protected_persons", "all", "potential", 1000.0)),
    _invalid("segment_of_denominator", **_target("coverage_ratio", "formal", "employed", 40.0)),
    _invalid("segment_with_potential", **_target("coverage_ratio", "PU", "potential", 40.0)),
    _invalid("value_not_negative", **_target("protected_persons", "all", "none", -5.0)),
    _invalid("ratio_in_percent", **_target("coverage_ratio", "all", "potential", 140.0)),
    _invalid("ratio_not_a_fraction", **_target("coverage_ratio", "all", "potential", 0.45)),
    _invalid("persons_whole", **_target("protected_persons", "all", "none", 1000.5)),
)  # fmt: skip

CATALOGUES: dict[str, Mapping[str, Defect]] = {
    "employers": _EMPLOYERS,
    "workforce": _WORKFORCE,
    "contributions": _CONTRIBUTIONS,
    "kur_debtors": _KUR_DEBTORS,
    "regional_programmes": _REGIONAL_PROGRAMMES,
    "outreach": _OUTREACH,
    "targets": _TARGETS,
}
BESIDE = ("contributions", "outreach", "targets")  # every defect is an extra row; what is true stays whole
