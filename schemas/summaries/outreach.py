"""Outreach: activities by channel, their reach and cost, and the enrolments that followed."""

from schemas.constraints import SubsetOf, Sum, TableConstraints
from schemas.registers import MONTH
from schemas.summaries.common import ALL, NATION, PROVINCE, STATE, persons
from schemas.tables import Field, Kind, Table

_METHOD = "difference in differences against regencies without activity; association, not proof"

CONSTRAINTS = TableConstraints((Sum("provinces", "province_code", NATION), SubsetOf("channel", ALL)))

OUTREACH = Table(
    "outreach", "outreach activities, reach, cost and new enrolments by channel and segment; association, not proof",
    "one row per month of observation, month of the activities (up to three before), province, segment and channel",
    (
        MONTH,
        Field("held_month", Kind.MONTH, "month of the activities", "month"),
        PROVINCE,
        Field("segment", Kind.TEXT, "segment of the workers addressed", codes="segments_and_groups"),
        Field("channel", Kind.TEXT, "channel of outreach, or all", codes="outreach_channels", special=("all",)),
        Field("activities", Kind.COUNT, "activities", "activity"),
        Field("regencies", Kind.COUNT, "regencies with an activity", "regency"),
        Field("reach_persons", Kind.COUNT, "persons reached, as reported; empty where one activity reports no number", "person"),
        Field("cost_idr", Kind.COUNT, "cost; empty where one activity reports none", "IDR"),
        Field("months_observed", Kind.COUNT, "months observed after the activities, 0 to 3", "month"),
        persons("new_enrolments", "persons who entered or re-entered the segment in these regencies in the months observed; "
                "empty: no month observed yet"),
        Field("cost_per_enrolment_idr", Kind.NUMBER, "cost ÷ new enrolments, whatever their cause", "IDR per person",
              uses=("new_enrolments",)),
        Field("treated_regencies", Kind.COUNT, "regencies compared: activities of this channel only in the month, and none "
              "in the six months before and the three after", "regency"),
        Field("comparison_regencies", Kind.COUNT, "regencies without any activity for the segment in that time", "regency"),
        Field("additional_enrolments", Kind.NUMBER, "new enrolments above the number expected from the comparison regencies, over "
              "three months; association, not proof", "person", source=_METHOD, uses=("new_enrolments",)),
        Field("additional_error", Kind.NUMBER, "standard error of additional_enrolments; association, not proof", "person",
              source=_METHOD, uses=("new_enrolments",)),
        Field("additional_low", Kind.NUMBER, "lower 95 % bound; association, not proof", "person", source=_METHOD,
              uses=("new_enrolments",)),
        Field("additional_high", Kind.NUMBER, "upper 95 % bound; association, not proof", "person", source=_METHOD,
              uses=("new_enrolments",)),
        Field("cost_per_additional_idr", Kind.NUMBER, "cost of the compared activities ÷ additional enrolments; only where "
              "the bounds exclude zero from below; association, not proof", "IDR per person", source=_METHOD,
              uses=("new_enrolments",)),
        *STATE,
    ),
    key=("month", "held_month", "province_code", "segment", "channel"), may_be_empty=True, constraints=CONSTRAINTS,
)  # fmt: skip
