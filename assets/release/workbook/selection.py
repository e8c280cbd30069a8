"""The rows of a table in the workbook, and their order: the reference month, totals first.

Belongs here: which rows fit a sheet that people filter by hand. Not: the columns (`columns`), the form (`sheets`).
"""

from dataclasses import dataclass, replace

import polars as pl

from schemas.columns import code_list
from schemas.summaries import COVERAGE, DATA_QUALITY
from schemas.summaries.common import ALL, NATION
from schemas.tables import Field, Kind, Table

MOST_ROWS = 100_000  # a tenth of what a sheet holds: beyond it, Excel filters slowly
_REGIONS = ("region_code", "province_code")
_TOTALS = (NATION, ALL)


@dataclass(frozen=True)
class Selection:
    """The rows of a table that the workbook has. `text`: its sentence in the texts; `fixed`: columns with one value."""

    text: str
    condition: pl.Expr
    fixed: tuple[str, ...] = ()


_OF_TABLE = {
    COVERAGE.name: Selection(
        "rows_coverage",
        (pl.col("sex") == ALL)
        & (pl.col("age_band") == ALL)
        & ((pl.col("programme") == "any") | (pl.col("geography_level") != "regency")),
        fixed=("sex", "age_band"),
    ),
    DATA_QUALITY.name: Selection(
        "rows_quality", pl.col("status").is_in(["passed", "not_applicable"]).not_() | (pl.col("severity") == "volume")
    ),
}


def select_rows(frame: pl.DataFrame, table: Table, month: str) -> pl.DataFrame:
    """The rows of the month (YYYY-MM), and earlier months of the nation; the newest month and totals come first.

    At most `MOST_ROWS`, the first in that order.
    """
    is_newest = pl.col("month") == pl.lit(f"{month}-01").str.to_date()
    regions = [pl.col(name) == NATION for name in _REGIONS if name in table.key]
    rows = frame.filter(pl.any_horizontal(is_newest, *regions))
    if table.name in _OF_TABLE:
        rows = rows.filter(_OF_TABLE[table.name].condition)
    order = [_rank(table.field(name)) for name in table.key]
    descending = [table.field(name).kind is Kind.MONTH for name in table.key]
    return rows.sort(order, descending=descending, maintain_order=True).head(MOST_ROWS)


def selected_table(table: Table) -> Table:
    """The released table without the columns that have one value in all selected rows."""
    fixed = _OF_TABLE[table.name].fixed if table.name in _OF_TABLE else ()
    released = table.released()
    return replace(released, fields=tuple(field for field in released.fields if field.name not in fixed))


def selection_text(table: Table) -> str:
    """The name of the sentence about the selected rows."""
    if table.name in _OF_TABLE:
        return _OF_TABLE[table.name].text
    return "rows_nation" if set(_REGIONS) & set(table.key) else "rows_month"


def _rank(field: Field) -> pl.Expr:
    """The order of a key: totals, then the codes in the order of their list, then special codes such as not stated."""
    if not field.codes:
        return pl.col(field.name)
    codes = code_list(field)["code"].to_list()
    totals = [code for code in codes if code in _TOTALS]
    special = [code for code in field.special if code not in totals]
    listed = [code for code in codes if code not in totals and code not in special]
    ranks = {code: rank for rank, code in enumerate([*totals, *listed, *special])}
    return pl.col(field.name).replace_strict(ranks, default=len(ranks), return_dtype=pl.Int64)
