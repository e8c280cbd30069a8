"""Batches: each cell keeps its type, and is written as one text."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from assets.ingest.batch import ROW_NUMBER, header_names, to_text

TYPED = [
    ("texts stay", {"a": ["x", None]}, ["x", None]),
    ("whole numbers", {"a:number": [5, None]}, ["5", None]),
    ("large ones", {"a:number": pl.Series([2**64 - 1], dtype=pl.UInt64)}, ["18446744073709551615"]),
    ("floats that are whole", {"a:number": [5.0, 3201051506900001.0]}, ["5", "3201051506900001"]),
    ("floats as short as they can be", {"a:number": [0.1, 1658.503, -2.5]}, ["0.1", "1658.503", "-2.5"]),
    ("floats beyond whole numbers", {"a:number": [1e300]}, ["1e+300"]),
    ("decimals", {"a:number": [Decimal("1.50")]}, ["1.50"]),
    ("dates", {"a:date": [date(2024, 12, 31)]}, ["2024-12-31"]),
    ("booleans", {"a:flag": [True, False]}, ["true", "false"]),
    ("mixed cells", {"a": ["x", None, None], "a:number": [None, 2, None]}, ["x", "2", None]),
]


@pytest.mark.parametrize(("columns", "texts"), [row[1:] for row in TYPED], ids=[row[0] for row in TYPED])
def test_each_cell_is_written_as_one_text(columns, texts):
    rows = pl.DataFrame(columns).with_row_index(ROW_NUMBER, offset=2)
    found = to_text(rows)
    assert found.columns == ["a", ROW_NUMBER]
    assert found["a"].to_list() == texts


def test_column_names_have_the_order_of_the_header():
    assert header_names(pl.DataFrame({"b:number": [1], "a": ["x"], "a:date": [None], ROW_NUMBER: [2]})) == ["b", "a"]
