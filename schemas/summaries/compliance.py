"""Compliance: contributions due at the rates of the month, contributions paid, and arrears."""

from schemas.constraints import PartsOf, Sum, TableConstraints
from schemas.extracts.contributions import MONTHS_AHEAD
from schemas.registers import MONTH
from schemas.summaries.common import ALL, NATION, PROVINCE, STATE, ratio
from schemas.tables import Field, Kind, Table

_DUE = ("due_memberships",)


def _memberships(name: str, meaning: str) -> Field:
    return Field(name, Kind.COUNT, meaning, "membership", sensitive=True, uses=_DUE if name not in _DUE else ())


CONSTRAINTS = TableConstraints(
    (
        Sum("provinces", "province_code", NATION),
        Sum("sizes", "size_class", ALL),
        Sum("segments", "segment", ALL),
        PartsOf("due_memberships", ("paid_memberships", "arrears_memberships"), has_remainder=False),
        PartsOf("due_memberships", ("in_time_memberships",)),
        PartsOf("due_memberships", ("unwaged_memberships",)),
        PartsOf("due_memberships", ("underpaid_memberships",)),
    ),
    amounts={"arrears_months": "arrears_memberships"}
    | dict.fromkeys(("due_idr", "paid_idr", "late_idr"), "due_memberships"),
    quotients={
        "paid_ratio": ("paid_idr", "due_idr"),
        "density_ratio": ("paid_memberships", "due_memberships"),
        "in_time_ratio": ("in_time_memberships", "due_memberships"),
    },
)

COMPLIANCE = Table(
    "compliance", "contributions due at the statutory rates of the month, paid, and in arrears",
    "one row per month, province of registration (or nation), segment (all, PU, BPU) and declared size of the employer (BPU: "
    "none), sizes by segment only; projects and contracts abroad are not paid by the month",
    (
        MONTH, PROVINCE,
        Field("segment", Kind.TEXT, "PU, BPU, or all: both", codes="segments_and_groups"),
        Field("size_class", Kind.TEXT, "size the employer declares: micro, small, medium, large or unknown; none: BPU; all: any",
              codes="size_classes", special=("unknown", "none", "all")),
        _memberships("due_memberships", "memberships that owe the month: protected or in grace at its end"),
        _memberships("paid_memberships", "of them paid through the month or later: membership-months paid"),
        _memberships("in_time_memberships", "of the due memberships, those with a payment for the month by the due date (PU: "
                     "15th of the next month, BPU: 15th of the month; a weekend moves it to Monday); empty where the delivery "
                     "shows no payment of that day or later"),
        _memberships("arrears_memberships", "of the due memberships, not paid through the month"),
        Field("arrears_months", Kind.COUNT, "sum of the months in arrears", "month", uses=(*_DUE, "arrears_memberships")),
        _memberships("unwaged_memberships", "of the due memberships, those without a wage or income, or with more than a "
                     "billion IDR: PU then owe nothing that can be computed, BPU the lowest band"),
        _memberships("underpaid_memberships", "of the due memberships with payments for the month, those with less than is "
                     "due"),
        Field("due_idr", Kind.COUNT, "statutory amount for the month", "IDR", uses=_DUE,
              source="lists contribution_rates, jkk_rates, jkk_classes, jp_ceilings, bpu_income_bands, reliefs"),
        Field("paid_idr", Kind.COUNT, f"received for the month in this month's delivery and in those of the {MONTHS_AHEAD} months "
              "before, from memberships that owe it and whose amount due is known (not from wage earners without a "
              "wage); a payment is divided over the months that it covers, and an identical one "
              "that is delivered again counts once", "IDR", uses=_DUE),
        Field("late_idr", Kind.COUNT, "received in this month's delivery for months before it, from the same memberships", "IDR",
              uses=_DUE),
        Field("history_months", Kind.COUNT, f"deliveries of payments behind paid_idr and in_time_memberships; below "
              f"{MONTHS_AHEAD + 1} prepayments are missing, and both are too low", "month"),
        ratio("paid_ratio", "paid ÷ due", _DUE),
        ratio("density_ratio", "months paid ÷ months due: paid ÷ due memberships of the month; add counts over months for a "
              "period", (*_DUE, "paid_memberships")),
        ratio("in_time_ratio", "in time ÷ due memberships; empty where the delivery ends before the due day",
              (*_DUE, "in_time_memberships")),
        *STATE,
    ),
    key=("month", "province_code", "segment", "size_class"), constraints=CONSTRAINTS,
)  # fmt: skip
