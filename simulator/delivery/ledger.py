"""The ledger: how many rows of an extract the pipeline must accept, quarantine and collapse, and which rules they break.

Belongs here: counting planted defects, by the rules of the contract on the values that reading must find. Not here:
which defects are planted (`defects`), the file of the ledger (`delivery`).
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
class ExtractCounts:
    """The rows and files of one extract, by what the pipeline must do with them."""

    rows_read: int = 0
    rows_quarantined: int = 0
    rows_collapsed: int = 0
    rows_repeated: int = 0
    files: int = 0
    files_repeated: int = 0
    rules: Counter[str] = field(default_factory=Counter)

    def add_broken_rules(self, rows: pl.DataFrame, table: Table, month: date) -> None:
        """Count the rules that these typed rows break, and the rows to quarantine."""
        if rows.is_empty():
            return
        broken = _broken_rules(rows, table, month)
        self.rules.update({name: int(broken[name].sum()) for name in broken.columns if broken[name].any()})
        fatal = [rule.name for rule in table.all_rules() if rule.severity is Severity.FATAL]
        self.rows_quarantined += int(broken.select(pl.any_horizontal(fatal).sum()).item())

    def add_quarantined(self, rule: str, rows: int) -> None:
        """Count rows that break a rule of the whole file or month."""
        self.rules[rule] += rows
        self.rows_quarantined += rows

    def as_json(self) -> dict[str, Any]:
        """The counts as the ledger has them."""
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


def with_reading_marks(rows: pl.DataFrame, table: Table, marks: Mapping[str, str]) -> pl.DataFrame:
    """The rows with the column `MARKS`: what reading must notice, `field:unreadable` or `field:damaged`, as bits."""
    bits = {rule: 1 << table.marks().index(mark) for rule, mark in marks.items()}
    return rows.with_columns(pl.col("defect").replace_strict(bits, default=0, return_dtype=pl.UInt32).alias(MARKS))


def _broken_rules(rows: pl.DataFrame, table: Table, month: date) -> pl.DataFrame:
    rows = rows.with_columns(pl.lit(month).alias("month"))
    rows = _with_nik_parts(rows) if "nik" in rows.columns else rows
    return rows.select(_breaks(rule).alias(rule.name) for rule in table.all_rules())


def _with_nik_parts(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the working columns of the contract: region, sex and birth date from the digits of the NIK."""
    number = pl.when(pl.col("nik").str.contains(r"^\d{16}$")).then(pl.col("nik")).cast(pl.Int64)
    region = pl.col("nik").str.slice(0, 4).replace_strict(kemendagri_regions(), default=None)
    with_number = rows.with_columns(number.alias("nik_number"), region.alias("nik_region"))
    digits = pl.col("nik_number") // 10**4 % 10**6
    female = digits > 40 * 10**4
    born = digits - pl.when(female).then(40 * 10**4).otherwise(0)
    in_century = (born // 100 * 10**4 + 2000 + born % 100).cast(pl.String).str.zfill(8)  # DDMM20YY
    is_date = in_century.str.to_date("%d%m%Y", strict=False).is_not_null()
    return with_number.with_columns(
        female.alias("nik_female"), pl.when(is_date).then(born).cast(pl.Int32).alias("nik_birth")
    )


def _breaks(rule: Rule) -> pl.Expr:
    """A rule is broken where it applies and is false; it is not broken where it is null."""
    broken = rule.holds.fill_null(value=True).not_()
    return broken if rule.applies is None else broken & rule.applies.fill_null(value=False)
