"""Retention: of those who entered in a month, how many are protected so many months later.

Belongs here: what `retention` reads, and the rows of months that nobody has seen yet. Not: who entered
(`registers/changes.sql`). Every month looks back at the cohorts itself; it never reads its own past output.
"""

from pathlib import Path

import polars as pl

from assets.coverage.summary import Summary, SummaryInput, last_months, this_month
from schemas.registers import ENTRANTS, PERSON_STATUS_CODES, PERSONS
from schemas.summaries.retention import RETENTION

MONTHS_FOLLOWED = 24
_COHORT = ["cohort_month", "segment", "payer"]

RETENTION_SUMMARY = Summary(
    RETENTION,
    Path(__file__).parent,
    inputs=(
        SummaryInput("persons", PERSONS, this_month),
        SummaryInput("person_status_codes", PERSON_STATUS_CODES, this_month),
        SummaryInput("entrants", ENTRANTS, last_months(MONTHS_FOLLOWED + 1), is_required=False),
    ),
    codes=("segments",),
    working=("retention_by_person", "retention_cohorts"),
)


def completed(frame: pl.DataFrame) -> pl.DataFrame:
    """The gathered months with a row for each month since entry: what was not seen is null, never zero.

    Not seen: the month is still to come, or it was not run. Entrants are those counted in the newest month seen. Rows of
    a month that is not available stay as they are and are no cohort.
    """
    seen = frame.filter(pl.col("availability") == "available").sort("month")
    cohorts = seen.group_by(_COHORT, maintain_order=True).agg(pl.col("entrants_persons").last())
    since = pl.Series("months_since_entry", range(MONTHS_FOLLOWED + 1), dtype=pl.Int64).to_frame()
    months = pl.format("{}mo", "months_since_entry")
    every = cohorts.join(since, how="cross").with_columns(
        pl.col("cohort_month").dt.offset_by(months).alias("month"), pl.lit("available").alias("availability")
    )
    unseen = every.join(frame, on=list(RETENTION.key), how="anti")
    return pl.concat([frame, unseen], how="diagonal").select(frame.columns)
