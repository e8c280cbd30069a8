"""The pandera schemas of the tables, whose errors hold rule names and counts and never a value of a row.

Belongs here: the schema of a standardised batch and of a stored table, and the pandera backend that evaluates all rules in one
query. pandera's own backend puts failing cells, and whole rows for checks across columns, into errors and messages: those are
data of persons, and collecting them was most of the cost of validation. Not here: the declarations (`tables`) and texts for
people (`comments`): a corrected sentence there must not count as another contract.
"""

from collections import Counter
from functools import cache
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.api.checks import Check
from pandera.api.polars.container import DataFrameSchema
from pandera.backends.base import ColumnInfo, CoreCheckResult
from pandera.backends.polars.container import DataFrameSchemaBackend
from pandera.errors import FailureCaseMetadata, SchemaError, SchemaErrorReason

from schemas.tables import MARKS, Rule, Table

VERDICT = "check_output"  # pandera's name for the column with the result of a check for each row


class RuleCheck(Check):
    """A check of a batch: `holds` is true, false, or null where the rule does not apply to the row."""

    def __init__(self, name: str, holds: pl.Expr) -> None:
        """A check whose expression can be evaluated together with those of other rules."""
        super().__init__(lambda data: data.lazyframe.select(holds.alias(name)), name=name, error=name)
        self.holds = holds.fill_null(value=True).alias(name)


class _Backend(DataFrameSchemaBackend):
    """Checks all columns of a batch at once and all rules in one query; errors hold counts, never values."""

    def failure_cases_metadata(self, schema_name: str, schema_errors: list[SchemaError]) -> FailureCaseMetadata:
        """The number of failures of each check, without cases."""
        counts = Counter(str(getattr(error.check, "error", error.check)) for error in schema_errors)
        return FailureCaseMetadata(pl.DataFrame(), {schema_name: sorted(counts)}, dict(counts))

    def collect_column_info(self, check_obj: pl.LazyFrame, schema: Any) -> ColumnInfo:  # noqa: ANN401
        """The declared columns that the frame has, from one read of its schema."""
        there = check_obj.collect_schema().names()
        found = [name for name in schema.columns if name in there]
        return ColumnInfo(
            dict.fromkeys(found), frozenset(found), there, [name for name in schema.columns if name not in there], []
        )

    def collect_schema_components(self, check_obj: pl.LazyFrame, schema: Any, column_info: ColumnInfo) -> list[Any]:  # noqa: ANN401
        """Empty: columns have a name and a type, but no checks."""
        return []

    def run_schema_component_checks(
        self,
        check_obj: pl.LazyFrame,
        schema: Any,  # noqa: ANN401
        schema_components: list[Any],
        lazy: bool,
    ) -> list[CoreCheckResult]:
        """An error for each column without its declared type."""
        types = check_obj.collect_schema()
        wrong = [
            name for name, column in schema.columns.items() if types.get(name, column.dtype.type) != column.dtype.type
        ]
        reason = SchemaErrorReason.WRONG_DATATYPE
        return [CoreCheckResult(passed=False, check=f"type of {name}", reason_code=reason) for name in wrong]

    def run_checks(self, check_obj: pl.LazyFrame, schema: Any) -> list[CoreCheckResult]:  # noqa: ANN401
        """The failed rules, with their name and their result for each row."""
        try:
            verdicts = check_obj.select(check.holds for check in schema.checks).collect()
        except pl.exceptions.PolarsError:  # a wrong name or type, reported above; this text may quote a value
            return [_failed(check, index, None) for index, check in enumerate(schema.checks)]
        passed = verdicts.select(pl.all().all()).row(0)
        return [
            _failed(check, index, verdicts[check.name].alias(VERDICT).to_frame())
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


class Contract(DataFrameSchema):
    """A schema for person-level batches; its checks are `RuleCheck`s of the whole batch."""


for _kind in (pl.DataFrame, pl.LazyFrame):
    Contract.register_backend(_kind, _Backend)


@cache
def contract(table: Table) -> Contract:
    """The pandera schema of a standardised batch: every field nullable, every rule a check named after it.

    Nullability is a rule like any other, so that a missing cell and an unreadable cell are different errors.
    """
    columns = {field.name: pa.Column(field.batch_dtype, nullable=True, required=True) for field in table.fields}
    columns[MARKS] = pa.Column(pl.UInt32)
    return Contract(columns, checks=[_check(rule) for rule in table.all_rules()], name=table.name, strict=False)


@cache
def stored(table: Table) -> pa.DataFrameSchema:
    """The pandera schema of a table as stored or released: names, types, order."""
    columns = {field.name: pa.Column(field.dtype, nullable=field.name not in table.key) for field in table.fields}
    return pa.DataFrameSchema(columns, name=table.name, strict=True, ordered=True)


def _check(rule: Rule) -> RuleCheck:
    return RuleCheck(rule.name, rule.holds if rule.applies is None else pl.when(rule.applies).then(rule.holds))
