"""The values of a file do not depend on its batches: all texts of a column determine how it is read."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.errors import FileRejected
from assets.ingest.batch import ROW_NUMBER, decode, distinct_texts
from assets.ingest.standardise import Standardiser
from schemas.extracts.contributions import CONTRIBUTIONS
from schemas.extracts.enrolments import ENROLMENTS
from schemas.extracts.workforce import WORKFORCE
from schemas.tables import MARKS, Table

CELLS = st.one_of(
    st.none(),
    st.text(max_size=4),
    st.sampled_from(
        [
            "12345678901", "1234567890", "3201051506900001", "3201055506900001", "3,20105E+15", "32010515069000019",
            "31-12-2024", "2024/01/02", "45657", "30-02-2024", "12-2024", "202412", "L", "perempuan", "PU", "bpu ", "Y",
            "TIDAK", "JKK+JKM", "jkk, jht", "32.01", "9101", "91", "bps_2020", "01111", "1111", "1.234.567,89", "Rp 5", "-3",
            " '", "x", "jkk+jkm", "1,5",
        ]
    ),
)  # fmt: skip


def rows_of(table: Table, columns: list[list[str | None]]) -> pl.DataFrame:
    named = dict(zip(table.names, columns, strict=True))
    numbers = {ROW_NUMBER: range(2, 2 + len(columns[0]))}
    return pl.DataFrame(named | numbers, schema=dict.fromkeys(named, pl.String) | {ROW_NUMBER: pl.Int32})


def values_of_file(table: Table, parts: list[pl.DataFrame]) -> pl.DataFrame | str:
    """The values of the file read in these parts, or the reason why it is refused."""
    file = Standardiser(table, date(2024, 12, 1))
    try:
        while True:
            frame = pl.concat([file.standardise_rows(part) for part in parts])
            if file.is_settled():
                return frame.sort(ROW_NUMBER)
    except FileRejected as refused:
        return refused.reason


@pytest.mark.parametrize("table", [ENROLMENTS, CONTRIBUTIONS, WORKFORCE], ids=lambda table: table.name)
@settings(max_examples=40, deadline=None)
@given(st.data())
def test_values_do_not_depend_on_batches_or_the_order_of_rows(table, data):
    height = data.draw(st.integers(1, 6))
    columns = [data.draw(st.lists(CELLS, min_size=height, max_size=height)) for _ in table.names]
    rows = rows_of(table, columns)
    together = values_of_file(table, [rows])
    turned = rows[data.draw(st.permutations(range(height)))]
    alone = values_of_file(table, list(turned.iter_slices(1)))
    if isinstance(together, str):
        assert alone == together
    else:
        assert together.equals(alone)
        assert together[MARKS].dtype == pl.UInt32


@given(st.lists(st.one_of(st.none(), st.text(max_size=3)), max_size=12))
def test_distinct_texts_and_their_positions_give_the_column_again(cells):
    column = pl.Series(cells, dtype=pl.String)
    texts, positions = distinct_texts(column)
    assert texts.to_list() == list(dict.fromkeys(cell for cell in cells if cell is not None))
    assert texts.gather(positions).to_list() == cells
    coded = pl.DataFrame({"a": positions})
    assert decode(coded, {"a": texts}).to_dict(as_series=False) == {"a": cells}
