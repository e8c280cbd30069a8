"""Flows: arrivals and departures by reason; opening + in − out = closing, exactly, in every row."""

import polars as pl

from schemas.constraints import Balance, EqualTo, Exchange, Sum, TableConstraints
from schemas.registers import MONTH
from schemas.summaries.common import NATION, PROVINCE, SEGMENT, STATE, persons, residents
from schemas.tables import Field, Kind, Table

_IN = ("entered_persons", "re_entered_persons", "changed_segment_in_persons", "moved_in_persons", "restated_in_persons")
_OUT = (
    "became_unpaid_persons",
    "left_ended_persons",
    "left_absent_persons",
    "changed_segment_out_persons",
    "moved_out_persons",
    "restated_out_persons",
)
_BOTH = (
    "opening_persons",
    "entered_persons",
    "re_entered_persons",
    "became_unpaid_persons",
    "left_ended_persons",
    "left_absent_persons",
    "closing_persons",
)  # the same for a group of segments and for each segment
_EVERYWHERE = (*_BOTH, "changed_segment_in_persons", "changed_segment_out_persons")
CONSTRAINTS = TableConstraints(
    (
        Balance(("opening_persons", *_IN), ("closing_persons", *_OUT)),
        Sum("provinces", "province_code", NATION, counts=_EVERYWHERE),
        Sum("formal and informal", "segment", "all", ("formal", "informal"), counts=_BOTH),
        Sum("wage earners and construction workers", "segment", "formal", ("PU", "JAKON"), counts=_BOTH),
        Sum("own-account workers", "segment", "informal", ("BPU",)),
        Exchange("province_code", NATION, "moved_in_persons", "moved_out_persons"),
        Exchange("province_code", NATION, "restated_in_persons", "restated_out_persons"),
        EqualTo("closing_persons", "coverage", "protected_persons", residents("province_code", pl.col("segment"))),
        EqualTo(
            "opening_persons",
            "coverage",
            "protected_persons",
            residents("province_code", pl.col("segment"), months_before=1),
        ),
    ),
)

FLOWS = Table(
    "flows", "protected persons at the end of the month before, arrivals, departures, protected persons now",
    "one row per month, province of residence and segment or group of segments; a change within the group or region of a row "
    "does not count in that row",
    (
        MONTH, PROVINCE, SEGMENT,
        persons("opening_persons", "protected at the end of the month before"),
        persons("entered_persons", "protected now, not in the register the month before, and the membership began this month"),
        persons("re_entered_persons", "protected now, not the month before, and in the register or a member earlier"),
        persons("changed_segment_in_persons", "protected in another segment the month before"),
        persons("moved_in_persons", "lived in another province the month before, both declared"),
        persons("restated_in_persons", "province of residence newly known, or from another source than the month "
                "before"),
        persons("became_unpaid_persons", "protected the month before, unpaid now (status grace or lapsed)",
                formerly="lapsed_persons"),
        persons("left_ended_persons", "protected the month before, membership or contract ended"),
        persons("left_absent_persons", "protected the month before, no longer reported"),
        persons("changed_segment_out_persons", "protected in another segment now"),
        persons("moved_out_persons", "lives in another province now, both declared"),
        persons("restated_out_persons", "province of residence no longer known, or from another source"),
        persons("closing_persons", "protected at the end of the month"),
        Field("change_ratio", Kind.NUMBER, "closing ÷ opening − 1", "1", uses=("opening_persons", "closing_persons")),
        Field("drift", Kind.TEXT, "ok; unusual: the change is above the limit of the segment (list drift_limits); declared: "
              "above the limit, and an exception explains it (list drift_exceptions); small: too few persons to judge",
              codes="drifts", uses=("opening_persons", "closing_persons")),
        *STATE,
    ),
    key=("month", "province_code", "segment"), constraints=CONSTRAINTS,
)  # fmt: skip
