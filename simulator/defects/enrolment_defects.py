"""The catalogue of defects of the enrolments: one per rule of the contract, with the kind of row it damages.

Not here: what a defect is (`defect`), how many there are in which office (`defect_schedule`).
"""

import polars as pl

from schemas.extracts.enrolments import PROGRAMMES
from simulator.defects.defect import EMPTY, Defect, by_rule, missing, nik_with, unreadable
from simulator.population.persons import nik
from simulator.population.row_plan import STRATA

_NIK = pl.col("nik")
_CHILD, _YOUNG, _OLD = 5, 13, 70  # ages in years: the first two in the month, the third at entry


def _has_leading_zeros(name: str) -> pl.Expr:
    """Whether a spreadsheet would drop zeros of the number that reading can restore."""
    return pl.col(name).str.contains(r"^0{1,3}[1-9]\d*$").fill_null(value=False)


# Kinds of calibrated rows. They are accepted in spite of their defects, so that no figure changes.
ROW_KINDS: dict[str, pl.Expr] = {
    "leading_zero": (pl.col("stratum") == 0) & _has_leading_zeros("membership_id"),
    "employer_zero": (pl.col("stratum") == 0)
    & ~_has_leading_zeros("membership_id")
    & _has_leading_zeros("employer_id"),
    "wage_earner": (pl.col("stratum") == 0) & ~_has_leading_zeros("membership_id") & ~_has_leading_zeros("employer_id"),
    "project_worker": pl.col("stratum") == 1,
    "own_account": pl.col("stratum") == STRATA.index("BPU"),
    "subsidised": pl.col("stratum") == STRATA.index("subsidised"),
}


def needs_spare_person(defect: Defect) -> bool:
    """Whether the defect needs an extra row, because it is quarantined and no figure may lack a person."""
    return defect.row_kind not in ROW_KINDS


def _born_on(birth_date: pl.Expr) -> dict[str, pl.Expr]:
    """Another birth date and a matching NIK. No other person is as young or as old, so the NIK is new.

    The serial number contains the month, so that the damaged persons of two months are not linked.
    """
    prefix = _NIK.str.slice(0, 4).cast(pl.Int64)
    serial = 1 + (pl.col("month").dt.month().cast(pl.Int64) * 100 + pl.col("ordinal")) % 9_999
    return {"birth_date": birth_date, "nik": nik(prefix, birth_date, pl.col("sex") == "F", serial)}


def _years_before(day: pl.Expr, years: int) -> pl.Expr:
    return pl.date(day.dt.year() - years, 6, 15)


_off = pl.lit(value=False)
_no_programmes = dict.fromkeys(PROGRAMMES, _off)  # an unreadable programme counts as not enrolled

SPARE_PERSON_DEFECTS = (
    missing("membership_id", "PU"),
    Defect("membership_id_format", "PU", {"membership_id": pl.when(pl.col("ordinal") % 2 == 0).then(
        pl.col("membership_id") + "7").otherwise(pl.lit("#") + pl.col("membership_id").str.slice(1))}),
    missing("birth_date", "PU"),
    unreadable("birth_date", "31-13-2024", "PU"),
    Defect("age_plausible", "PU", _born_on(pl.when(pl.col("ordinal") % 2 == 0).then(
        _years_before(pl.col("month"), _CHILD)).otherwise(pl.date(1905, 6, 15)))),
    missing("sex", "PU"),
    unreadable("sex", "X", "PU"),
    missing("segment", "PU"),
    unreadable("segment", "XX", "PU"),
    *(Defect(f"{name}_readable", "PU", {name: _off}, (name, pl.lit("?"))) for name in PROGRAMMES),
    Defect("programmes_readable", "PU", _no_programmes, ("programmes", pl.lit("JKK+XYZ"))),
    Defect("programme_held", "PU", _no_programmes),
    Defect("programmes_offered", "BPU", {"jp": pl.lit(value=True)}),
    missing("employer_id", "PU"),
    missing("project_no", "JAKON"),
    missing("work_region", "PU"),
    unreadable("work_region", "9999", "PU"),
    Defect("wage_not_negative", "PU", {"wage_idr": -pl.col("wage_idr")}),
    missing("start_date", "PU"),
    unreadable("start_date", "32-01-2024", "PU"),
    Defect("started_by_month_end", "PU", {"start_date": pl.col("month").dt.month_end() + pl.duration(days=3)}),
    missing("end_date", "JAKON"),
    unreadable("end_date", "sampai selesai", "PU"),
    Defect("end_after_start", "PU", {"end_date": pl.col("start_date") - pl.duration(days=10)}),
    missing("paid_through", "PU"),
    unreadable("paid_through", "13-2024", "PU"),
    missing("office_code", "PU"),
)  # fmt: skip

