"""What follows from a table's declaration: its pandera schema, its SQL comments, its page in the data dictionary.

Belongs here: pure projections. Not: the declarations themselves, or where the results are written.
"""

from functools import cache

import pandera.polars as pa
import polars as pl

from schemas.indicators import lookup
from schemas.model import MARKS, Field, Rule, Table
from schemas.valuefree import Contract, RuleCheck


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


def comments(table: Table, name: str | None = None) -> list[str]:
    """COMMENT statements for the table and its columns; `name` where it is stored under another name."""
    target = name or table.name
    lines = [f"COMMENT ON TABLE {target} IS {_quoted(f'{table.about}. Grain: {table.grain}.')}"]
    told = ((field.name, _quoted(described(field, table.name))) for field in table.fields)
    return lines + [f"COMMENT ON COLUMN {target}.{name} IS {text}" for name, text in told]


def described(field: Field, table: str = "") -> str:
    """One line on a field: what it is, its unit, its source; of an indicator of the table, its formula and source too."""
    unit = f" [{field.unit}]" if field.unit != "-" else ""
    source = f" ({field.source})" if field.source else ""
    indicator = lookup(field.name, table)
    formula = f". Formula: {indicator.formula}; source: {indicator.source}" if indicator else ""
    return f"{field.about}{unit}{source}{formula}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
