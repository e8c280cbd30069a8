"""From bytes to rows: separators, encodings, quotes, broken lines, compression, and files that are refused."""

import gzip
import hashlib
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assets.errors import FileRejected
from assets.ingest.batch import decode
from assets.ingest.readers import text
from assets.ingest.readers.files import read_batches
from schemas.extracts.employers import EMPLOYERS
from schemas.tables import Table

HEADER = "employer_id;employer_division;work_region;kbli\n"
Read = tuple[list[tuple[object, ...]], list[tuple[object, ...]]]


def read(folder: Path, content: str | bytes, name: str = "a.csv", table: Table = EMPLOYERS) -> Read:
    """(rows, broken lines): each row is its number and its cells, each broken line its number and its text."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_path(path, table)


def read_path(path: Path, table: Table = EMPLOYERS) -> Read:
    batches = list(read_batches(path, table))
    texts = [decode(batch.rows, batch.dictionaries) for batch in batches]
    rows = [row for frame in texts for row in frame.select("row_number", pl.exclude("row_number")).rows()]
    return rows, [row for batch in batches for row in batch.broken.select("row_number", "line").rows()]


def refused(folder: Path, content: str | bytes, name: str = "a.csv", table: Table = EMPLOYERS) -> str:
    with pytest.raises(FileRejected) as caught:
        read(folder, content, name, table)
    assert "\n" not in str(caught.value)
    return caught.value.reason


def compressed(content: bytes, how: str) -> bytes:
    return gzip.compress(content, mtime=0) if how == "gz" else pa.compress(content, codec="zstd", asbytes=True)


# --- how a file is written -----------------------------------------------------------------------------------------

ONE = [(2, "A", "1", "3201", "10110")]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_header_determines_the_separator(tmp_path, separator):
    assert read(tmp_path, (HEADER + "A;1;3201;10110\n").replace(";", separator)) == (ONE, [])


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_lines_may_end_as_on_any_system_and_the_last_one_may_have_no_end(tmp_path, ending, last):
    content = (HEADER + "A;1;3201;10110\n").replace("\n", ending)
    assert read(tmp_path, content if last else content.removesuffix(ending)) == (ONE, [])


def test_a_byte_order_mark_is_not_part_of_the_header(tmp_path):
    assert read(tmp_path, b"\xef\xbb\xbf" + (HEADER + "A;1;3201;10110\n").encode()) == (ONE, [])


@pytest.mark.parametrize(("encoding", "found"), [("cp1252", "windows-1252"), ("utf-8", "utf-8")])
def test_text_in_windows_1252_or_utf_8_reads_the_same(tmp_path, encoding, found):
    (tmp_path / "a.csv").write_bytes((HEADER + "É;1;3201;10110\n").encode(encoding))
    (batch,) = read_batches(tmp_path / "a.csv", EMPLOYERS)
    assert (batch.encoding, decode(batch.rows, batch.dictionaries)["employer_id"].to_list()) == (found, ["É"])


def test_indonesian_headers_of_any_case_and_punctuation_name_the_same_fields(tmp_path):
    assert read(tmp_path, "NPP;Kode Divisi;KODE-WILAYAH;Lapangan_Usaha\nA;1;3201;10110\n") == (ONE, [])


def test_columns_without_a_field_are_ignored(tmp_path):
    assert read(tmp_path, "npp;nama;divisi;kode_wilayah;kbli\nA;SITI;1;3201;10110\n") == (ONE, [])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_text_in_other_encodings_of_unicode_reads_the_same_with_and_without_a_mark(tmp_path, monkeypatch, encoding):
    content = (HEADER + "É;1;3201;10110\n" * 40).encode(encoding)
    monkeypatch.setattr(text, "BLOCK", 33)  # a letter is cut by the end of a piece
    assert [row[1:] for row in read(tmp_path, content)[0]] == [("É", "1", "3201", "10110")] * 40


def test_a_byte_of_windows_1252_affects_only_its_line(tmp_path):
    content = HEADER.encode() + "É;1;2;3\n".encode() + "É;1;2;3\n".encode("cp1252")
    assert [row[1] for row in read(tmp_path, content)[0]] == ["É", "É"]


# --- line ends -----------------------------------------------------------------------------------------------------

FOUR = [(number, letter, "1", "2", "3") for number, letter in enumerate("ABCD", start=2)]


@pytest.mark.parametrize(
    "ends", ["\r\r\r\r\r", "\r\n\n\n\n", "\n\r\n\r\n", ["\r\n", "\r", "\n", "\r", "\r\n"], "\n\n\n\n\r"]
)
@pytest.mark.parametrize("block", [16, 47, 1 << 20])
def test_all_or_some_lines_may_end_in_carriage_returns(tmp_path, monkeypatch, ends, block):
    monkeypatch.setattr(text, "BLOCK", max(block, len(HEADER) + 2))
    lines = [HEADER.rstrip(), *(";".join(map(str, row[1:])) for row in FOUR)]
    content = "".join(line + end for line, end in zip(lines, ends, strict=True))
    assert read(tmp_path, content) == (FOUR, [])


def test_a_carriage_return_inside_quotes_is_part_of_the_cell(tmp_path):
    assert read(tmp_path, HEADER + 'A;"1\r2";3;4\nB;1;2;3\rC;1;2;3\n')[0] == [
        (2, "A", "1\r2", "3", "4"), (3, "B", "1", "2", "3"), (4, "C", "1", "2", "3"),
    ]  # fmt: skip


def test_no_row_is_lost_at_a_carriage_return_after_an_unclosed_quote(tmp_path):
    rows, broken = read(tmp_path, HEADER + 'A;"1;2;3\nB;1;2;3\rC;1;2;3\nD;1;2;3\n')
    assert len(rows) + len(broken) >= 3
    assert all(row[1:] in [(letter, "1", "2", "3") for letter in "BCD"] for row in rows)
    assert "A" not in [row[1] for row in rows]


# --- the header ----------------------------------------------------------------------------------------------------

ABOVE = {
    "a title": ("Daftar pemberi kerja\n\n", 4),
    "a title with separators": ("Daftar;;;\nBulan;12-2024;;\n", 4),
    "a title with a quote": ('Kantor "Bandung\n', 3),
    "blank lines": ("\n\n", 4),
    "a title of two lines in quotes": ('"Daftar\npemberi kerja";;;\n', 3),
    "what Excel asks for": ("sep=;\n", 2),
    "what Excel asks for, in quotes": ('"sep=;"\r\n', 2),
}


@pytest.mark.parametrize("name", ABOVE)
def test_lines_above_the_header_are_skipped(tmp_path, name):
    above, number = ABOVE[name]
    assert read(tmp_path, above + HEADER + "A;1;2;3\n") == ([(number, "A", "1", "2", "3")], [])


@pytest.mark.parametrize("column", range(4))
def test_a_header_cell_may_have_a_line_break(tmp_path, column):
    cells = ["npp", "kode divisi", "kode wilayah", "lapangan usaha"]
    cells[column] = '"' + cells[column].replace(" ", "\n") + '"' if column else '"np\np"'.replace("\n", "")
    assert read(tmp_path, ";".join(cells) + "\nA;1;2;3\n") == ([(2, "A", "1", "2", "3")], [])


TRAILING = {
    "in the header and the rows": ("{0};\n", "A;1;2;3;\nB;1;2;3;\n"),
    "in the rows": ("{0}\n", "A;1;2;3;\nB;1;2;3;\n"),
    "twice in the rows": ("{0}\n", "A;1;2;3;;\nB;1;2;3;;\n"),
    "in the header": ("{0};;\n", "A;1;2;3\nB;1;2;3\n"),
}


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("name", TRAILING)
def test_a_trailing_separator_is_not_a_cell(tmp_path, name, separator):
    header, rows = TRAILING[name]
    content = (header.format(HEADER.strip()) + rows).replace(";", separator)
    assert read(tmp_path, content) == ([(2, "A", "1", "2", "3"), (3, "B", "1", "2", "3")], [])


def test_a_decimal_comma_in_every_row_is_not_a_trailing_separator(tmp_path):
    header = "npp,divisi,kode_wilayah,omzet,modal\n"
    assert read(tmp_path, header + "A,1,3201,1,5,\nB,1,3201,2,5,\n")[0] == []


def test_a_single_line_with_a_trailing_separator_is_quarantined(tmp_path):
    assert read(tmp_path, HEADER + "A;1;2;3\nB;1;2;3;\n") == ([(2, "A", "1", "2", "3")], [(3, "B;1;2;3;")])


# --- lines that are not rows ----------------------------------------------------------------------------------------

BESIDE = ["Jumlah;;;5", "TOTAL;;;", "Sub Total:;;;1", "Catatan: sementara;;;", "Bandung, 31 Desember 2024;;;", ";;;17"]


@pytest.mark.parametrize("line", BESIDE)
def test_totals_and_notes_are_quarantined_by_a_separate_rule(tmp_path, line):
    (tmp_path / "a.csv").write_text(HEADER + f"A;1;2;3\n{line}\nB;1;2;3\n")
    (batch,) = read_batches(tmp_path / "a.csv", EMPLOYERS)
    assert decode(batch.rows, batch.dictionaries)["employer_id"].to_list() == ["A", "B"]
    assert batch.broken.select("row_number", "rule").rows() == [(3, "row_total")]


def test_a_short_line_may_be_a_total(tmp_path):
    (tmp_path / "a.csv").write_text(HEADER + "A;1;2;3\nJumlah;5\nB;1\n")
    (batch,) = read_batches(tmp_path / "a.csv", EMPLOYERS)
    assert batch.broken.select("row_number", "rule").rows() == [(3, "row_total"), (4, "row_structure")]


def test_a_complete_row_that_starts_like_a_total_is_a_row(tmp_path):
    assert read(tmp_path, HEADER + "TOTAL;1;2;3\n")[0] == [(2, "TOTAL", "1", "2", "3")]


# --- quotes --------------------------------------------------------------------------------------------------------


def test_a_quoted_cell_may_contain_separators_line_breaks_and_doubled_quotes(tmp_path):
    rows, broken = read(tmp_path, HEADER + 'A;"1;2";3;4\nB;"first\nsecond";3;4\nC;"say ""no""";3;4\nD;1;2;3\n')
    assert rows == [
        (2, "A", "1;2", "3", "4"),
        (3, "B", "first\nsecond", "3", "4"),
        (4, "C", 'say "no"', "3", "4"),
        (5, "D", "1", "2", "3"),
    ]
    assert broken == []


