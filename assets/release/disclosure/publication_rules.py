"""Figures that a policy always publishes, and differences that it does not protect.

Belongs here: the two kinds of rule, the rules of the product, and which rows they select. Not here: thresholds (`policy`), and
how the suppression respects the rules (`suppression_problem`, `secondary_suppression`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl

from assets.errors import ReleaseRefused
from schemas.summaries import SUMMARIES
from schemas.tables import Table

_TABLES = {table.name: table for table in SUMMARIES}


@dataclass(frozen=True)
class Figures:
    """Figures of a table: the rows in which every column of `where` has one of its values; `counts`, or all if empty."""

    table: str
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    counts: tuple[str, ...] = ()

    @property
    def rows(self) -> pl.Expr:
        """Whether a row is selected."""
        return pl.all_horizontal(
            pl.lit(value=True), *(pl.col(name).is_in(list(values)) for name, values in self.where.items())
        )


@dataclass(frozen=True)
class AlwaysPublished:
    """Figures that secondary suppression must not remove.

    A figure that is small itself is suppressed all the same. If no other figure can protect a small count, figures of the rule
    are suppressed after all, and the certificate names them. With `required` the release is refused instead.
    """

    name: str
    figures: tuple[Figures, ...]
    required: bool = False


@dataclass(frozen=True)
class NotPersonal:
    """The difference between a whole and its part describes no person. A small difference is not protected.

    In `table` the row with `whole` in `column` is the whole, and the rows with one of `parts` are parts of it.
    """

    table: str
    column: str
    whole: str
    parts: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class MergedCategory:
    """A category of a column that is counted with the smallest other one if the nation has a small figure of it."""

    table: str
    column: str
    category: str


DETAILS = ("sex", "age_band", "payer", "vulnerable_basis", "size_basis", "sector", "channel", "scheme")


def _totals(table: str, counts: tuple[str, ...] = (), **where: tuple[str, ...]) -> Figures:
    """The totals over sex, age and the other details of a table."""
    return Figures(table, where | {name: ("all",) for name in DETAILS if name in _TABLES[table].key}, counts)


_BY_PROVINCE = (
    "activity",
    "compliance",
    "coverage_enterprise",
    "flows",
    "kur_linkage",
    "outreach",
    "vulnerable_workers",
)
_BY_REGION = ("regional_programmes", "target_progress")
ALWAYS_PUBLISHED = (
    AlwaysPublished(
        "totals of the nation",
        (
            _totals("coverage", geography_level=("nation",)),
            _totals("retention"),
            *(_totals(name, province_code=("ID",)) for name in _BY_PROVINCE),
            *(_totals(name, region_code=("ID",)) for name in _BY_REGION),
        ),
    ),
    AlwaysPublished(
        "protected persons of provinces by segment",
        (
            _totals(
                "coverage",
                ("protected_persons",),
                geography_level=("province", "province_2020"),
                programme=("any",),
            ),
        ),
    ),
)
NOT_PERSONAL = (
    NotPersonal(
        "coverage",
        "programme",
        "any",
        ("jkk", "jkm"),
        "Both programmes are compulsory together (Perpres 109/2013). A membership without one of them is an error of the "
        "delivery, which the rule minimum_programmes reports.",
    ),
)
MERGED_CATEGORIES = (MergedCategory("compliance", "size_class", "unknown"),)


def check_rules(
    always_published: Iterable[AlwaysPublished],
    not_personal: Iterable[NotPersonal],
    merged_categories: Iterable[MergedCategory],
) -> None:
    """Raises ReleaseRefused if a rule names a table, column or count that does not exist, or gives no reason."""
    for rule in always_published:
        for figures in rule.figures:
            table = _table(rule.name, figures.table)
            counts = {item.name for item in table.fields if item.sensitive}
            counts |= {*table.constraints.derived, *table.constraints.amounts}
            _require_names(rule.name, table, set(figures.where) - _key(table), "key column")
            _require_names(rule.name, table, set(figures.counts) - counts, "count")
    for exception in not_personal:
        table = _table("not_personal", exception.table)
        _require_names("not_personal", table, {exception.column} - _key(table), "key column")
        if not exception.reason.strip():
            raise ReleaseRefused(f"the policy gives no reason why a difference in {table.name} describes no person")
    for category in merged_categories:
        table = _table("merged_categories", category.table)
        _require_names("merged_categories", table, {category.column, "province_code"} - _key(table), "key column")
        if table.constraints.derived or any(item.internal for item in table.fields):
            raise ReleaseRefused(f"the policy merges a category of {table.name}: its rows cannot be added up")


def _table(rule: str, name: str) -> Table:
    if name not in _TABLES:
        raise ReleaseRefused(f"the policy names the table {name} in the rule '{rule}': there is none of this name")
    return _TABLES[name]


def _key(table: Table) -> set[str]:
    """The key columns over which counts are not repeated."""
    return set(table.key) - set(table.constraints.repeated_over)


def _require_names(rule: str, table: Table, unknown: set[str], kind: str) -> None:
    if unknown:
        raise ReleaseRefused(
            f"the policy names {', '.join(sorted(unknown))} in the rule '{rule}': no {kind} of {table.name}"
        )
