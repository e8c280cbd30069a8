"""Validation of a typed batch by pandera: its result decides whether a row is accepted, flagged or quarantined.

Belongs here: running the schema, and converting its errors to rule names and row indices, never values. Not here: the rules
(`schemas`).
"""

from dataclasses import dataclass
from functools import cache

import polars as pl
from pandera.errors import SchemaError, SchemaErrors

from schemas.contracts import VERDICT, contract
from schemas.tables import Rule, Severity, Table


@dataclass(frozen=True)
class Verdict:
    """The result of the rules for a batch.

    `broken`: one row per row (index in the batch) and broken rule. `applicable`: rule → number of rows to which it applies.
    """

    broken: pl.DataFrame
    applicable: dict[str, int]

    def rules_by_row(self, names: frozenset[str]) -> pl.DataFrame:
        """Row → its broken rules among `names`, separated by blanks; only rows that break one."""
        chosen = self.broken.filter(pl.col("rule").is_in(names))
        return chosen.group_by("row", maintain_order=True).agg(pl.col("rule").str.join(" ").alias("rules"))

    def rows(self, names: frozenset[str]) -> pl.Series:
        """The rows that break a rule of `names`, sorted."""
        return self.broken.filter(pl.col("rule").is_in(names))["row"].unique().sort()

    def counts(self) -> dict[str, int]:
        """Rule → number of rows that break it; without rules that no row breaks."""
        return dict(self.broken.group_by("rule").len().iter_rows())


def validate(frame: pl.DataFrame, table: Table) -> Verdict:
    """Validate a standardised batch against every rule of its table.

    Raises TypeError, without values, if the frame lacks the columns and types of the contract: an error in this program.
    """
    rules = _rules(table)
    found: list[pl.DataFrame] = []
    try:
        contract(table).validate(frame, lazy=True)
    except SchemaErrors as errors:
        found = [_broken_rows(error, rules) for error in errors.schema_errors]
    empty = pl.DataFrame(schema={"row": pl.UInt32, "rule": pl.String})
    order = {name: position for position, name in enumerate(rules)}
    broken = pl.concat([empty, *found])
    broken = broken.sort("row", pl.col("rule").replace_strict(order, default=0, return_dtype=pl.Int32))
    return Verdict(broken, _applicable(frame, list(rules.values())))


@cache
def rules_of_severity(table: Table, severity: Severity) -> frozenset[str]:
    """The names of the rules with this severity."""
    return frozenset(rule.name for rule in table.all_rules() if rule.severity is severity)


@cache
def clearing_rules(table: Table) -> dict[str, frozenset[str]]:
    """Field → names of the rules that clear it in a row that breaks them."""
    rules = [rule for rule in table.all_rules() if rule.clears]
    fields = dict.fromkeys(rule.clears for rule in rules if rule.clears)
    return {name: frozenset(rule.name for rule in rules if rule.clears == name) for name in fields}


@cache
def _rules(table: Table) -> dict[str, Rule]:
    return {rule.name: rule for rule in table.all_rules()}


def _broken_rows(error: SchemaError, rules: dict[str, Rule]) -> pl.DataFrame:
    name = getattr(error.check, "error", None)
    output = error.check_output
    if name not in rules or output is None or VERDICT not in output.columns:
        raise TypeError(f"a batch of {error.schema.name} lacks the columns and types of its contract")
    rows = (~output[VERDICT]).arg_true()
    return pl.DataFrame({"row": rows, "rule": pl.repeat(name, rows.len(), eager=True)})


def _applicable(frame: pl.DataFrame, rules: list[Rule]) -> dict[str, int]:
    """Rule → number of rows to which it applies; all rows by default."""
    applies = {rule.name: rule.applies.sum() for rule in rules if rule.applies is not None}
    counted = frame.select(**applies).row(0, named=True) if applies else {}
    return {rule.name: int(counted.get(rule.name, frame.height) or 0) for rule in rules}