def test_an_unclosed_quote_affects_only_its_line(tmp_path):
    rows, broken = read(tmp_path, HEADER + 'A;1;2;3\nB;"open;2;3\nC;1;2;3\nD;1;2;3\n')
    assert [row[:2] for row in rows] == [(2, "A"), (4, "C"), (5, "D")]
    assert broken == [(3, 'B;"open;2;3')]


def test_an_empty_quoted_cell_is_missing(tmp_path):
    assert read(tmp_path, HEADER + 'A;"";3201;10110\n') == ([(2, "A", None, "3201", "10110")], [])


def test_a_quote_inside_a_cell_is_a_character(tmp_path):
    rows, broken = read(tmp_path, HEADER + 'A;5";2;3\nB;1;2;3\nC;5" or 6";2;3\nD;"1";2;3\n')
    assert (rows, broken) == (
        [(2, "A", '5"', "2", "3"), (3, "B", "1", "2", "3"), (4, "C", '5" or 6"', "2", "3"), (5, "D", "1", "2", "3")], [],
    )  # fmt: skip


def test_a_quote_after_a_quote_inside_a_cell_affects_only_its_line(tmp_path):
    """The line has an even number of quotes, but its last quote stays open."""
    rows, broken = read(tmp_path, HEADER + '"A";"1";"2";"3"\nB;5";"2;3\n"C";"1";"2";"3"\n')
    assert ([row[:2] for row in rows], broken) == ([(2, "A"), (4, "C")], [(3, 'B;5";"2;3')])


