"""Retention: of the persons who entered in a month, how many are protected a number of months later.

Belongs here: the inputs of `retention`, and rows for months that are not observed yet. Not here: who entered
(`registers/changes.sql`). Each month reads the cohorts themselves, never the table of an earlier month.
"""

from pathlib import Path

import polars as pl

from assets.coverage.summary import Summary, SummaryInput
from assets.month_selection import THIS_MONTH, last_months
from schemas.registers import ENTRANTS, PERSON_STATUS_CODES, PERSONS
from schemas.summaries.retention import RETENTION

MONTHS_FOLLOWED = 24
_COHORT = ["cohort_month", "segment", "payer"]

RETENTION_SUMMARY = Summary(
    RETENTION,
    Path(__file__).parent,
    inputs=(
        SummaryInput("persons", PERSONS, THIS_MONTH),
        SummaryInput("person_status_codes", PERSON_STATUS_CODES, THIS_MONTH),
        SummaryInput("entrants", ENTRANTS, last_months(MONTHS_FOLLOWED + 1), is_required=False),
    ),
    codes=("segments",),
    working=("retention_by_person", "retention_cohorts"),
)


def completed(frame: pl.DataFrame) -> pl.DataFrame:
    """The months with a row for each month since entry. Figures of a month that was not observed are null, never zero.

    Such a month is in the future, or was not run. Entrants are those counted in the newest month. Rows of a month that is not
    available are kept, but do not form a cohort.
    """
    observed = frame.filter(pl.col("availability") == "available").sort("month")
    cohorts = observed.group_by(_COHORT, maintain_order=True).agg(pl.col("entrants_persons").last())
    since = pl.Series("months_since_entry", range(MONTHS_FOLLOWED + 1), dtype=pl.Int64).to_frame()
    months = pl.format("{}mo", "months_since_entry")
    every = cohorts.join(since, how="cross").with_columns(
        pl.col("cohort_month").dt.offset_by(months).alias("month"), pl.lit("available").alias("availability")
    )
    unobserved = every.join(frame, on=list(RETENTION.key), how="anti")
    return pl.concat([frame, unobserved], how="diagonal").select(frame.columns)
