"""Defects: what a planted error is, and how rows are damaged with it.

Belongs here: what all catalogues share. Not here: the catalogues (`enrolment_defects`, `catalogues`), how many and where
(`defect_schedule`, `extract_rows`), counting (`delivery.ledger`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

EMPTY = pl.lit(None)
EXTRA_ROW = "extra row"  # kind of row of a defect that is planted in an extra row, which is accepted


@dataclass(frozen=True)
class Defect:
    """An error that breaks one rule, by other typed values, by the text of one cell, or by both.

    `row_kind`: of an enrolment, the segment of a spare person or a kind of calibrated rows; of another extract,
    `EXTRA_ROW`, or nothing for any row. `mark`: what reading must notice about the cell of `text`.
    """

    rule: str
    row_kind: str
    values: Mapping[str, pl.Expr] = field(default_factory=dict)
    text: tuple[str, pl.Expr] | None = None
    mark: str = "unreadable"


def missing(name: str, row_kind: str = "", /, **values: pl.Expr) -> Defect:
    """An empty cell."""
    return Defect(f"{name}_present", row_kind, {**values, name: EMPTY})


def unreadable(name: str, cell: str, row_kind: str = "", /, **values: pl.Expr) -> Defect:
    """A cell whose text has no valid value."""
    return Defect(f"{name}_readable", row_kind, {**values, name: EMPTY}, (name, pl.lit(cell)))


def invalid(rule: str, **values: pl.Expr) -> Defect:
    """Values that break the rule."""
    return Defect(rule, "", values)


def nik_with(start: int, part: str, length: int) -> pl.Expr:
    """The NIK with a part of it overwritten."""
    nik = pl.col("nik")
    return pl.concat_str(nik.str.slice(0, start), pl.lit(part), nik.str.slice(start + length))


def by_rule(*defects: Defect) -> dict[str, Defect]:
    """The defects by rule."""
    return {defect.rule: defect for defect in defects}


def damage_values(rows: pl.DataFrame, catalogue: Mapping[str, Defect]) -> pl.DataFrame:
    """The typed rows, each with the values of its `defect`."""
    parts = []
    for (rule,), group in rows.group_by("defect", maintain_order=True):
        values = catalogue[str(rule)].values if rule else {}
        parts.append(group.with_columns(value.cast(rows.schema[name]).alias(name) for name, value in values.items()))
    return pl.concat(parts) if parts else rows


def damage_texts(texts: pl.DataFrame, catalogue: Mapping[str, Defect]) -> pl.DataFrame:
    """The rendered rows, each with the cell text of its `defect`."""
    parts = []
    for (rule,), group in texts.group_by("defect", maintain_order=True):
        text = catalogue[str(rule)].text if rule else None
        parts.append(group.with_columns(text[1].alias(text[0])) if text else group)
    return pl.concat(parts) if parts else texts


def reading_marks(catalogue: Mapping[str, Defect]) -> dict[str, str]:
    """The mark that reading sets on a row, by the rule of its defect."""
    return {rule: f"{defect.text[0]}:{defect.mark}" for rule, defect in catalogue.items() if defect.text}
