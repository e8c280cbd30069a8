"""A pandera schema whose errors hold rule names and row verdicts, and no value of any row.

Belongs here: the two backends that leave values out. pandera's own put failing cells, and whole rows for checks across
columns, into errors and messages; those are persons' data, and collecting them was half of the cost of validation.
"""

from collections import Counter
from typing import Any

import polars as pl
from pandera.api.checks import Check
from pandera.api.polars.components import Column
from pandera.api.polars.container import DataFrameSchema
from pandera.backends.base import CoreCheckResult
from pandera.backends.polars.base import PolarsSchemaBackend
from pandera.backends.polars.components import ColumnBackend
from pandera.backends.polars.container import DataFrameSchemaBackend
from pandera.errors import FailureCaseMetadata, SchemaError, SchemaErrorReason

VERDICT = "check_output"  # pandera's name for the column that says of each row whether it passed


class _ValueFree(PolarsSchemaBackend):
    """What both backends do otherwise: keep the verdict of each row, never the cell."""

    def run_check(
        self,
        check_obj: pl.LazyFrame,
        schema: Any,  # noqa: ANN401  as pandera declares it
        check: Check,
        check_index: int,
        *args: Any,  # noqa: ANN401
    ) -> CoreCheckResult:
        """The verdict of one check on every row; its message is its name."""
        result = check(check_obj, *args)
        return CoreCheckResult(
            passed=result.check_passed.collect().item(),
            check=check,
            check_index=check_index,
            check_output=result.check_output.collect(),
            reason_code=SchemaErrorReason.DATAFRAME_CHECK,
            message=str(check.error),
            failure_cases=None,
        )

    def failure_cases_metadata(self, schema_name: str, schema_errors: list[SchemaError]) -> FailureCaseMetadata:
        """How often each check failed, and no case."""
        counts = Counter(str(getattr(error.check, "error", error.check)) for error in schema_errors)
        return FailureCaseMetadata(pl.DataFrame(), {schema_name: sorted(counts)}, dict(counts))


class _ColumnBackend(_ValueFree, ColumnBackend):
    """A column's checks."""


class _SchemaBackend(_ValueFree, DataFrameSchemaBackend):
    """A batch's checks."""


class ContractColumn(Column):
    """A column of a `Contract`."""


class Contract(DataFrameSchema):
    """A schema for person-level batches."""


for _kind in (pl.DataFrame, pl.LazyFrame):
    Contract.register_backend(_kind, _SchemaBackend)
ContractColumn.register_backend(pl.LazyFrame, _ColumnBackend)
