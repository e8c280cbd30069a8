"""The pandera schemas that follow from a table's declaration.

Belongs here: the schema of a standardised batch and of a stored table. Not: the declarations themselves, the backend that keeps
values out of errors (`valuefree`), texts for people (`projections`): a sentence changed there must not count as another contract.
"""

from functools import cache

import pandera.polars as pa
import polars as pl

from schemas.model import MARKS, Rule, Table
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