CALIBRATED_ROW_DEFECTS = (
    Defect("membership_id_intact", "leading_zero", {},
           ("membership_id", pl.col("membership_id").str.replace("^'?0+", "")), "damaged"),
    missing("nik", "wage_earner"),
    Defect("nik_intact", "wage_earner", {"nik": EMPTY}, ("nik", pl.lit("3.27199E+15")), "damaged"),
    Defect("project_worker_named", "project_worker", {"nik": EMPTY}),
    Defect("nik_digits", "wage_earner", {"nik": _NIK.str.slice(0, 15)}),
    Defect("nik_not_dummy", "wage_earner", {"nik": pl.when(pl.col("ordinal") % 2 == 0).then(
        pl.lit("1111111111111111")).otherwise(pl.lit("1234567890123456"))}),
    Defect("nik_issued_region", "wage_earner", {"nik": nik_with(0, "9999", 4)}),
    Defect("nik_birth_date", "wage_earner", {"nik": nik_with(8, "13", 2)}),
    Defect("nik_serial", "wage_earner", {"nik": nik_with(12, "0000", 4)}),
    Defect("nik_sex_agrees", "wage_earner", {"sex": pl.col("sex").replace({"F": "M", "M": "F"})}),
    Defect("nik_birth_date_agrees", "wage_earner", {"birth_date": pl.col("birth_date") - pl.duration(days=40)}),
    Defect("working_age", "wage_earner", _born_on(_years_before(pl.col("month"), _YOUNG))),
    Defect("minimum_programmes", "wage_earner", {"jkm": _off}),
    Defect("employer_id_format", "wage_earner", {"employer_id": pl.col("employer_id").str.slice(0, 4) + "#1"}),
    missing("home_region", "wage_earner"),
    unreadable("home_region", "9999", "wage_earner"),
    unreadable("kbli", "ABCDE", "wage_earner"),
    unreadable("wage_idr", "abc", "wage_earner"),
    Defect("wage_plausible", "wage_earner", {"wage_idr": pl.col("wage_idr") * 1000}),
    Defect("entry_age_bpu", "own_account", _born_on(_years_before(pl.col("start_date"), _OLD))),
    Defect("prepaid_at_most_a_year", "own_account", {"paid_through": pl.col("month").dt.offset_by("15mo")}),
    unreadable("payer", "XYZ", "wage_earner"),
    Defect("subsidy_is_bpu", "wage_earner", {"payer": pl.lit("village_fund"), "vulnerable_basis": pl.lit("farmer")}),
    unreadable("channel", "XYZ", "wage_earner"),
    missing("vulnerable_basis", "subsidised"),
    unreadable("vulnerable_basis", "XYZ", "subsidised"),
    Defect("employer_id_intact", "employer_zero", {}, ("employer_id", pl.col("employer_id").str.replace("^0+", "")),
           "damaged"),
    Defect("employer_division_intact", "wage_earner", {"employer_division": pl.lit("000")},
           ("employer_division", pl.lit("0")), "damaged"),
    Defect("project_no_intact", "project_worker", {"project_no": pl.lit("000") + pl.col("project_no").str.slice(3)},
           ("project_no", pl.col("project_no").str.slice(3)), "damaged"),
    Defect("employer_division_format", "wage_earner", {"employer_division": pl.lit("0#1")}),
    Defect("project_no_format", "project_worker", {"project_no": pl.col("project_no").str.slice(0, 11) + "#1"}),
    Defect("office_code_intact", "PU", {"office_code": EMPTY}, ("office_code", pl.lit("1.01E+05")), "damaged"),
)  # fmt: skip


DEFECTS = by_rule(*SPARE_PERSON_DEFECTS, *CALIBRATED_ROW_DEFECTS)
