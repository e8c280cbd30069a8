"""The worklist of an office: what to correct in its files, as CSV or Excel, in its language.

Belongs here: its columns, texts and formats. It contains no value of a row, and is restricted like the quarantine. Not here: which
rows break rules (`assets.ingest.worklist`), refused files (their report).
"""

import csv
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assets.errors import CakupanError
from assets.ingest.report import FileReport
from assets.ingest.worklist import rows_to_correct
from assets.warehouse import Warehouse
from pipelines.cli.quarantined import month_report
from schemas.columns import listed
from schemas.extracts.catalogue import EXTRACTS
from schemas.rule_texts import LINE_RULES
from schemas.tables import Severity, Table
from schemas.texts import Text

HEADER = (
    Text("file", "berkas"),
    Text("row", "baris"),
    Text("column", "kolom"),
    Text("what is wrong", "yang salah"),
    Text("what to do", "yang harus dilakukan"),
    Text("effect", "akibat"),
    Text("rule", "aturan"),
)
_WIDTHS = (28, 8, 24, 60, 60, 24, 28)
_REFUSED = Text("the file is refused, no row counts", "berkas ditolak, tidak ada baris yang dihitung")
_MISSING = (
    Text("the manifest lists the file, but it was not there", "berkas tercantum dalam manifes, tetapi tidak ada"),
    Text("send the file, or a new manifest", "kirim berkas itu, atau manifes baru"),
)
_NOTES = (
    Text("Rows to correct in the files of {month}.", "Baris yang harus diperbaiki dalam berkas bulan {month}."),
    Text(
        "Row numbers are those of a spreadsheet: the header is row 1.",
        "Nomor baris seperti dalam lembar kerja: judul kolom adalah baris 1.",
    ),
    Text(
        "Correct the rows in the whole file, and send the whole file again under the same name, with a new manifest.",
        "Perbaiki baris itu dalam berkas lengkap, lalu kirim ulang berkas lengkap dengan nama yang sama, beserta manifes baru.",
    ),
    Text("Restricted: only for the office that sent the files.", "Terbatas: hanya untuk kantor pengirim berkas."),
)
_SUFFIXES = (".csv", ".xlsx")
_MOST_ROWS = 1_048_575  # of a worksheet below its header


@dataclass(frozen=True)
class Selection:
    """The selected month, extract, office and rule of a worklist; an empty name selects all."""

    month: str
    extract: str = ""
    office: str = ""
    rule: str = ""

    def has(self, table: Table, file: FileReport) -> bool:
        """Whether the file of the extract is selected."""
        return self.extract in ("", table.name) and self.office in ("", file.office_code)


def write_worklist(warehouse: Warehouse, selection: Selection, file: Path, language: str, *, with_flagged: bool) -> int:
    """Write the worklist as `file`, readable by its owner alone; the number of its rows. Raises CakupanError."""
    if file.suffix.lower() not in _SUFFIXES:
        raise CakupanError(f"{file} must end with {' or '.join(_SUFFIXES)}")
    rows = list(_rows(warehouse, selection, language, with_flagged=with_flagged))
    file.touch(mode=0o600)
    file.chmod(0o600)  # also a file that was there
    if file.suffix.lower() == ".csv":
        _write_csv(file, rows, language)
    else:
        _write_workbook(file, rows, selection, language)
    return len(rows)


def _rows(
    warehouse: Warehouse, selection: Selection, language: str, *, with_flagged: bool
) -> Iterator[tuple[str | int, ...]]:
    """The rows of the list: refused and missing files of an extract first, then its rows."""
    for table in EXTRACTS:
        report = month_report(warehouse, table, selection.month)
        files = [file for file in report.files if selection.has(table, file)] if report else []
        if report and not selection.rule:
            yield from _files(files, language)
            if selection.office in ("", "unknown") and selection.extract in ("", table.name):
                wrong, remedy = (text.to(language) for text in _MISSING)
                yield from ((name, "", "", wrong, remedy, _REFUSED.to(language), "missing") for name in report.missing)
        read = [file.name for file in files if not (file.rejected or file.repeats)]
        if read:
            yield from _broken_rules(warehouse, table, selection, read, language, with_flagged=with_flagged)


def _files(files: Sequence[FileReport], language: str) -> Iterator[tuple[str | int, ...]]:
    for file in files:
        if file.rejected:
            message = (language == "id" and file.message_id) or file.message
            wrong, _, remedy = message.rpartition(": ")
            yield file.name, "", "", wrong, remedy, _REFUSED.to(language), file.rejected


def _broken_rules(
    warehouse: Warehouse,
    table: Table,
    selection: Selection,
    files: Collection[str],
    language: str,
    *,
    with_flagged: bool,
) -> Iterator[tuple[str | int, ...]]:
    named = "name_id" if language == "id" else "name"
    effects = dict(listed("severities").select("code", named).iter_rows())
    rules = {rule.name: rule for rule in (*table.cross_row_rules(), *table.all_rules())}
    texts = {
        rule.name: (
            "" if rule.name in LINE_RULES else table.field(rule.field).header.to(language),
            rule.reason.to(language).replace("`", ""),
            rule.remedy.to(language).replace("`", ""),
        )
        for rule in rules.values()
    }
    broken = rows_to_correct(warehouse, table, selection.month, files, with_flagged=with_flagged)
    for file, number, rule, is_quarantined in broken.iter_rows():
        if selection.rule in ("", rule):
            effect = effects[Severity.FATAL if is_quarantined else Severity.CONVENTION]
            yield file, number, *texts[rule], effect, rule


def _write_csv(file: Path, rows: list[tuple[str | int, ...]], language: str) -> None:
    """CSV as a spreadsheet program opens it in the language: with the separator of that language, in marked UTF-8."""
    with file.open("w", encoding="utf-8-sig", newline="") as sink:
        writer = csv.writer(sink, delimiter=";" if language == "id" else ",")
        writer.writerow([name.to(language) for name in HEADER])
        writer.writerows(rows)


def _write_workbook(file: Path, rows: list[tuple[str | int, ...]], selection: Selection, language: str) -> None:
    import xlsxwriter

    if len(rows) > _MOST_ROWS:
        raise CakupanError(
            f"{file} would have {len(rows):,} rows: name an --office or --extract, or a file ending in .csv"
        )
    with xlsxwriter.Workbook(str(file)) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        body = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(Text("rows to correct", "daftar perbaikan").to(language))
        for column, (name, width) in enumerate(zip(HEADER, _WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, name.to(language), head)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                write = sheet.write_number if isinstance(value, int) else sheet.write_string
                write(number, column, value, body)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), len(HEADER) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        notes = book.add_worksheet(Text("notes", "catatan").to(language))
        notes.set_column(0, 0, 100)
        for number, note in enumerate(_NOTES):
            notes.write_string(number, 0, note.filled(month=selection.month).to(language), body)
