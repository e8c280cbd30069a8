"""Targets: actual against planned values, the pace needed, and the projection of the recent pace."""

import polars as pl

from schemas.constraints import EqualTo, TableConstraints
from schemas.registers import MONTH
from schemas.summaries.common import SEGMENT, STATE, residents
from schemas.tables import Field, Kind, Table

_OF = ("protected_persons",)
_SERIES = (*_OF, "least_persons")
_UNIT = "person, or percent for a ratio"
_PROJECTION = (
    "random walk with drift over the monthly changes of the series, at most 24, all divided by the population of this "
    "month; Student's t; never below 0 nor above the potential"
)

CONSTRAINTS = TableConstraints(
    (EqualTo("protected_persons", "coverage", "protected_persons", residents("region_code", pl.col("segment"))),),
    repeated_over=("indicator", "denominator_id", "target_month"),
)

TARGET_PROGRESS = Table(
    "target_progress", "actual, target, gap, pace needed and projection with its 80 % range",
    "one row per month, indicator, region, segment, denominator and target month not yet passed",
    (
        MONTH,
        Field("indicator", Kind.TEXT, "protected_persons or coverage_ratio", codes="target_indicators", special=("all",)),
        Field("region_code", Kind.REGION, "present Kemendagri code; ID: the nation", codes="regions", special=("ID",)),
        SEGMENT,
        Field("denominator_id", Kind.TEXT, "denominator of both the target and the actual value; none for persons",
              codes="denominators", special=("all",)),
        Field("target_month", Kind.MONTH, "month by the end of which the target is to be reached", "month"),
        Field("target_value", Kind.NUMBER, "target", _UNIT),
        Field("target_source", Kind.TEXT, "plan that sets the target"),
        Field("protected_persons", Kind.COUNT, "persons protected at the end of the month (residents)", "person",
              sensitive=True),
        Field("actual_value", Kind.NUMBER, "value of the indicator at the end of the month", _UNIT, uses=_OF),
        Field("gap_value", Kind.NUMBER, "target − actual", _UNIT, uses=_OF),
        Field("months_left", Kind.COUNT, "months until the target month", "month"),
        Field("needed_per_month", Kind.NUMBER, "gap ÷ months left; negative: target exceeded; empty in the target month",
              f"{_UNIT}, per month", uses=_OF),
        Field("changes_seen", Kind.COUNT, "month-on-month changes behind the projection", "change"),
        Field("mean_change", Kind.NUMBER, "mean of these changes", f"{_UNIT}, per month", uses=_SERIES),
        Field("projected_value", Kind.NUMBER, "value in the target month at that pace, between 0 and the potential; empty below "
              "six changes", _UNIT, source=_PROJECTION, uses=_SERIES),
        Field("projected_low", Kind.NUMBER, "lower bound of the 80 % range; empty below six changes", _UNIT,
              source=_PROJECTION, uses=_SERIES),
        Field("projected_high", Kind.NUMBER, "upper bound of the 80 % range; empty below six changes", _UNIT,
              source=_PROJECTION, uses=_SERIES),
        Field("outlook", Kind.TEXT, "reached, likely (the range is above the target), open, unlikely (the range is below "
              "it), missed (below the target at the end of its month), or unknown (fewer "
              "than six changes, or no actual value)", codes="outlooks", uses=_SERIES),
        Field("least_persons", Kind.COUNT, "smallest number of persons above zero in a month behind the changes: the change "
              "and the present value would reveal it", "person", internal=True),
        *STATE,
    ),
    key=("month", "indicator", "region_code", "segment", "denominator_id", "target_month"),
    may_be_empty=True, constraints=CONSTRAINTS,
)  # fmt: skip
