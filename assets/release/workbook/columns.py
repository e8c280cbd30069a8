"""The columns of a sheet: those of the table, and the names of codes in both languages beside each code.

Belongs here: names, headings and number formats, from the declaration of the table. Not: rows (`selection`), cells (`sheets`).
"""

from dataclasses import dataclass

import polars as pl

from assets.release.findings.reader import withholdable
from schemas.columns import code_list, title, unit
from schemas.tables import Field, Kind, Table

_WHOLE, _RATIO, _DECIMAL, _MONTH = "#,##0", "0.0%", "#,##0.00", "mmm yyyy"
_CODE = ("Kode ", " code")  # a title with it needs no other word for the code
_WITHOUT_NAMES = ("conf_status",)  # the notes explain its letters
_UNITS_UNSAID = ("-", "1", "month", "rank")  # the number format, or the name, gives them
_WIDTHS = {Kind.MONTH: 12, Kind.COUNT: 14, Kind.NUMBER: 14, Kind.FLAG: 10}


@dataclass(frozen=True)
class SheetColumn:
    """A column: its name in the table, headings in Bahasa Indonesia and English, width, number format.

    `can_be_withheld`: disclosure control may withhold its cells.
    """

    name: str
    headings: tuple[str, str]
    width: int
    number_format: str = ""
    can_be_withheld: bool = False


def with_names(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The rows with a column of names in each language behind each column of codes."""
    columns: list[pl.Expr] = []
    for field in table.fields:
        columns.append(pl.col(field.name))
        for name, names in _names(field).items():
            columns.append(pl.col(field.name).replace_strict(names, default=None, return_dtype=pl.String).alias(name))
    return frame.select(columns)


def sheet_columns(table: Table) -> list[SheetColumn]:
    """The columns of `with_names`, in their order."""
    return [column for field in table.fields for column in (_column(field, table), *_name_columns(field, table))]


def _column(field: Field, table: Table) -> SheetColumn:
    names = title(field, table.name)
    headings = (names.get("id", names["en"]), names["en"])
    if field.codes and not _is_code(headings):
        headings = (f"{headings[0]}: kode", f"{headings[1]}: code")
    elif field.unit not in _UNITS_UNSAID:
        units = unit(field.unit)
        headings = (f"{headings[0]} ({units['id']})", f"{headings[1]} ({units['en']})")
    width = _WIDTHS.get(field.kind, 12 if field.codes else 24)
    can_be_withheld = field.name in withholdable(table.name)
    return SheetColumn(field.name, _capitalised(headings), width, _number_format(field), can_be_withheld)


def _is_code(headings: tuple[str, str]) -> bool:
    return headings[0].startswith(_CODE[0])


def _capitalised(headings: tuple[str, str]) -> tuple[str, str]:
    first, second = (text[:1].upper() + text[1:] for text in headings)
    return first, second


def _number_format(field: Field) -> str:
    if field.kind in (Kind.MONTH, Kind.DATE):
        return _MONTH
    if field.kind is Kind.COUNT:
        return _WHOLE
    return _RATIO if field.unit == "1" else _DECIMAL if field.kind is Kind.NUMBER else ""


def _name_columns(field: Field, table: Table) -> list[SheetColumn]:
    names = title(field, table.name)
    indonesian, english = names.get("id", names["en"]), names["en"].removesuffix(_CODE[1])
    if _is_code((indonesian, english)):
        indonesian = "Nama " + indonesian.removeprefix(_CODE[0])
    headings = _capitalised((indonesian, english))
    columns = list(_names(field))
    if len(columns) == 1:
        return [SheetColumn(columns[0], headings, 26)]
    return [SheetColumn(name, (text, text), 26) for name, text in zip(columns, headings, strict=False)]


def _names(field: Field) -> dict[str, dict[str, str]]:
    """Name column → code → name. One column where both languages have the same names, none where the codes are the names."""
    if not field.codes or field.name in _WITHOUT_NAMES:
        return {}
    rows = code_list(field)
    english = dict(rows.select("code", "name").iter_rows())
    indonesian = dict(rows.select("code", pl.coalesce("name_id", "name")).iter_rows())
    listed = rows.filter(pl.col("code").is_in(field.special).not_())["code"].to_list()
    if all(english[code] == code for code in listed):
        return {}
    if all(english[code] == indonesian[code] for code in listed):
        return {f"{field.name}_name": indonesian}
    return {f"{field.name}_name_id": indonesian, f"{field.name}_name_en": english}
