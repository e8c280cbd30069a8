"""The first two sheets of the workbook: notes on the release, and the definition of every column.

Belongs here: what a reader must know before the figures, in two columns, Bahasa Indonesia and English. Not: the sentences
(`report/texts.toml`).
"""

from dataclasses import dataclass

import xlsxwriter
from xlsxwriter.format import Format

from assets.release.published_release import Manifest
from assets.release.report.language import Bilingual, bilingual, label, phrase
from assets.release.workbook.selection import selection_text
from assets.release.workbook.sheets import Formats, write_texts
from schemas.columns import definition, title, unit
from schemas.months import first_day
from schemas.summaries import SUMMARIES
from schemas.tables import Table

NOTES, COLUMNS = "Catatan - Notes", "Kolom - Columns"
_METHODS = ("protected", "groups", "denominators", "bounds", "above", "place", "status")
_MARKS_OF_WITHHELD, _MARKS = ("withheld", "letters"), ("empty", "ratio", "whole")
_HEADINGS = ("Tabel / Table", "Kolom / Column", "Nama", "Name", "Definisi", "Definition", "Satuan", "Unit")
_WIDTHS = (22, 26, 30, 30, 60, 60, 18, 18)


@dataclass(frozen=True)
class SheetRows:
    """The number of rows of a table: in the workbook, and in the release."""

    shown: int
    whole: int


class _Page:
    """A sheet of terms with texts in two languages, written from top to bottom."""

    def __init__(self, book: xlsxwriter.Workbook, formats: Formats) -> None:
        self.sheet, self.formats, self.row = book.add_worksheet(NOTES), formats, 0
        self.sheet.hide_gridlines(2)
        self.sheet.set_column(0, 0, 30)
        self.sheet.set_column(1, 2, 70)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)

    def headline(self, text: Bilingual, cell_format: Format) -> None:
        """A line of both languages in the columns of texts."""
        write_texts(self.sheet, self.row, ("", *text.plain), cell_format)
        self.row += 1

    def section(self, name: str) -> None:
        """An empty line and a heading."""
        write_texts(self.sheet, self.row + 1, (_term(name), *phrase(name).plain), self.formats.section)
        self.row += 2

    def line(self, term: str, text: Bilingual, link: str = "") -> None:
        """A term, or a link to a sheet, and its text."""
        if link:
            self.sheet.write_url(self.row, 0, f"internal:'{link}'!A1", self.formats.link, term)
        else:
            self.sheet.write_string(self.row, 0, term, self.formats.term)
        for position, plain in enumerate(text.plain, 1):
            self.sheet.write_string(self.row, position, plain, self.formats.wrapped)
        self.row += 1


def write_notes(book: xlsxwriter.Workbook, formats: Formats, manifest: Manifest, rows: dict[str, SheetRows]) -> None:
    """Title, edition, facts of the release, sheets, marks, terms, and how to cite."""
    page = _Page(book, formats)
    page.headline(phrase("page.name"), formats.title)
    for banner in _banners(manifest):
        page.headline(banner, formats.banner)
    page.row += 1
    for name, text in _facts(manifest).items():
        page.line(_term(f"workbook.{name}"), text)
    page.section("workbook.sheets")
    for name, table in ((table.name, table) for table in SUMMARIES if table.name in rows):
        counted = {"shown": rows[name].shown, "whole": rows[name].whole}
        chosen = phrase(f"workbook.{selection_text(table)}")
        page.line(name, phrase("workbook.sheet", table=label("table", name), rows=chosen, **counted), link=name)
    page.section("workbook.marks")
    least = int(manifest.policy.get("min_count", 0))
    for name in (_MARKS_OF_WITHHELD if manifest.policy else ()) + _MARKS:
        page.line(_term(f"workbook.{name}"), phrase(f"workbook.{name}_text", min_count=least))
    page.section("method.topic")
    for name in _METHODS:
        page.line(_term(f"method.{name}"), phrase(f"method.{name}_text"))


def _banners(manifest: Manifest) -> list[Bilingual]:
    restricted = [bilingual(manifest.notice, manifest.notice)] if manifest.notice else []
    return restricted + ([phrase("page.synthetic")] if manifest.synthetic_months else [])


def _facts(manifest: Manifest) -> dict[str, Bilingual]:
    month, release, named = first_day(manifest.reference_month), manifest.release_id, label("edition", manifest.edition)
    ends = {"first": first_day(min(manifest.months)), "last": first_day(max(manifest.months))}
    return {
        "edition": named,
        "month": phrase("page.month_only", month=month),
        "release": bilingual(release, release),
        "status": label("status", manifest.release.status),
        "months": phrase("workbook.months_text", **ends),
        "cite": phrase("workbook.cite_text", edition=named, release=release, month=month),
    }


def _term(name: str) -> str:
    """A heading in both languages, in one cell."""
    return " / ".join(dict.fromkeys(phrase(name).plain))


def write_columns(book: xlsxwriter.Workbook, formats: Formats, tables: tuple[Table, ...]) -> None:
    """Table, column, and its name, definition and unit in both languages; with filters."""
    sheet = book.add_worksheet(COLUMNS)
    for position, width in enumerate(_WIDTHS):
        sheet.set_column(position, position, width)
    write_texts(sheet, 0, _HEADINGS, formats.heading)
    row = 0
    for table in tables:
        for field in table.fields:
            row += 1
            names, about, units = title(field, table.name), definition(field, table.name), unit(field.unit)
            pairs = [(texts.get("id", texts["en"]), texts["en"]) for texts in (names, about, units)]
            cells = (table.name, field.name, *(text for pair in pairs for text in pair))
            write_texts(sheet, row, cells, formats.wrapped)
    sheet.autofilter(0, 0, row, len(_HEADINGS) - 1)
    sheet.freeze_panes(1, 2)
