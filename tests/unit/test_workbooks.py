"""Workbooks as programs write them: types and positions of cells, sheets, merged cells, errors, formulas."""

import contextlib
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from assets.errors import FileRejected
from assets.ingest.batch import EPOCH, EPOCH_1904
from assets.ingest.readers.files import read_batches
from schemas.extracts.employers import EMPLOYERS

HEADER = ["npp", "divisi", "kode_wilayah", "tgl_daftar", "omzet"]
ROW = ["A", "1", "3201", "01-02-2024", "5"]
READ = [("A", "1", "3201", "01-02-2024", "5")]
FIELDS = ["employer_id", "employer_division", "work_region", "registered_on", "annual_sales_idr"]


def read(path: Path) -> tuple[list[tuple[Any, ...]], list[tuple[int, str]]]:
    """(rows: number and cells in the order of FIELDS; quarantined lines: number and rule)."""
    rows: list[tuple[Any, ...]] = []
    apart: list[tuple[int, str]] = []
    for batch in read_batches(path, EMPLOYERS):
        for row in batch.rows.iter_rows(named=True):
            parts = [[row.get(name + kind) for kind in ("", ":number", ":date", ":flag")] for name in FIELDS]
            cells = [[cell for cell in part if cell is not None] for part in parts]
            assert all(len(cell) <= 1 for cell in cells)
            rows.append((row["row_number"], *(cell[0] if cell else None for cell in cells)))
        apart += batch.broken.select("row_number", "rule").rows()
    return rows, apart


def refused(path: Path) -> FileRejected:
    with pytest.raises(FileRejected) as caught:
        list(read_batches(path, EMPLOYERS))
    assert "\n" not in str(caught.value)
    return caught.value


def book(
    path: Path, *sheets: list[list[Any]], hidden: tuple[int, ...] = (), options: dict[str, Any] | None = None
) -> Path:
    """A workbook of xlsxwriter; cells None are left out."""
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"} | (options or {})) as workbook:
        for at, rows in enumerate(sheets):
            sheet = workbook.add_worksheet()
            if at in hidden:
                sheet.hide()
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    (sheet.write_string if isinstance(cell, str) else sheet.write)(row, column, cell)
    return path


