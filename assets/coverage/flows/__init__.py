"""Flows: who came, who went, and why, month against month.

Belongs here: what `flows` reads, that every row balances, and how many rows changed more than is usual. Not: who entered
or left (`registers/changes.sql`) and what is usual (the lists `drift_limits` and `drift_exceptions`).
"""

from pathlib import Path

import polars as pl

from assets.coverage.summary import Summary, SummaryInput, month_before, this_month
from schemas.registers import PERSONS, TRANSITIONS
from schemas.summaries.common import NATION
from schemas.summaries.flows import FLOWS

_IN = ("entered", "re_entered", "changed_segment_in", "moved_in", "restated_in")
_OUT = ("became_unpaid", "left_ended", "left_absent", "changed_segment_out", "moved_out", "restated_out")
DRIFT = "drift"


def balance(frame: pl.DataFrame) -> list[str]:
    """What is wrong with the written rows: opening + in − out is not closing. A count of rows, no figure."""
    came = pl.sum_horizontal(f"{name}_persons" for name in _IN)
    went = pl.sum_horizontal(f"{name}_persons" for name in _OUT)
    kept = pl.col("opening_persons") + came - went == pl.col("closing_persons")
    off = frame.filter(~kept.fill_null(value=False)).height
    return [f"opening + in − out is not closing in {off} rows"] if off else []


def drift(frame: pl.DataFrame) -> dict[str, int]:
    """How many rows changed by more than the limit of their segment, without an exception that explains it."""
    return {DRIFT: frame.filter(pl.col("drift") == "unusual").height}


FLOWS_SUMMARY = Summary(
    FLOWS,
    Path(__file__).parent,
    inputs=(
        SummaryInput("persons_before", PERSONS, month_before),  # not asked: its absence is what to mend
        SummaryInput("transitions", TRANSITIONS, this_month),
    ),
    codes=("segments", "drift_limits", "drift_exceptions"),
    working=("flows_segment_groups", "flows_changes", "flows_cells", "flows_counts"),
    values=lambda month, input_months: {"month_name": month},
    check=balance,
    notice_names=(DRIFT,),
    notices=drift,
    is_grave=lambda frame: drift(frame.filter(pl.col("province_code") == NATION))[DRIFT] > 0,
)
