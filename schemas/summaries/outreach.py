"""Outreach: what was done on which channel, whom it reached, what it cost, and what was seen to follow."""

from schemas.constraints import SubsetOf, Sum, TableConstraints
from schemas.registers import MONTH
from schemas.summaries.common import ALL, NATION, PROVINCE, STATE, persons
from schemas.tables import Field, Kind, Table

_METHOD = "difference in differences against regencies without activity; association, not proof"

CONSTRAINTS = TableConstraints((Sum("provinces", "province_code", NATION), SubsetOf("channel", ALL)))

OUTREACH = Table(
    "outreach", "outreach activities, reach, cost and new enrolments by channel and segment; association, not proof",
    "one row a month of observation, month the activity was held in (up to three before), province, segment and channel",
    (
        MONTH,
        Field("held_month", Kind.MONTH, "month the activities were held in", "month"),
        PROVINCE,
        Field("segment", Kind.TEXT, "segment the activities addressed", codes="segments_and_groups"),
        Field("channel", Kind.TEXT, "channel of outreach, or all", codes="outreach_channels", special=("all",)),
        Field("activities", Kind.COUNT, "activities", "activity"),
        Field("regencies", Kind.COUNT, "regencies with one", "regency"),
        Field("reach_persons", Kind.COUNT, "persons reached, as reported; empty where an activity does not tell", "person"),
        Field("cost_idr", Kind.COUNT, "cost; empty where an activity does not tell", "IDR"),
        Field("months_observed", Kind.COUNT, "months after the activities that have been seen, 0 to 3", "month"),
        persons("new_enrolments", "persons who entered or re-entered the segment in these regencies in the months observed; "
                "empty: none yet"),
        Field("cost_per_enrolment_idr", Kind.NUMBER, "cost ÷ new enrolments, whatever caused them", "IDR a person",
              uses=("new_enrolments",)),
        Field("treated_regencies", Kind.COUNT, "regencies with activities of this channel alone in the month, and of none "
              "in the six months before and the three after: those compared", "regency"),
        Field("comparison_regencies", Kind.COUNT, "regencies without any activity for the segment in that time", "regency"),
        Field("additional_enrolments", Kind.NUMBER, "new enrolments above what the comparison regencies would have had, all "
              "three months; association, not proof", "person", source=_METHOD, uses=("new_enrolments",)),
        Field("additional_error", Kind.NUMBER, "standard error of that; association, not proof", "person", source=_METHOD,
              uses=("new_enrolments",)),
        Field("additional_low", Kind.NUMBER, "lower 95 % bound; association, not proof", "person", source=_METHOD,
              uses=("new_enrolments",)),
        Field("additional_high", Kind.NUMBER, "upper 95 % bound; association, not proof", "person", source=_METHOD,
              uses=("new_enrolments",)),
        Field("cost_per_additional_idr", Kind.NUMBER, "cost of the compared activities ÷ additional enrolments; only where "
              "the bounds exclude zero from below; association, not proof", "IDR a person", source=_METHOD,
              uses=("new_enrolments",)),
        *STATE,
    ),
    key=("month", "held_month", "province_code", "segment", "channel"), may_be_empty=True, constraints=CONSTRAINTS,
)  # fmt: skip
