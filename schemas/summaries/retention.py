"""Retention: of the persons who entered in a month, how many are protected a number of months later."""

import polars as pl

from schemas.constraints import EqualTo, PartsOf, Sum, TableConstraints
from schemas.summaries.common import ALL, NATION, PAYER, STATE, persons, ratio
from schemas.tables import Field, Kind, Table

_MONTH_BEFORE = {name: pl.col(name) for name in ("cohort_month", "segment", "payer")}
_MONTH_BEFORE |= {"month": pl.col("month").dt.offset_by("-1mo")}
_COHORT = {"month": pl.col("cohort_month"), "province_code": pl.lit(NATION), "segment": pl.col("segment")}
CONSTRAINTS = TableConstraints(
    (
        Sum("segments", "segment", ALL, ("PU", "JAKON", "BPU")),
        Sum("payers", "payer", ALL),
        PartsOf("entrants_persons", ("retained_persons",)),
        EqualTo("entrants_persons", "flows", "entered_persons", _COHORT, where=pl.col("payer") == ALL),
        EqualTo(
            "entrants_persons",
            "retention",
            "entrants_persons",
            _MONTH_BEFORE,
            where=pl.col("month") > pl.col("cohort_month"),
        ),
    ),
    repeated_over=("months_since_entry",),
)

RETENTION = Table(
    "retention", "persons who entered in a month and are protected 0 to 24 months later",
    "one row per cohort, segment, payer and months since entry; months not yet observed are null, not zero",
    (
        Field("month", Kind.MONTH, "month of observation: cohort + months since entry", "month"),
        Field("cohort_month", Kind.MONTH, "month in which the persons entered (flows: entered)", "month"),
        Field("segment", Kind.TEXT, "segment at entry: PU, JAKON, BPU, PMI, or all (PU, JAKON, BPU)",
              codes="segments_and_groups"),
        PAYER,
        Field("months_since_entry", Kind.COUNT, "0 to 24", "month"),
        persons("entrants_persons", "persons who entered"),
        persons("retained_persons", "of them protected in the month of observation, in any segment; empty: not yet observed",
                uses=("entrants_persons",)),
        ratio("retained_ratio", "retained ÷ entrants", ("entrants_persons", "retained_persons")),
        *STATE,
    ),
    key=("month", "cohort_month", "segment", "payer"), constraints=CONSTRAINTS,
    may_be_empty=True,  # the first month has no month before it, so no entrants are known
)  # fmt: skip