# --- XML by hand, as any program may write it ----------------------------------------------------------------------

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = ("http://purl.oclc.org/ooxml/spreadsheetml/main", "http://purl.oclc.org/ooxml/officeDocument/relationships")
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def xml(
    path: Path, rows: str, *, about: str = "", below: str = "", names: tuple[str, str] = (MAIN, RELATIONS), x: str = ""
) -> Path:
    """A workbook of one sheet whose rows are this XML; `x` is the prefix of its elements."""
    main, relations = names
    mark = f'xmlns{":" + x[:-1] if x else ""}="{main}"'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{relations}/styles" Target="styles.xml"/></Relationships>',
        "xl/workbook.xml": f'<{x}workbook {mark} xmlns:r="{relations}">{about}<{x}sheets><{x}sheet name="S" sheetId="1" r:id="r1"/></{x}sheets></{x}workbook>',
        "xl/styles.xml": f'<{x}styleSheet {mark}><{x}cellXfs><{x}xf numFmtId="0"/><{x}xf numFmtId="14"/><{x}xf numFmtId="46"/></{x}cellXfs></{x}styleSheet>',
        "xl/worksheets/sheet1.xml": f"<{x}worksheet {mark}><{x}sheetData>{rows}</{x}sheetData>{below}</{x}worksheet>",
    }  # fmt: skip
    with zipfile.ZipFile(path, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def text(cell: str, where: str = "", x: str = "") -> str:
    reference = f' r="{where}"' if where else ""
    return f'<{x}c{reference} t="inlineStr"><{x}is><{x}t>{cell}</{x}t></{x}is></{x}c>'


def row(*cells: str, x: str = "") -> str:
    """A row whose cells have no reference."""
    return f"<{x}row>{''.join(cells)}</{x}row>"


HEADING = row(*map(text, HEADER))
CELLS = [
    ("a number", "<c><v>812</v></c>", 812.0),
    ("a number with an exponent", "<c><v>1.5E+9</v></c>", 1.5e9),
    ("three decimals", '<c t="n"><v>1658.503</v></c>', 1658.503),
    ("a day", '<c s="1"><v>45627</v></c>', date(2024, 12, 1)),
    ("a moment is its day", '<c s="1"><v>45627.75</v></c>', date(2024, 12, 1)),
    ("a day as ISO 8601", '<c t="d"><v>2024-12-01</v></c>', date(2024, 12, 1)),
    ("a boolean", '<c t="b"><v>1</v></c>', True),
    ("an error", '<c t="e"><v>#REF!</v></c>', "#REF!"),
    ("an error of a formula", '<c t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
    ("a number that a formula gave", "<c><f>1+1</f><v>2</v></c>", 2.0),
    ("a text that a formula gave", '<c t="str"><f>A1</f><v>007</v></c>', "007"),
    ("an empty text that a formula gave", '<c t="str"><f>A1</f><v></v></c>', None),
    ("digits stored as text", text("0012"), "0012"),
    ("rich text", '<c t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>', "ab"),
    ("a blank that has a style", '<c s="1"/>', None),
    ("a space", text(" "), None),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "value"), [case[1:] for case in CELLS], ids=[case[0] for case in CELLS])
def test_each_type_of_cell_keeps_its_type(tmp_path, cell, value):
    rows, _ = read(
        xml(tmp_path / "a.xlsx", HEADING + row(*map(text, "AB1"), text("x"), cell).replace("x", "01-01-2024"))
    )
    assert rows == [(2, "A", "B", "1", "01-01-2024", value)]


@pytest.mark.parametrize(
    ("how", "options"),
    {
        "no cell has a reference": {},
        "ISO strict": {"names": STRICT},
        "every element has a prefix": {"x": "x:"},
    }.items(),
)
def test_every_valid_form_of_xml_reads_the_same(tmp_path, how, options):
    x = options.get("x", "")
    rows = row(*(text(cell, x=x) for cell in HEADER), x=x) + row(*(text(cell, x=x) for cell in ROW), x=x)
    assert read(xml(tmp_path / "a.xlsx", rows, **options)) == ([(2, *ROW)], []), how


def test_cells_without_a_reference_follow_the_cell_before_them(tmp_path):
    rows = (
        f'<row r="3">{text("npp", "C3")}{"".join(map(text, HEADER[1:]))}</row>'
        + f'<row r="7">{text("A", "C7")}{"".join(map(text, ROW[1:]))}</row>'
    )
    assert read(xml(tmp_path / "a.xlsx", rows))[0] == [(7, *ROW)]


def test_attributes_may_have_single_quotes_and_any_order(tmp_path):
    rows = f"<row r='1'>{''.join(map(text, HEADER))}</row><row r='2'><c t='inlineStr' r='A2'><is><t>A</t></is></c>{''.join(map(text, ROW[1:]))}</row>"
    assert read(xml(tmp_path / "a.xlsx", rows))[0] == [(2, *ROW)]


@pytest.mark.parametrize(("flag", "epoch"), [("0", EPOCH), ("1", EPOCH_1904), ("true", EPOCH_1904)])
def test_serial_numbers_count_from_the_epoch_of_the_workbook(tmp_path, flag, epoch):
    path = xml(
        tmp_path / "a.xlsx",
        HEADING + row(*map(text, "ABC"), '<c s="1"><v>44165</v></c>'),
        about=f'<workbookPr date1904="{flag}"/>',
    )
    (batch,) = read_batches(path, EMPLOYERS)
    assert (batch.epoch, batch.from_spreadsheet) == (epoch, True)
    assert batch.rows["registered_on:date"].to_list() == [
        date(2024, 12, 1) if epoch == EPOCH_1904 else date(2020, 11, 30)
    ]


# --- where the table is --------------------------------------------------------------------------------------------


def test_an_empty_coloured_first_column_is_ignored(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as workbook:
        sheet, colour = workbook.add_worksheet(), workbook.add_format({"bg_color": "yellow"})
        for at, cells in enumerate([HEADER, ["A", "1", "3201", "x", 5]]):
            sheet.write_blank(at, 0, None, colour)
            sheet.write_row(at, 1, cells)
    assert read(tmp_path / "a.xlsx") == ([(2, "A", "1", "3201", "x", 5.0)], [])


def test_a_title_above_the_header_and_a_total_below_are_not_rows(tmp_path):
    rows = [
        ["Daftar pemberi kerja"],
        [],
        HEADER,
        ROW,
        [],
        ROW,
        ["Jumlah", None, None, None, 10],
        ["Bandung, 31 Desember 2024"],
    ]
    found, apart = read(book(tmp_path / "a.xlsx", rows))
    assert (found, apart) == ([(4, *ROW), (6, *ROW)], [(7, "row_total"), (8, "row_total")])


def test_the_titles_above_the_header_come_with_it(tmp_path):
    path = book(tmp_path / "a.xlsx", [["Omzet", "(juta rupiah)"], [], HEADER, ROW])
    headers = [batch.header for batch in read_batches(path, EMPLOYERS)]
    assert [header and header.titles for header in headers] == [("Omzet", "(juta rupiah)")]


def test_a_row_with_a_missing_cell_is_not_a_total(tmp_path):
    assert read(book(tmp_path / "a.xlsx", [HEADER, ["A", None, "3201", None, 5]])) == (
        [(2, "A", None, "3201", None, 5.0)],
        [],
    )


def test_the_visible_sheet_is_read_and_a_hidden_one_is_reported(tmp_path):
    other = [["notes"], ["read me"]]
    assert read(book(tmp_path / "a.xlsx", other, [HEADER, ROW], [HEADER, ["X", *ROW[1:]]], hidden=(2,)))[0] == [
        (2, *ROW)
    ]
    assert refused(book(tmp_path / "b.xlsx", other, [HEADER, ROW], hidden=(1,))).reason == "hidden_sheet"
    assert refused(book(tmp_path / "c.xlsx", [HEADER, ROW], [HEADER, ROW])).reason == "two_sheets"
    assert refused(book(tmp_path / "d.xlsx", other)).reason == "missing_column"
    assert refused(book(tmp_path / "e.xlsx", [])).reason == "missing_column"


def test_a_sheet_with_a_header_only_has_no_rows(tmp_path):
    assert read(book(tmp_path / "a.xlsx", [HEADER])) == ([], [])


# --- merged cells --------------------------------------------------------------------------------------------------


def merged(path: Path, rows: list[list[Any]], *regions: tuple[str, Any]) -> Path:
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        for at, cells in enumerate(rows):
            sheet.write_row(at, 0, cells)
        for region, cell in regions:
            sheet.merge_range(region, cell)
    return path


def test_a_merged_title_is_neither_a_header_nor_an_error(tmp_path):
    assert read(merged(tmp_path / "a.xlsx", [[], HEADER, ROW], ("A1:E1", "Pemberi kerja"))) == ([(3, *ROW)], [])


def test_rows_that_share_a_merged_cell_are_quarantined(tmp_path):
    rows = [HEADER, ROW, ROW, ROW]
    found, apart = read(merged(tmp_path / "a.xlsx", rows, ("E2:E3", 10)))
    assert (found, apart) == ([(4, *ROW)], [(2, "row_merged"), (3, "row_merged")])


def test_a_header_may_have_two_rows_with_merged_cells(tmp_path):
    rows = [["", "", "", "Tentang"], ["", "divisi", "kode_wilayah", "tgl_daftar", "omzet"], ROW]
    assert read(merged(tmp_path / "a.xlsx", rows, ("A1:A2", "npp"), ("D1:E1", "Tentang"))) == ([(3, *ROW)], [])


# --- what cannot be read -------------------------------------------------------------------------------------------


def test_formulas_without_a_value_refuse_the_file_if_a_field_needs_them(tmp_path):
    formula = row(*map(text, "ABC"), text("x"), "<c><f>SUM(A1)</f></c>")
    error = refused(xml(tmp_path / "a.xlsx", HEADING + formula))
    assert (error.reason, "the first in row 2" in str(error)) == ("uncomputed", True)
    beside = row(*map(text, HEADER), text("nama")) + row(*map(text, ROW), "<c><f>A1</f></c>")
    assert read(xml(tmp_path / "b.xlsx", beside))[0] == [(2, *ROW)]


def test_a_far_away_cell_refuses_the_file_before_memory_is_used(tmp_path):
    far = f'<row r="1">{"".join(map(text, HEADER))}</row><row r="1048576">{text("x", "XFD1048576")}</row>'
    error = refused(xml(tmp_path / "a.xlsx", far))
    assert (error.reason, "row 1048576" in str(error)) == ("too_large", True)


def compound(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le") + bytes(512)


OTHERS = [
    ("a password", "a.xlsx", compound("EncryptedPackage"), "password"),
    ("an old workbook", "a.xls", compound("Workbook"), "old_spreadsheet"),
    ("an old one renamed", "a.xlsx", compound("Workbook"), "old_spreadsheet"),
    ("a binary one", "a.xlsx", {"xl/workbook.bin": b""}, "unknown_format"),
    ("OpenDocument", "a.xlsx", {"content.xml": b""}, "unknown_format"),
    ("a zip archive", "a.xlsx", {"a.csv": b"npp"}, "unknown_format"),
    ("its own ending", "a.xlsb", {"xl/workbook.bin": b""}, "unknown_format"),
    ("half a file", "a.xlsx", b"PK\x03\x04 half", "unreadable"),
    ("no sheets in it", "a.xlsx", {"xl/workbook.xml": b"<workbook/>"}, "unreadable"),
    ("broken XML", "a.xlsx", {"xl/workbook.xml": b"<workbook>"}, "unreadable"),
]


@pytest.mark.parametrize(("name", "content", "reason"), [case[1:] for case in OTHERS], ids=[case[0] for case in OTHERS])
def test_each_other_format_is_refused_by_its_own_reason(tmp_path, name, content, reason):
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        with zipfile.ZipFile(path, "w") as package:
            for part, held in content.items():
                package.writestr(part, held)
    assert refused(path).reason == reason


def test_a_truncated_workbook_is_refused(tmp_path):
    content = book(tmp_path / "a.xlsx", [HEADER, ROW]).read_bytes()
    for cut in range(8, len(content) - 1, 97):
        (tmp_path / "b.xlsx").write_bytes(content[:cut])
        assert refused(tmp_path / "b.xlsx").reason == "unreadable"


def test_a_workbook_with_changed_bytes_reads_the_same_or_is_refused(tmp_path):
    content = book(tmp_path / "a.xlsx", [HEADER, *[[*ROW[:4], 1000 + n] for n in range(50)]]).read_bytes()
    whole = read(tmp_path / "a.xlsx")
    for at in range(30, len(content), 61):
        damaged = bytearray(content)
        damaged[at] ^= 0x55
        (tmp_path / "b.xlsx").write_bytes(damaged)
        with contextlib.suppress(FileRejected):
            assert read(tmp_path / "b.xlsx") == whole


def test_mixed_cells_of_a_column_keep_their_types(tmp_path):
    cells = ["x", 5, datetime(2024, 12, 1), True, None]
    found, _ = read(book(tmp_path / "a.xlsx", [HEADER, *[["A", "1", "3201", "x", cell] for cell in cells]]))
    assert [found_row[-1] for found_row in found] == ["x", 5.0, date(2024, 12, 1), True, None]
    (batch,) = read_batches(tmp_path / "a.xlsx", EMPLOYERS)
    assert {name: kind for name, kind in batch.rows.schema.items() if name.startswith("annual")} == {
        "annual_sales_idr": pl.String,
        "annual_sales_idr:number": pl.Float64,
        "annual_sales_idr:date": pl.Date,
        "annual_sales_idr:flag": pl.Boolean,
    }
