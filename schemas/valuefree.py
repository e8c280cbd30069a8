"""A pandera schema whose errors hold rule names and row verdicts, and no value of any row.

Belongs here: the backends that leave values out, and that ask polars for the verdicts of all rules at once. pandera's own
put failing cells, and whole rows for checks across columns, into errors and messages; those are persons' data, and
collecting them, check by check, was most of the cost of validation.
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


class RuleCheck(Check):
    """A check of a batch: `holds` is true, false, or null where the rule says nothing of the row."""

    def __init__(self, name: str, holds: pl.Expr) -> None:
        """A check like any other, whose expression can be evaluated together with those of other rules."""
        super().__init__(lambda data: data.lazyframe.select(holds.alias(name)), name=name, error=name)
        self.holds = holds.fill_null(value=True).alias(name)


class _ValueFree(PolarsSchemaBackend):
    """What both backends do otherwise: count checks, never cases."""

    def failure_cases_metadata(self, schema_name: str, schema_errors: list[SchemaError]) -> FailureCaseMetadata:
        """How often each check failed, and no case."""
        counts = Counter(str(getattr(error.check, "error", error.check)) for error in schema_errors)
        return FailureCaseMetadata(pl.DataFrame(), {schema_name: sorted(counts)}, dict(counts))


class _ColumnBackend(_ValueFree, ColumnBackend):
    """A column: its name and type."""


class _SchemaBackend(_ValueFree, DataFrameSchemaBackend):
    """A batch: its rules, evaluated in one query."""

    def run_checks(self, check_obj: pl.LazyFrame, schema: Any) -> list[CoreCheckResult]:  # noqa: ANN401
        """The verdicts of all rules; one that fails has them row by row, and its name for a message."""
        try:
            verdicts = check_obj.select(check.holds for check in schema.checks).collect()
        except (
            pl.exceptions.PolarsError
        ):  # names and types are not the contract's: found before, and said without values
            return [_failed(check, index, None) for index, check in enumerate(schema.checks)]
        passed = verdicts.select(pl.all().all()).row(0)
        return [
            _failed(check, index, verdicts.select(pl.col(check.name).alias(VERDICT)))
            for index, (check, holds) in enumerate(zip(schema.checks, passed, strict=True))
            if not holds
        ]


def _failed(check: Check, index: int, verdict: pl.DataFrame | None) -> CoreCheckResult:
    return CoreCheckResult(
        passed=False,
        check=check,
        check_index=index,
        check_output=verdict,
        reason_code=SchemaErrorReason.DATAFRAME_CHECK,
        message=str(check.error),
        failure_cases=None,
    )


class ContractColumn(Column):
    """A column of a `Contract`."""


class Contract(DataFrameSchema):
    """A schema for person-level batches; its checks are `RuleCheck`s of the whole batch."""


for _kind in (pl.DataFrame, pl.LazyFrame):
    Contract.register_backend(_kind, _SchemaBackend)
ContractColumn.register_backend(pl.LazyFrame, _ColumnBackend)
