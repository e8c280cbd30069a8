"""What a planted defect is, and doing the damage.

Belongs here: what all catalogues share. Does not belong here: the catalogues (`enrolment_defects`, `catalogues`), how many and
where (`schedule`, `small_extracts`), counting (`ledger`).
A defect changes typed values (`values`), or the text of one cell (`text`), then with the mark that reading will set.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

NOTHING = pl.lit(None)
EXTRA_ROW = "extra row"  # the victim of a defect that an accepted row bears beside the good one


@dataclass(frozen=True)
class Defect:
    """A planted defect.

    `victim`: of an enrolment, the segment of a spare person or a kind of calibrated rows; of another extract, `EXTRA_ROW`,
    or nothing: the row itself.
    """

    rule: str
    victim: str
    values: Mapping[str, pl.Expr] = field(default_factory=dict)
    text: tuple[str, pl.Expr] | None = None
    mark: str = "unreadable"


def missing(name: str, victim: str = "", /, **values: pl.Expr) -> Defect:
    """An empty cell."""
    return Defect(f"{name}_present", victim, {**values, name: NOTHING})


def unreadable(name: str, cell: str, victim: str = "", /, **values: pl.Expr) -> Defect:
    """A cell that says nothing."""
    return Defect(f"{name}_readable", victim, {**values, name: NOTHING}, (name, pl.lit(cell)))


def invalid(rule: str, **values: pl.Expr) -> Defect:
    """Values that break the rule."""
    return Defect(rule, "", values)


def nik_part(start: int, part: str, length: int) -> pl.Expr:
    """The NIK with a part of it overwritten."""
    nik = pl.col("nik")
    return pl.concat_str(nik.str.slice(0, start), pl.lit(part), nik.str.slice(start + length))


def catalogued(*defects: Defect) -> dict[str, Defect]:
    """The defects by rule."""
    return {defect.rule: defect for defect in defects}


def damaged(rows: pl.DataFrame, catalogue: Mapping[str, Defect]) -> pl.DataFrame:
    """The rows, each with the typed values that its `defect` leaves."""
    parts = []
    for (name,), group in rows.group_by("defect", maintain_order=True):
        changed = catalogue[str(name)].values.items() if name else ()
        parts.append(group.with_columns(value.cast(rows.schema[column]).alias(column) for column, value in changed))
    return pl.concat(parts) if parts else rows


def overwritten(texts: pl.DataFrame, catalogue: Mapping[str, Defect]) -> pl.DataFrame:
    """Rendered rows, each with the cell text that its `defect` leaves."""
    parts = []
    for (name,), group in texts.group_by("defect", maintain_order=True):
        text = catalogue[str(name)].text if name else None
        parts.append(group.with_columns(text[1].alias(text[0])) if text else group)
    return pl.concat(parts) if parts else texts


def marks(catalogue: Mapping[str, Defect]) -> dict[str, str]:
    """Rule → the mark that reading sets on a row with its defect."""
    return {name: f"{defect.text[0]}:{defect.mark}" for name, defect in catalogue.items() if defect.text}
