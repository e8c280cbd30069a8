"""What the pipeline must find again: rows, broken rules, figures.

Belongs here: counting what was planted, by the rules of the contract on the values that reading must yield. Does not
belong here: deciding what is planted.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from schemas.code_lists import kemendagri_regions
from schemas.tables import MARKS, Rule, Severity, Table


@dataclass
class Account:
    """The rows of one extract, and what becomes of them."""

    rows_read: int = 0
    rows_quarantined: int = 0
    rows_collapsed: int = 0
    rows_repeated: int = 0
    files: int = 0
    files_repeated: int = 0
    rules: Counter[str] = field(default_factory=Counter)

    def judge(self, rows: pl.DataFrame, table: Table, month: date) -> None:
        """Count the rules that these typed rows break, and the rows to be quarantined."""
        if rows.is_empty():
            return
        verdict = _broken(rows, table, month)
        self.rules.update({name: int(verdict[name].sum()) for name in verdict.columns if verdict[name].any()})
        fatal = [rule.name for rule in table.all_rules() if rule.severity is Severity.FATAL]
        self.rows_quarantined += int(verdict.select(pl.any_horizontal(fatal).sum()).item())

    def quarantine(self, rule: str, rows: int) -> None:
        """Rows that only the whole file or month shows to be wrong."""
        self.rules[rule] += rows
        self.rows_quarantined += rows

    def as_json(self) -> dict[str, Any]:
        """The account as plain values."""
        return {
            "rows_read": self.rows_read,
            "rows_accepted": self.rows_read - self.rows_quarantined - self.rows_collapsed,
            "rows_quarantined": self.rows_quarantined,
            "rows_collapsed": self.rows_collapsed,
            "rows_repeated": self.rows_repeated,
            "files": self.files,
            "files_repeated": self.files_repeated,
            "rules": {rule: count for rule, count in sorted(self.rules.items()) if count},
        }


def marked(rows: pl.DataFrame, table: Table, marks: Mapping[str, str]) -> pl.DataFrame:
    """The rows with `MARKS`: what reading notices about the row of a defect, `field:unreadable` or `field:damaged`."""
    bits = {rule: 1 << table.marks().index(mark) for rule, mark in marks.items()}
    return rows.with_columns(pl.col("defect").replace_strict(bits, default=0, return_dtype=pl.UInt32).alias(MARKS))


def _broken(rows: pl.DataFrame, table: Table, month: date) -> pl.DataFrame:
    known = rows.with_columns(pl.lit(month).alias("month"))
    known = _with_nik(known) if "nik" in rows.columns else known
    return known.select(_breaks(rule).alias(rule.name) for rule in table.all_rules())


def _with_nik(rows: pl.DataFrame) -> pl.DataFrame:
    """The working columns of the contract: what the digits of a NIK say."""
    number = pl.when(pl.col("nik").str.contains(r"^\d{16}$")).then(pl.col("nik")).cast(pl.Int64)
    region = pl.col("nik").str.slice(0, 4).replace_strict(kemendagri_regions(), default=None)
    read = rows.with_columns(number.alias("nik_number"), region.alias("nik_region"))
    written = pl.col("nik_number") // 10**4 % 10**6
    female = written > 40 * 10**4
    born = written - pl.when(female).then(40 * 10**4).otherwise(0)
    in_century = (born // 100 * 10**4 + 2000 + born % 100).cast(pl.String).str.zfill(8)  # DDMM20YY
    is_date = in_century.str.to_date("%d%m%Y", strict=False).is_not_null()
    return read.with_columns(female.alias("nik_female"), pl.when(is_date).then(born).cast(pl.Int32).alias("nik_birth"))


def _breaks(rule: Rule) -> pl.Expr:
    """A rule is broken where it applies and plainly does not hold; null says nothing."""
    broken = rule.holds.fill_null(value=True).not_()
    return broken if rule.applies is None else broken & rule.applies.fill_null(value=False)
