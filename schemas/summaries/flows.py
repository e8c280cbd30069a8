"""Flows: who came, who went, and why; opening + in − out = closing, exactly, in every row."""

from schemas.model import Field, Kind, Table
from schemas.registers import MONTH
from schemas.summaries.common import PROVINCE, SEGMENT, STATE, persons

FLOWS = Table(
    "flows", "protected persons at the end of the month before, who came, who went, protected persons now",
    "one row a month, province of residence and segment or group of segments; a change within the group or region of a row "
    "is no flow of that row",
    (
        MONTH, PROVINCE, SEGMENT,
        persons("opening_persons", "protected at the end of the month before"),
        persons("entered_persons", "protected now, unknown the month before, and the membership began this month"),
        persons("re_entered_persons", "protected now, not the month before, and known or a member earlier"),
        persons("changed_segment_in_persons", "protected in another segment the month before"),
        persons("moved_in_persons", "lived in another province the month before, both declared"),
        persons("restated_in_persons", "province of residence newly known, or taken from another source than the month "
                "before"),
        persons("lapsed_persons", "protected the month before, unpaid now (grace or lapsed)"),
        persons("left_ended_persons", "protected the month before, membership or contract ended"),
        persons("left_absent_persons", "protected the month before, no longer reported"),
        persons("changed_segment_out_persons", "protected in another segment now"),
        persons("moved_out_persons", "lives in another province now, both declared"),
        persons("restated_out_persons", "province of residence no longer known, or taken from another source"),
        persons("closing_persons", "protected at the end of the month"),
        Field("change_ratio", Kind.NUMBER, "closing ÷ opening − 1", "1", of=("opening_persons", "closing_persons")),
        Field("drift", Kind.TEXT, "ok; unusual: the change is above the limit of the segment (list drift_limits); declared: "
              "it is, and an exception explains it (list drift_exceptions); small: too few persons to judge",
              codes="drifts"),
        *STATE,
    ),
    key=("month", "province_code", "segment"),
)  # fmt: skip
