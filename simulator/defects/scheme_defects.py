"""What can be wrong with the scheme's own lists, employers and payments: one defect a rule of their contracts.

Belongs here: the two catalogues. Does not belong here: enrolments, lists of others (`partner_defects`).
"""

import polars as pl

from simulator.defects.defect import EXTRA_ROW, Defect, catalogued, invalid, missing, unreadable

_ROW = pl.col("row")
_FRESH_NPP = pl.lit("ZZ") + pl.col("ordinal").cast(pl.String).str.zfill(6)  # no employer has two letters in front
_SHORT_NPP = (90_000 + pl.col("ordinal") % 10_000).cast(pl.String)  # a number that lost its zeros
_NOBODY = pl.lit("ZZ") + _ROW.cast(pl.String).str.zfill(9)  # no membership has two letters in front
_SHORT = (10_000_000 + _ROW).cast(pl.String)  # a membership number that lost its zeros

EMPLOYERS = catalogued(
    missing("employer_id"),
    invalid("employer_id_format", employer_id=pl.lit("12#45678")),
    Defect("employer_id_intact", EXTRA_ROW, {"employer_id": pl.lit("000") + _SHORT_NPP}, ("employer_id", _SHORT_NPP), "damaged"),
    missing("employer_division", employer_id=_FRESH_NPP),
    Defect("employer_division_intact", "", {"employer_division": pl.lit("000")}, ("employer_division", pl.lit("0")),
           "damaged"),
    invalid("employer_division_format", employer_id=_FRESH_NPP, employer_division=pl.lit("0#1")),
    missing("work_region", employer_id=_FRESH_NPP),
    unreadable("work_region", "9999", employer_id=_FRESH_NPP),
    *(invalid(f"{name}_not_negative", **{name: pl.lit(-1_000_000), "employer_id": _FRESH_NPP})
      for name in ("workers_declared", "annual_sales_idr", "capital_idr")),
    invalid("closed_after_registered", employer_id=_FRESH_NPP,
             closed_on=pl.col("registered_on") - pl.duration(days=30)),
    unreadable("kbli", "ABCDE"),
    *(unreadable(name, "abc") for name in ("workers_declared", "annual_sales_idr", "capital_idr")),
    unreadable("size_class", "XYZ"),
    unreadable("size_basis", "XYZ"),
    unreadable("registered_on", "31-13-2010"),
    unreadable("closed_on", "abc"),
    unreadable("is_kur_debtor", "?"),
)  # fmt: skip

# Payments of nobody: no good membership's payment is touched.
CONTRIBUTIONS = catalogued(
    missing("membership_id"),
    invalid("membership_id_format", membership_id=pl.lit("#") + _NOBODY.str.slice(1)),
    Defect("membership_id_intact", "", {"membership_id": pl.lit("000") + _SHORT}, ("membership_id", _SHORT), "damaged"),
    *(missing(name, membership_id=_NOBODY) for name in ("programme", "month_from", "months", "amount_idr", "paid_on")),
    unreadable("programme", "XYZ", membership_id=_NOBODY),
    unreadable("month_from", "13-2024", membership_id=_NOBODY),
    *(unreadable(name, "abc", membership_id=_NOBODY) for name in ("months", "amount_idr", "wage_base_idr")),
    unreadable("paid_on", "31-13-2024", membership_id=_NOBODY),
    unreadable("payer", "XYZ", membership_id=_NOBODY),
    invalid("months_within_a_year", membership_id=_NOBODY, months=pl.lit(13)),
    invalid("amount_not_negative", membership_id=_NOBODY, amount_idr=-pl.col("amount_idr")),
    invalid("amount_not_zero", membership_id=_NOBODY, amount_idr=pl.lit(0)),
    invalid("prepaid_at_most_a_year", membership_id=_NOBODY, month_from=pl.col("month").dt.offset_by("15mo")),
    invalid("wage_base_not_negative", membership_id=_NOBODY, wage_base_idr=pl.lit(-1_000_000)),
    invalid("paid_by_delivery", membership_id=_NOBODY, paid_on=pl.col("month").dt.offset_by("2mo")),
)  # fmt: skip