# --- lines that are not as wide as the header ----------------------------------------------------------------------


def test_short_and_long_lines_are_quarantined_with_their_text(tmp_path):
    rows, broken = read(tmp_path, HEADER + "A;1;2;3\nB;1;2\nC;1;2;3;4\nD;1;2;3\n")
    assert [row[:2] for row in rows] == [(2, "A"), (5, "D")]
    assert broken == [(3, "B;1;2"), (4, "C;1;2;3;4")]


def test_a_short_and_a_long_line_do_not_cancel_out(tmp_path):
    """The file has the expected number of separators in total."""
    rows, broken = read(tmp_path, HEADER + "A;1;2\nB;1;2;3;4\n")
    assert (rows, broken) == ([], [(2, "A;1;2"), (3, "B;1;2;3;4")])


def test_a_short_line_does_not_hide_behind_a_quoted_separator(tmp_path):
    rows, broken = read(tmp_path, HEADER + 'A;"1;2";3\nB;1;2;3\n')
    assert ([row[:2] for row in rows], broken) == ([(3, "B")], [(2, 'A;"1;2";3')])


def test_a_quoted_separator_does_not_make_a_line_long(tmp_path):
    rows, broken = read(tmp_path, HEADER + 'A;"1;2;3";3;4\n')
    assert (rows, broken) == ([(2, "A", "1;2;3", "3", "4")], [])


