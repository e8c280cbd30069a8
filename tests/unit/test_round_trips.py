"""Tables written by several libraries read back exactly, or their rows or file are refused; no value changes.

Each example draws a small table of employers and a way to write it. The tests compare cells by type.
"""

import csv
import io
import math
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import polars as pl
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.errors import FileRejected
from assets.ingest.batch import decode
from assets.ingest.readers.files import read_batches
from schemas.extracts.employers import EMPLOYERS

NAMES = ["npp", "divisi", "kode_wilayah", "omzet"]
FIELDS = ["employer_id", "employer_division", "work_region", "annual_sales_idr"]
LETTERS = st.text(st.sampled_from("aZ0197.,;|\t\"' éß€\n=-"), max_size=6)
TEXTS = st.one_of(
    LETTERS,
    st.sampled_from(["3201051506900001", "007", "1,5", "12.000", "TOTAL", "Jumlah", "#N/A", "Y", "1e5", "é\r\nß"]),
)
ROWS = st.lists(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS), min_size=1, max_size=8)
CELLS = st.one_of(
    st.none(), TEXTS, st.booleans(), st.dates(date(1904, 1, 2), date(2100, 1, 1)),
    st.integers(-(10**15) + 1, 10**15 - 1), st.floats(-1e12, 1e12, allow_nan=False).map(lambda cell: round(cell, 3)),
)  # fmt: skip
TYPED = st.lists(st.tuples(TEXTS.filter(str.strip), TEXTS, CELLS, CELLS), min_size=1, max_size=8)
DIALECTS = st.builds(
    dict,
    delimiter=st.sampled_from(",;|\t"),
    lineterminator=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"])


def read(path: Path) -> dict[int, list[Any]] | None:
    """The cells of FIELDS by row number, 'apart' for quarantined rows; None if the file is refused."""
    rows: dict[int, Any] = {}
    try:
        for batch in read_batches(path, EMPLOYERS):
            for row in decode(batch.rows, batch.dictionaries).iter_rows(named=True):
                parts = [[row.get(name + kind) for kind in ("", ":number", ":date", ":flag")] for name in FIELDS]
                assert all(sum(cell is not None for cell in part) <= 1 for part in parts)
                rows[row["row_number"]] = [next((cell for cell in part if cell is not None), None) for part in parts]
            rows |= {row["row_number"]: "apart" for row in batch.broken.iter_rows(named=True)}
    except FileRejected:
        return None
    return rows


def unread(cell: Any) -> Any:
    """The cell as it must read back: only line ends inside a cell may change, and a blank is empty."""
    if isinstance(cell, str):
        plain = cell.replace("\r\n", "\n").replace("\r", "\n")
        return plain if plain.strip() else None
    return cell


def check(path: Path, rows: list[tuple[Any, ...]]) -> None:
    found = read(path)
    if found is None:
        return
    expected = dict(enumerate(([unread(cell) for cell in row] for row in rows), start=2))
    for number, cells in found.items():
        if cells != "apart":
            assert same([unread(cell) for cell in cells], expected[number])
    lost = {number for number, cells in expected.items() if any(cells)} - found.keys()
    assert not lost


def same(found: list[Any], expected: list[Any]) -> bool:
    return all(
        a == b and isinstance(a, bool) == isinstance(b, bool)
        if not isinstance(b, float)
        else isinstance(a, float) and math.isclose(a, b, rel_tol=1e-14)
        for a, b in zip(found, expected, strict=True)
    )


@settings(max_examples=40, deadline=None)
@given(ROWS, DIALECTS, ENCODINGS)
def test_csv_of_the_standard_library_reads_back(rows, dialect, encoding):
    if any(mark in cell for row in rows for cell in row for mark in "\r\n"):
        dialect = dialect | {"quoting": csv.QUOTE_ALL}  # the module quotes only its own line end
    stream = io.StringIO(newline="")
    csv.writer(stream, **dialect).writerows([NAMES, *rows])
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.csv")
        path.write_bytes(stream.getvalue().encode(encoding))
        check(path, rows)


@settings(max_examples=30, deadline=None)
@given(ROWS, st.sampled_from(",;|\t"), st.sampled_from(["necessary", "always", "non_numeric"]))
def test_csv_of_polars_reads_back(rows, separator, quoting):
    frame = pl.DataFrame(rows, schema=dict.fromkeys(NAMES, pl.String), orient="row")
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.csv")
        frame.write_csv(path, separator=separator, quote_style=quoting)
        check(path, rows)


@settings(max_examples=40, deadline=None)
@given(TYPED, st.integers(0, 3), st.integers(0, 2))
def test_workbooks_of_openpyxl_read_back(rows, above, beside):
    book = openpyxl.Workbook()
    sheet = book.active
    for number, cells in enumerate([NAMES, *rows]):
        for column, cell in enumerate(cells):
            kept = sheet.cell(number + above + 1, column + beside + 1)
            kept.value = cell
            if isinstance(cell, str):
                kept.data_type = "s"  # else a text that begins with = is a formula
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.xlsx")
        book.save(path)
        found = read(path)
        assert found is not None
        moved = {number - above: cells for number, cells in found.items()}
        expected = dict(enumerate(([unread(cell) for cell in row] for row in rows), start=2))
        assert all(
            cells == "apart" or same([unread(cell) for cell in cells], expected[number])
            for number, cells in moved.items()
        )
        assert {number for number, cells in expected.items() if any(cells)} <= moved.keys()


@settings(max_examples=40, deadline=None)
@given(TYPED, st.booleans(), st.booleans())
def test_workbooks_of_xlsxwriter_read_back(rows, since_1904, in_memory):
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.xlsx")
        options = {"date_1904": since_1904, "constant_memory": in_memory, "default_date_format": "yyyy-mm-dd"}
        with xlsxwriter.Workbook(path, options) as book:
            sheet = book.add_worksheet()
            for number, cells in enumerate([NAMES, *rows]):
                for column, cell in enumerate(cells):
                    (sheet.write_string if isinstance(cell, str) else sheet.write)(number, column, cell)
        check(path, rows)


FORMATS = [
    '"Rp" #,##0',
    '0 "hari"',
    "[Red]-0.00",
    "_-* #,##0_-",
    "@",
    "0.00%",
    "[$Rp-421] #,##0",
    "General;[Red]General",
    "00000000000",
    "\\d\\m0",
]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(FORMATS), st.integers(0, 60_000))
def test_letters_in_a_number_format_do_not_make_a_date(form, number):
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.xlsx")
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, NAMES)
            sheet.write_row(1, 0, ["A", "1", "3201"])
            sheet.write_number(1, 3, number, book.add_format({"num_format": form}))
        assert read(path) == {2: ["A", "1", "3201", float(number)]}


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.csv.gz", "a.xlsx", "a.parquet", "a.txt"]), st.booleans())
def test_any_bytes_are_read_or_refused(content, name, headed):
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes((",".join(NAMES) + "\n").encode() * headed + content)
        read(path)
