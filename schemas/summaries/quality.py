"""Data quality: results of the rules in the deliveries, by office."""

import polars as pl

from schemas.constraints import PartsOf, Sum, TableConstraints
from schemas.registers import MONTH
from schemas.summaries.common import CONF_STATUS
from schemas.tables import Field, Kind, Table

CONSTRAINTS = TableConstraints(
    (
        Sum(
            "accepted, quarantined and collapsed rows",
            "rule",
            "rows_read",
            ("rows_accepted", "rows_quarantined", "rows_collapsed"),
            counts=("broken_rows",),
        ),
        PartsOf("applicable_rows", ("broken_rows",)),
    ),
)

DATA_QUALITY = Table(
    "data_quality", "results of the rules in the deliveries",
    "one row per month, extract, office and rule",
    (
        MONTH,
        Field("extract", Kind.TEXT, "name of the extract"),
        Field("office_code", Kind.TEXT, "office of the file; unknown: the file names none, or could not be read"),
        Field("rule", Kind.TEXT, "rule name; rows_read, rows_accepted, rows_quarantined, rows_collapsed, files_rejected, "
              "files_repeated and office_missing (an office that delivered the month before) are volumes"),
        Field("severity", Kind.TEXT, "fatal (quarantined), convention (flagged), characterization (counted) or volume",
              codes="severities"),
        Field("applicable_rows", Kind.COUNT, "rows to which the rule applies", "row", sensitive=True),
        Field("broken_rows", Kind.COUNT, "rows that break the rule; for volumes: the volume itself", "row",
              sensitive=True, uses=("applicable_rows",)),
        Field("status", Kind.TEXT, "passed, failed or not_applicable", codes="rule_statuses", uses=("broken_rows",)),
        CONF_STATUS,
    ),
    key=("month", "extract", "office_code", "rule"), open_where=pl.col("rule").str.contains("^files_|^office_missing$"),
    constraints=CONSTRAINTS,
)  # fmt: skip
