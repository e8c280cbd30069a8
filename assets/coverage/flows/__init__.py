"""Flows: arrivals and departures between two months, by reason.

Belongs here: the inputs of `flows`, the check that every row balances, and the number of rows with an unusual change. Not here:
who entered or left (`registers/changes.sql`), the limits of a usual change (the lists `drift_limits` and `drift_exceptions`).
"""

from pathlib import Path

import polars as pl

from assets.coverage.summary import Summary, SummaryInput
from assets.month_selection import MONTH_BEFORE, THIS_MONTH
from schemas.registers import PERSONS, TRANSITIONS
from schemas.summaries.common import NATION
from schemas.summaries.flows import FLOWS

_IN = ("entered", "re_entered", "changed_segment_in", "moved_in", "restated_in")
_OUT = ("became_unpaid", "left_ended", "left_absent", "changed_segment_out", "moved_out", "restated_out")
DRIFT = "drift"


def balance(frame: pl.DataFrame) -> list[str]:
    """The error of rows where opening + in − out is not closing: the number of such rows, no figure."""
    arrivals = pl.sum_horizontal(f"{name}_persons" for name in _IN)
    departures = pl.sum_horizontal(f"{name}_persons" for name in _OUT)
    balances = pl.col("opening_persons") + arrivals - departures == pl.col("closing_persons")
    off = frame.filter(~balances.fill_null(value=False)).height
    return [f"opening + in − out is not closing in {off} rows"] if off else []


def drift(frame: pl.DataFrame) -> dict[str, int]:
    """The number of rows that changed by more than the limit of their segment, without an exception."""
    return {DRIFT: frame.filter(pl.col("drift") == "unusual").height}


FLOWS_SUMMARY = Summary(
    FLOWS,
    Path(__file__).parent,
    inputs=(
        SummaryInput(
            "persons_before", PERSONS, MONTH_BEFORE
        ),  # not read by the SQL: where it is missing, the reason names it
        SummaryInput("transitions", TRANSITIONS, THIS_MONTH),
    ),
    codes=("segments", "drift_limits", "drift_exceptions"),
    working=("flows_segment_groups", "flows_changes", "flows_cells", "flows_counts"),
    values=lambda month, input_months: {"month_name": month},
    check=balance,
    notice_names=(DRIFT,),
    notices=drift,
    is_error=lambda frame: drift(frame.filter(pl.col("province_code") == NATION))[DRIFT] > 0,
)
