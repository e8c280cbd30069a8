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

VERDICT = "check_output"  # pandera's name for the column that says of each row whether it passed


class RuleCheck(Check):
    """A check of a batch: `holds` is true, false, or null where the rule says nothing of the row."""

    def __init__(self, name: str, holds: pl.Expr) -> None:
        """A check like any other, whose expression can be evaluated together with those of other rules."""
        super().__init__(lambda data: data.lazyframe.select(holds.alias(name)), name=name, error=name)
        self.holds = holds.fill_null(value=True).alias(name)


class _Backend(DataFrameSchemaBackend):
    """A batch: its columns compared at once, its rules evaluated in one query, errors that count and never quote."""

    def failure_cases_metadata(self, schema_name: str, schema_errors: list[SchemaError]) -> FailureCaseMetadata:
        """How often each check failed, and no case."""
        counts = Counter(str(getattr(error.check, "error", error.check)) for error in schema_errors)
        return FailureCaseMetadata(pl.DataFrame(), {schema_name: sorted(counts)}, dict(counts))

    def collect_column_info(self, check_obj: pl.LazyFrame, schema: Any) -> ColumnInfo:  # noqa: ANN401
        """Which declared columns are there, from one look at the frame."""
        there = check_obj.collect_schema().names()
        found = [name for name in schema.columns if name in there]
        return ColumnInfo(
            dict.fromkeys(found), frozenset(found), there, [name for name in schema.columns if name not in there], []
        )

    def collect_schema_components(self, check_obj: pl.LazyFrame, schema: Any, column_info: ColumnInfo) -> list[Any]:  # noqa: ANN401
        """None: columns have a name and a type, and no checks of their own."""
        return []

    def run_schema_component_checks(
        self,
        check_obj: pl.LazyFrame,
        schema: Any,  # noqa: ANN401
        schema_components: list[Any],
        lazy: bool,
    ) -> list[CoreCheckResult]:
        """Whether every column that is there has its declared type."""
        there = check_obj.collect_schema()
        unlike = [
            name for name, column in schema.columns.items() if there.get(name, column.dtype.type) != column.dtype.type
        ]
        reason = SchemaErrorReason.WRONG_DATATYPE
        return [CoreCheckResult(passed=False, check=f"type of {name}", reason_code=reason) for name in unlike]

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

    Nullability is a rule like any other, so that a missing and an unreadable cell are told apart.
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
