"""The catalogues of defects of the employers and the contributions: one defect per rule of their contracts.

Not here: enrolments (`enrolment_defects`), the extracts of partners (`partner_defects`).
"""

import polars as pl

from simulator.defects.defect import EXTRA_ROW, Defect, by_rule, invalid, missing, unreadable

_ROW = pl.col("row")
_NEW_EMPLOYER = pl.lit("ZZ") + pl.col("ordinal").cast(pl.String).str.zfill(6)  # no true number starts with two letters
_SHORT_NPP = (90_000 + pl.col("ordinal") % 10_000).cast(pl.String)  # a number without its leading zeros
_NEW_MEMBERSHIP = pl.lit("ZZ") + _ROW.cast(pl.String).str.zfill(9)  # no true number starts with two letters
_SHORT_KPJ = (10_000_000 + _ROW).cast(pl.String)  # a number without its leading zeros

EMPLOYERS = by_rule(
    missing("employer_id"),
    invalid("employer_id_format", employer_id=pl.lit("12#45678")),
    Defect("employer_id_intact", EXTRA_ROW, {"employer_id": pl.lit("000") + _SHORT_NPP}, ("employer_id", _SHORT_NPP), "damaged"),
    missing("employer_division", employer_id=_NEW_EMPLOYER),
    Defect("employer_division_intact", "", {"employer_division": pl.lit("000")}, ("employer_division", pl.lit("0")),
           "damaged"),
    invalid("employer_division_format", employer_id=_NEW_EMPLOYER, employer_division=pl.lit("0#1")),
    missing("work_region", employer_id=_NEW_EMPLOYER),
    unreadable("work_region", "9999", employer_id=_NEW_EMPLOYER),
    *(invalid(f"{name}_not_negative", **{name: pl.lit(-1_000_000), "employer_id": _NEW_EMPLOYER})
      for name in ("workers_declared", "annual_sales_idr", "capital_idr")),
    invalid("closed_after_registered", employer_id=_NEW_EMPLOYER,
             closed_on=pl.col("registered_on") - pl.duration(days=30)),
    unreadable("kbli", "ABCDE"),
    *(unreadable(name, "abc") for name in ("workers_declared", "annual_sales_idr", "capital_idr")),
    unreadable("size_class", "XYZ"),
    unreadable("size_basis", "XYZ"),
    unreadable("registered_on", "31-13-2010"),
    unreadable("closed_on", "abc"),
    unreadable("is_kur_debtor", "?"),
)  # fmt: skip

# Payments of memberships that do not exist: no true payment is changed.
CONTRIBUTIONS = by_rule(
    missing("membership_id"),
    invalid("membership_id_format", membership_id=pl.lit("#") + _NEW_MEMBERSHIP.str.slice(1)),
    Defect("membership_id_intact", "", {"membership_id": pl.lit("000") + _SHORT_KPJ}, ("membership_id", _SHORT_KPJ), "damaged"),
    *(missing(name, membership_id=_NEW_MEMBERSHIP) for name in ("programme", "month_from", "months", "amount_idr", "paid_on")),
    unreadable("programme", "XYZ", membership_id=_NEW_MEMBERSHIP),
    unreadable("month_from", "13-2024", membership_id=_NEW_MEMBERSHIP),
    *(unreadable(name, "abc", membership_id=_NEW_MEMBERSHIP) for name in ("months", "amount_idr", "wage_base_idr")),
    unreadable("paid_on", "31-13-2024", membership_id=_NEW_MEMBERSHIP),
    unreadable("payer", "XYZ", membership_id=_NEW_MEMBERSHIP),
    invalid("months_within_a_year", membership_id=_NEW_MEMBERSHIP, months=pl.lit(13)),
    invalid("amount_not_negative", membership_id=_NEW_MEMBERSHIP, amount_idr=-pl.col("amount_idr")),
    invalid("amount_not_zero", membership_id=_NEW_MEMBERSHIP, amount_idr=pl.lit(0)),
    invalid("prepaid_at_most_a_year", membership_id=_NEW_MEMBERSHIP, month_from=pl.col("month").dt.offset_by("15mo")),
    invalid("wage_base_not_negative", membership_id=_NEW_MEMBERSHIP, wage_base_idr=pl.lit(-1_000_000)),
    invalid("paid_by_delivery", membership_id=_NEW_MEMBERSHIP, paid_on=pl.col("month").dt.offset_by("2mo")),
)  # fmt: skip