def test_a_line_with_an_empty_last_cell_is_not_short(tmp_path):
    assert read(tmp_path, HEADER + "A;1;3201;\n") == ([(2, "A", "1", "3201", None)], [])


def test_a_broken_line_has_no_text_if_an_ignored_column_could_hold_a_name(tmp_path):
    assert read(tmp_path, "npp;nama;divisi;kode_wilayah\nA;SITI;1\n")[1] == [(2, None)]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_empty_lines_are_not_rows_but_count_in_row_numbers(tmp_path, ending):
    content = HEADER + "A;1;2;3\n\n;;;\nB;1;2;3\n\n"
    rows, broken = read(tmp_path, content.replace("\n", ending))
    assert ([row[:2] for row in rows], broken) == ([(2, "A"), (5, "B")], [])


def test_a_nul_byte_affects_only_its_line(tmp_path):
    lines = [f"{number:08d};1;2;3\n" for number in range(2, 500)]
    lines[400] = "x\0x;1;2;3\n"
    rows, broken = read(tmp_path, HEADER + "".join(lines))
    assert (len(rows), broken) == (497, [(402, "x\0x;1;2;3")])
    assert all(int(str(row[1])) == row[0] for row in rows)


def test_a_line_of_ten_megabytes_does_not_affect_other_lines(tmp_path):
    rows, broken = read(tmp_path, HEADER + "A;1;2;3\nB;1;2;" + "x" * (10 << 20) + "\nC;1;2;3\n")
    assert [row[:2] for row in rows] == [(2, "A"), (3, "B"), (4, "C")]
    assert broken == []


def test_a_long_line_with_doubtful_quotes_is_quarantined(tmp_path):
    long = "x" * (2 << 20)
    rows, broken = read(tmp_path, HEADER + f'A;"o;2;3\nB;1;2;{long}\nC;1;2;5" {long}\nD;1;2;3\n')
    assert ([row[:2] for row in rows], [row[0] for row in broken]) == ([(3, "B"), (5, "D")], [2, 4])


# --- files that are refused ----------------------------------------------------------------------------------------

NO_DIVISION = "employer_id;work_region\nA;3201\n"
REFUSED = [
    ("a.csv", "", "empty"),
    ("a.csv", "\n", "empty"),
    ("a.csv", "   \n", "empty"),
    ("a.csv", "employer_id;npp;employer_division;work_region\nA;A;1;2\n", "duplicate_header"),
    ("a.csv", NO_DIVISION, "missing_column"),
    ("a.csv", b"\x00\x01\x02\x03" * 64, "binary"),
    ("a.csv", "\n \n\r\n", "empty"),
    ("a.csv", b"\xef\xbb\xbf", "empty"),
    ("a.csv", b"\xff\xfe", "empty"),
    ("a.csv", HEADER.encode("utf-16") + b"\x00\xd8", "unreadable"),
    ("a.csv.gz", gzip.compress(b"", mtime=0), "empty"),
    ("a.csv", bytes(range(128, 256)) * 8, "missing_column"),
    ("a.csv", gzip.compress(HEADER.encode(), mtime=0), "wrong_extension"),
    ("a.csv.gz", HEADER, "wrong_extension"),
    ("a.xlsx", HEADER, "wrong_extension"),
    ("a.parquet", HEADER, "wrong_extension"),
    ("a.pdf", "%PDF-1.7", "unknown_format"),
    ("a.csv", "%PDF-1.7", "unknown_format"),
    ("a.csv", "\ufeff <html><table><tr><td>employer_id", "unknown_format"),
    ("a.xlsx", "<!DOCTYPE html><table>", "unknown_format"),
    ("a.xls", '<?xml version="1.0"?><Workbook>', "unknown_format"),
    ("a.csv", '[{"employer_id": "A"}]', "unknown_format"),
    ("a.txt", '{"employer_id": "A"}\n', "unknown_format"),
    ("a.csv.gz", gzip.compress(b'[{"employer_id": "A"}]', mtime=0), "unknown_format"),
    ("a.csv", "<html><table>".encode("utf-16"), "unknown_format"),
    ("a.csv", HEADER.replace(";", "^"), "separator"),
    ("a.csv", '"' + HEADER.strip().replace(";", ",") + '"\n"A,1,2,3"\n', "separator"),
    ("a", HEADER, "unknown_format"),
    ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_spreadsheet"),
    ("a.xlsx", b"PK\x03\x04 no book", "unreadable"),
    ("a.parquet", b"PAR1 no table", "unreadable"),
]


