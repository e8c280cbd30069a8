"""Tiny categories that are published together with another one, before any figure is suppressed.

Belongs here: which categories these are in a month, and the merged rows. Not here: the rules (`publication_rules`), and the
suppression of figures (`pattern`).

A category such as the unknown size can have a few members in the whole nation. A single figure of it would then cost a figure of
another category in every sum. Its members are counted with the smallest other category instead, in every row of the month. Each
total remains the same, and no row with the tiny category is published.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from assets.release.disclosure.policy import Policy
from assets.release.disclosure.publication_rules import MergedCategory
from schemas.constraints import PartsOf
from schemas.summaries import SUMMARIES
from schemas.summaries.common import NATION
from schemas.tables import Table

_WHY = "figures of the nation are below the threshold"


@dataclass(frozen=True)
class Merger:
    """A category that is counted with another one in a month. It contains no figure."""

    rule: MergedCategory
    month: str
    target: str

    def as_json(self) -> dict[str, str]:
        """The entry of the certificate."""
        what = f"{self.rule.column} {self.rule.category} of {self.rule.table} {self.month}"
        return {"what": what, "counted_with": self.target, "why": _WHY}


def merge_small_categories(
    frames: Mapping[str, pl.DataFrame], policy: Policy
) -> tuple[dict[str, pl.DataFrame], list[Merger]]:
    """The frames with tiny categories merged, and what was merged. True values: never log them."""
    merged, mergers = dict(frames), []
    for rule in policy.merged_categories:
        table = next(table for table in SUMMARIES if table.name == rule.table)
        found = _mergers(merged[rule.table], table, rule, policy)
        if found:
            merged[rule.table] = _merge(merged[rule.table], table, rule, found)
        mergers += found
    return merged, mergers


def _mergers(frame: pl.DataFrame, table: Table, rule: MergedCategory, policy: Policy) -> list[Merger]:
    """The months in which a figure of the category is small in the nation, with the smallest other category of each."""
    nation = frame.filter(pl.col("province_code") == NATION)
    differences = [
        pl.col(relation.whole) - pl.sum_horizontal(relation.parts)
        for relation in table.constraints.relations
        if isinstance(relation, PartsOf)
    ]
    figures = [*(pl.col(name) for name in _counts(table)), *differences]
    is_small = pl.any_horizontal(figure.is_between(1, policy.min_count - 1) for figure in figures)
    months = nation.filter(pl.col(rule.column) == rule.category, is_small.fill_null(value=False))["month"].unique()
    size = pl.col(_counts(table)[0]).sum().alias("size")
    others = nation.filter(
        ~pl.col(rule.column).is_in(table.field(rule.column).special), pl.col("month").is_in(months.implode())
    )
    smallest = (
        others.group_by("month", rule.column)
        .agg(size)
        .sort("month", "size", rule.column)
        .unique("month", keep="first", maintain_order=True)
    )
    return [
        Merger(rule, f"{month:%Y-%m}", target) for month, target in smallest.select("month", rule.column).iter_rows()
    ]


def _counts(table: Table) -> list[str]:
    return [field.name for field in table.fields if field.sensitive]


def _merge(frame: pl.DataFrame, table: Table, rule: MergedCategory, mergers: list[Merger]) -> pl.DataFrame:
    """Add the rows of the category to those of the target. A sum with an unknown figure is unknown."""
    target = pl.col(rule.column)
    for merger in mergers:
        is_merged = (target == rule.category) & (pl.col("month").dt.strftime("%Y-%m") == merger.month)
        target = pl.when(is_merged).then(pl.lit(merger.target)).otherwise(target)
    added = [*_counts(table), *table.constraints.amounts]
    others = [name for name in frame.columns if name not in (*table.key, *added, *table.constraints.quotients)]
    rows = (
        frame.with_columns(target.alias(rule.column))
        .group_by(table.key, maintain_order=True)
        .agg(
            *(pl.when(pl.col(name).null_count() == 0).then(pl.col(name).sum()).alias(name) for name in added),
            pl.col(others).first(),
        )
    )
    ratios = {
        name: pl.col(part).cast(pl.Float64) / pl.when(pl.col(whole) != 0).then(pl.col(whole).cast(pl.Float64))
        for name, (part, whole) in table.constraints.quotients.items()
    }
    return rows.with_columns(**ratios).select(frame.columns).cast(frame.schema)
