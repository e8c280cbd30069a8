"""Rendering: from typed rows to the text that an office writes.

Belongs here: one expression per kind of field. Not here: planted errors (`defects`), bytes (`file_formats`).
"""

from collections.abc import Callable

import polars as pl

from schemas.tables import Field, Kind, Table
from simulator.offices.styles import Style, code_spellings
from simulator.population.regencies import regencies

_EXCEL_EPOCH = pl.date(1899, 12, 30)
_NAMES = ("Zoë Sitorus", "André Wibowo", "Siti Aminah", "Budi Santoso", "José Tilman", "Dewi Lestari", "Renée Pattin")
_TYPED_KINDS = (Kind.DATE, Kind.MONTH, Kind.FLAG, Kind.NUMBER, Kind.COUNT, Kind.PERCENT)
PERSONAL = ("nama", "alamat", "no_hp")


def render(rows: pl.DataFrame, table: Table, style: Style) -> pl.DataFrame:
    """The rows with every field of the table as text in the style. Other columns stay as they are."""
    present = [field for field in table.fields if field.name in rows.columns]
    if style.typed:
        present = [field for field in present if field.kind not in _TYPED_KINDS]
    amounts = [field for field in present if field.kind is Kind.NUMBER]
    texts = rows.with_columns(_text(field, style).alias(field.name) for field in present if field not in amounts)
    texts = texts.with_columns(_amounts(rows[field.name], style) for field in amounts)
    if style.programmes != "columns" and table.name == "enrolments":
        texts = texts.with_columns(_programme_list(rows, style).alias("programmes"))
    return texts.with_columns(_personal_columns(rows.height)) if style.personal else texts


def _text(field: Field, style: Style) -> pl.Expr:
    column = pl.col(field.name)
    by_kind: dict[Kind, Callable[[], pl.Expr]] = {
        Kind.DATE: lambda: _date(column, style),
        Kind.MONTH: lambda: column.dt.to_string(style.months),
        Kind.FLAG: lambda: pl.when(column).then(pl.lit(style.flags[0])).when(~column).then(pl.lit(style.flags[1])),
        Kind.REGION: lambda: _region(column, style),
        Kind.CODE: lambda: _code(column, field, style),
    }
    if field.name == "membership_id" and style.apostrophe:
        return pl.lit("'") + column
    return by_kind.get(field.kind, lambda: column.cast(pl.String))()


def _date(column: pl.Expr, style: Style) -> pl.Expr:
    if style.dates == "serial":
        return (column - _EXCEL_EPOCH).dt.total_days().cast(pl.String)
    return column.dt.to_string(style.dates)


def _region(column: pl.Expr, style: Style) -> pl.Expr:
    codes = regencies().select("code", text=pl.col("old_code") if style.old_regions else pl.col("code"))
    if style.dotted_regions:
        codes = codes.with_columns(pl.col("text").str.slice(0, 2) + "." + pl.col("text").str.slice(2))
    if not style.old_regions and not style.dotted_regions:
        return column
    return column.replace(codes["code"], codes["text"])


def _code(column: pl.Expr, field: Field, style: Style) -> pl.Expr:
    alias = {"sex": style.sex_alias, "segment": style.segment_alias}.get(field.name, style.code_alias)
    if not alias or not field.codes or field.codes in ("age_bands", "sectors", "employment_statuses", "region_schemes"):
        return column
    return column.replace(code_spellings(field.codes, alias))


def _amounts(column: pl.Series, style: Style) -> pl.Series:
    """The amounts as text. Only distinct ones are formatted, because amounts repeat."""
    if style.amounts == "plain":
        return column.cast(pl.String)
    distinct = column.drop_nulls().unique()
    texts = pl.Series([_amount(value, style.amounts) for value in distinct.to_list()], dtype=pl.String)
    return column.replace_strict(distinct, texts, default=None, return_dtype=pl.String)


def _amount(value: int, form: str) -> str:
    english = f"{value:,}"
    indonesian = english.replace(",", ".")
    return {
        "dots": indonesian,
        "dots_cents": f"{indonesian},00",
        "commas_cents": f"{english}.00",
        "cents": f"{value}.00",
    }[form]


def _programme_list(rows: pl.DataFrame, style: Style) -> pl.Series:
    flags = ("jkk", "jkm", "jht", "jp", "jkp")
    named = [pl.when(name).then(pl.lit(name.upper())) for name in flags]
    return rows.select(pl.concat_str(named, separator=style.programmes, ignore_nulls=True)).to_series()


def _personal_columns(height: int) -> list[pl.Expr]:
    """Synthetic names, addresses and phone numbers, which the pipeline must drop. Two addresses have a second line."""
    number = pl.int_range(height)
    street = pl.format("Jl. Contoh {}", number % 97)
    return [
        pl.lit(pl.Series(_NAMES)).gather(number % len(_NAMES)).alias("nama"),
        pl.when(number.is_in([3, 11])).then(street + "\nRT 02/RW 05").otherwise(street).alias("alamat"),
        pl.format("08{}", number % 1000 + 1_000_000_000).alias("no_hp"),
    ]