@pytest.mark.parametrize(("name", "content", "reason"), REFUSED)
def test_other_content_is_refused_with_a_message_of_one_line(tmp_path, name, content, reason):
    assert refused(tmp_path, content, name) == reason


def test_the_titles_above_the_header_come_with_it(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(f"Omzet;(juta rupiah);;\n;;;\n{HEADER}A;1;3201;3\n")
    headers = [batch.header for batch in read_batches(path, EMPLOYERS)]
    assert [header and header.titles for header in headers] == [("Omzet", "(juta rupiah)")]


def test_the_message_of_a_missing_column_names_it(tmp_path):
    with pytest.raises(FileRejected, match="no column employer_division"):
        read(tmp_path, NO_DIVISION)


def test_a_header_without_rows_has_no_rows(tmp_path):
    assert read(tmp_path, HEADER) == ([], [])
    assert read(tmp_path, HEADER.rstrip("\n")) == ([], [])


@pytest.mark.parametrize("how", ["gz", "zst"])
def test_a_compressed_file_reads_like_the_plain_one(tmp_path, how):
    content = compressed((HEADER + "A;1;3201;10110\n").encode(), how)
    assert read(tmp_path, content, f"a.csv.{how}") == (ONE, [])


@pytest.mark.parametrize("how", ["gz", "zst"])
@pytest.mark.parametrize("cut", [1, 8, 5000])
def test_a_truncated_compressed_file_is_refused(tmp_path, how, cut):
    body = HEADER + "".join(f"{hashlib.sha256(bytes([n % 256, n >> 8])).hexdigest()};1;2;3\n" for n in range(1000))
    content = compressed(body.encode(), how)
    assert refused(tmp_path, content[:-cut], f"a.csv.{how}") == "truncated"


def test_content_with_another_digest_is_refused_after_the_last_batch(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(HEADER + "A;1;2;3\n")
    batches = read_batches(path, EMPLOYERS, "0" * 64)
    assert next(batches).rows.height == 1
    with pytest.raises(FileRejected) as caught:
        next(batches)
    assert caught.value.reason == "changed"


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.parquet", "a.xlsx"])
def test_content_with_the_digest_of_the_manifest_is_read_in_every_format(tmp_path, name):
    path = tmp_path / name
    content = (HEADER + "A;1;3201;10110\n").encode()
    if name == "a.parquet":
        pl.DataFrame({"npp": ["A"], "divisi": ["1"], "kode_wilayah": ["3201"], "kbli": ["10110"]}).write_parquet(path)
    elif name == "a.xlsx":
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for row, cells in enumerate([HEADER.strip().split(";"), ["A", "1", "3201", "10110"]]):
                sheet.write_row(row, 0, cells)
    else:
        path.write_bytes(gzip.compress(content, mtime=0) if name.endswith("gz") else content)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (batch,) = read_batches(path, EMPLOYERS, digest)
    assert decode(batch.rows, batch.dictionaries)["employer_id"].to_list() == ["A"]


# --- blocks --------------------------------------------------------------------------------------------------------

LINES = st.sampled_from(
    [
        "A;1;2;3", "B;1;2;", "C;1;2", "D;1;2;3;4", "", ";;;", 'E;"1;1";2;3', 'F;"a\nb";2;3', 'G;"say ""x""";2;3',
        'H;"1;1";2', "M;1\r1;2;3", "N;\0;2;3", "É;1;2;3", "I" * 90 + ";1;2;3",
    ]
)  # fmt: skip


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINES, max_size=25), st.integers(len(HEADER), 300))
@example(["A;1;2;3", 'F;"a\nb";2;3', "C;1;2"] * 5, len(HEADER))
def test_rows_do_not_depend_on_the_size_of_the_blocks(tmp_path, lines, block):
    content = "\n".join([HEADER.rstrip(), *lines, ""])
    whole = read(tmp_path, content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "BLOCK", block)
        assert read(tmp_path, content) == whole


def test_row_numbers_continue_over_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr(text, "BLOCK", 64)
    rows, _ = read(tmp_path, HEADER + "".join(f"{number};1;2;3\n" for number in range(2, 302)))
    assert [int(str(row[1])) for row in rows] == [row[0] for row in rows] == list(range(2, 302))


def test_an_extremely_long_line_refuses_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(text, "BLOCK", 64)
    monkeypatch.setattr(text, "LONGEST_LINE", 256)
    assert refused(tmp_path, HEADER + "x" * 500) == "line_too_long"
