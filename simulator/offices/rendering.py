"""From typed rows to the text an office writes.

Belongs here: one expression a kind of field. Does not belong here: which row is damaged, bytes on the disk.
"""

from collections.abc import Callable

import polars as pl

from schemas.tables import Field, Kind, Table
from simulator.offices.styles import Style, spellings
from simulator.population.regencies import places

_EXCEL_EPOCH = pl.date(1899, 12, 30)
_NAMES = ("Zoë Sitorus", "André Wibowo", "Siti Aminah", "Budi Santoso", "José Tilman", "Dewi Lestari", "Renée Pattin")
_TYPED_KINDS = (Kind.DATE, Kind.MONTH, Kind.FLAG, Kind.NUMBER, Kind.COUNT, Kind.PERCENT)
PERSONAL = ("nama", "alamat", "no_hp")


def render(rows: pl.DataFrame, table: Table, style: Style) -> pl.DataFrame:
    """The rows with every field of the table as text, in the style; other columns are kept as they are."""
    present = [field for field in table.fields if field.name in rows.columns]
    if style.native:
        present = [field for field in present if field.kind not in _TYPED_KINDS]
    amounts = [field for field in present if field.kind is Kind.NUMBER]
    texts = rows.with_columns(_text(field, style).alias(field.name) for field in present if field not in amounts)
    texts = texts.with_columns(_amounts(rows[field.name], style) for field in amounts)
    if style.programmes != "columns" and table.name == "enrolments":
        texts = texts.with_columns(_programme_list(rows, style).alias("programmes"))
    return texts.with_columns(personal_columns(rows.height)) if style.personal else texts


def _text(field: Field, style: Style) -> pl.Expr:
    column = pl.col(field.name)
    by_kind: dict[Kind, Callable[[], pl.Expr]] = {
        Kind.DATE: lambda: _dated(column, style),
        Kind.MONTH: lambda: column.dt.to_string(style.months),
        Kind.FLAG: lambda: pl.when(column).then(pl.lit(style.flags[0])).when(~column).then(pl.lit(style.flags[1])),
        Kind.REGION: lambda: _region(column, style),
        Kind.CODE: lambda: _coded(column, field, style),
    }
    if field.name == "membership_id" and style.apostrophe:
        return pl.lit("'") + column
    return by_kind.get(field.kind, lambda: column.cast(pl.String))()


def _dated(column: pl.Expr, style: Style) -> pl.Expr:
    if style.dates == "serial":
        return (column - _EXCEL_EPOCH).dt.total_days().cast(pl.String)
    return column.dt.to_string(style.dates)


def _region(column: pl.Expr, style: Style) -> pl.Expr:
    codes = places().select("code", text=pl.col("old_code") if style.old_regions else pl.col("code"))
    if style.dotted:
        codes = codes.with_columns(pl.col("text").str.slice(0, 2) + "." + pl.col("text").str.slice(2))
    if not style.old_regions and not style.dotted:
        return column
    return column.replace(codes["code"], codes["text"])


def _coded(column: pl.Expr, field: Field, style: Style) -> pl.Expr:
    which = {"sex": style.sexes, "segment": style.segments}.get(field.name, style.words)
    if not which or not field.codes or field.codes in ("age_bands", "sectors", "employment_statuses", "region_schemes"):
        return column
    return column.replace(spellings(field.codes, which))


def _amounts(column: pl.Series, style: Style) -> pl.Series:
    """Amounts repeat themselves: the distinct ones are written out and mapped back."""
    if style.amounts == "plain":
        return column.cast(pl.String)
    distinct = column.drop_nulls().unique()
    texts = pl.Series([_amount(value, style.amounts) for value in distinct.to_list()], dtype=pl.String)
    return column.replace_strict(distinct, texts, default=None, return_dtype=pl.String)


def _amount(value: int, how: str) -> str:
    english = f"{value:,}"
    indonesian = english.replace(",", ".")
    return {
        "dots": indonesian,
        "dots_cents": f"{indonesian},00",
        "commas_cents": f"{english}.00",
        "cents": f"{value}.00",
    }[how]  # fmt: skip


def _programme_list(rows: pl.DataFrame, style: Style) -> pl.Series:
    flags = ("jkk", "jkm", "jht", "jp", "jkp")
    named = [pl.when(name).then(pl.lit(name.upper())) for name in flags]
    return rows.select(pl.concat_str(named, separator=style.programmes, ignore_nulls=True)).to_series()


def personal_columns(height: int) -> list[pl.Expr]:
    """Invented names, addresses and numbers, which the pipeline must drop; two addresses have a second line."""
    number = pl.int_range(height)
    street = pl.format("Jl. Contoh {}", number % 97)
    return [
        pl.lit(pl.Series(_NAMES)).gather(number % len(_NAMES)).alias("nama"),
        pl.when(number.is_in([3, 11])).then(street + "\nRT 02/RW 05").otherwise(street).alias("alamat"),
        pl.format("08{}", number % 1000 + 1_000_000_000).alias("no_hp"),
    ]
