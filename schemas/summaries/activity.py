"""Activity: members of any status, who of them is protected, and how long the others are dormant."""

import polars as pl

from schemas.constraints import EqualTo, PartsOf, Sum, TableConstraints, remainder
from schemas.registers import MONTH
from schemas.summaries.common import ALL, NATION, PAYER, PROVINCE, SEGMENT, STATE, persons, ratio, residents
from schemas.tables import Field, Kind, Table

DORMANT = ("dormant_1_3_persons", "dormant_4_6_persons", "dormant_7_12_persons", "dormant_13_24_persons",
           "dormant_25_persons")  # fmt: skip
_MEMBERS = ("member_persons",)
_OF_REGION = (pl.col("payer") == ALL) & (pl.col("channel") == ALL)
_IN_COVERAGE = residents("province_code", pl.col("segment"))
_IN_FLOWS = {name: pl.col(name) for name in ("month", "province_code", "segment")}
CONSTRAINTS = TableConstraints(
    (
        Sum("provinces", "province_code", NATION),
        Sum("formal and informal", "segment", ALL, ("formal", "informal")),
        Sum("wage earners and construction workers", "segment", "formal", ("PU", "JAKON")),
        Sum("own-account workers", "segment", "informal", ("BPU",)),
        Sum("payers", "payer", ALL),
        Sum("channels", "channel", ALL),
        PartsOf("member_persons", ("protected_persons", "dormant_persons"), has_remainder=False),
        PartsOf("dormant_persons", DORMANT, has_remainder=False),
        PartsOf("dormant_1_3_persons", ("grace_persons",)),
        PartsOf("protected_persons", ("re_entered_persons",)),
        EqualTo("protected_persons", "coverage", "protected_persons", _IN_COVERAGE, where=_OF_REGION),
        EqualTo(
            "grace_persons",
            "coverage",
            remainder("registered_persons", "protected_persons"),
            _IN_COVERAGE,
            where=_OF_REGION,
        ),
        EqualTo("re_entered_persons", "flows", "re_entered_persons", _IN_FLOWS, where=_OF_REGION),
    ),
    quotients={"active_ratio": ("protected_persons", "member_persons")},
)


def _dormant(name: str, months: str) -> Field:
    return persons(name, f"dormant for {months}", uses=_MEMBERS)


ACTIVITY = Table(
    "activity", "members of any status: protected, and dormant by how long",
    "one row per month, province of residence (or nation) and segment or group of segments; payers and channels for the nation "
    "only, one of the two at a time",
    (
        MONTH, PROVINCE, SEGMENT, PAYER,
        Field("channel", Kind.TEXT, "channel of enrolment of the primary membership: app, web, agent, branch, bank, partner, "
              "or not_stated; all: any", codes="channels", special=("not_stated", "all")),
        persons("member_persons", "persons with a membership of any status, by primary segment"),
        persons("protected_persons", "of them protected at the end of the month", uses=_MEMBERS),
        persons("dormant_persons", "of them not protected: in grace, lapsed or ended", uses=_MEMBERS),
        persons("grace_persons", "of the dormant, in grace: arrears can still be paid", uses=_MEMBERS),
        _dormant("dormant_1_3_persons", "one to three months: months since the last one at whose end any membership was "
                 "protected"),
        _dormant("dormant_4_6_persons", "four to six months"),
        _dormant("dormant_7_12_persons", "seven to twelve months"),
        _dormant("dormant_13_24_persons", "thirteen to twenty-four months"),
        _dormant("dormant_25_persons", "more than twenty-four months"),
        persons("re_entered_persons", "protected now, not the month before, and in the register or a member earlier; empty "
                "without that month", uses=_MEMBERS),
        ratio("active_ratio", "protected ÷ members of any status", (*_MEMBERS, "protected_persons")),
        *STATE,
    ),
    key=("month", "province_code", "segment", "payer", "channel"), constraints=CONSTRAINTS,
)  # fmt: skip
