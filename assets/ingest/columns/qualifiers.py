"""Apply the columns that qualify others, or reject the file with their name.

Belongs here: units, currencies, statuses, provinces, periods and schemes of other columns. Not here: their declarations
(`schemas.qualifiers`).
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

import polars as pl

from assets.errors import FileRejected
from assets.ingest.batch import distinct_texts, to_text
from assets.ingest.columns import cleaning, conversions
from assets.ingest.columns.months import parse_months
from assets.ingest.columns.regions import SCHEME_SEPARATOR
from assets.ingest.columns.units import has_dimension, unit_code, unit_factor, unit_in_title
from assets.ingest.header import Header
from schemas import code_lists
from schemas.months import month_number, month_numbers
from schemas.qualifiers import Qualifier, QualifierKind
from schemas.refusals import OTHER_CURRENCY, OTHER_PERIOD, TITLE_PERIOD, TITLE_UNIT, UNFIT_UNIT, UNKNOWN_UNIT
from schemas.tables import Table
from schemas.texts import Text

_KINDS = {
    QualifierKind.YEAR: Text("year", "tahun"),
    QualifierKind.MONTH: Text("month", "bulan"),
    QualifierKind.PERIOD: Text("period", "periode"),
}
_REPORTED = Text("the reported month {month}", "bulan laporan {month}")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "januari", "january"), ("feb", "februari", "february"), ("mar", "maret", "march"), ("apr", "april"),
            ("mei", "may"), ("jun", "juni", "june"), ("jul", "juli", "july"), ("agu", "agt", "ags", "aug", "agustus", "august"),
            ("sep", "sept", "september"), ("okt", "oct", "oktober", "october"), ("nov", "nop", "november", "nopember"),
            ("des", "dec", "desember", "december"),
        ),
        start=1,
    )
    for name in names
}  # fmt: skip

_TITLE_PERIOD = re.compile(
    r"\b(?:bulan|periode|posisi)(?:\s+(?:data|laporan|pelaporan))?\s*[:=]?\s*([a-z]{3,9}[\s-]+\d{4}|\d{1,2}[-/]\d{4}|\d{4}[-/]\d{1,2})\b",
    re.IGNORECASE,
)


def has_qualifiers(table: Table, rows: pl.DataFrame) -> bool:
    """Whether a column of the rows qualifies another."""
    names = {"region_scheme", *(qualifier.name for qualifier in table.all_qualifiers)}
    return any(name.partition(":")[0] in names for name in rows.columns)


def unit_factors(table: Table, rows: pl.DataFrame, header: Header | None) -> dict[str, pl.Series | int]:
    """Field → factor of its figures. Raises FileRejected if a unit is unknown or fits no field."""
    _refuse_other_currency(table, rows)
    found: dict[str, pl.Series | int] = {}
    for name, unit in (_title_units(table, header) | header.units if header else {}).items():
        found[name] = unit_factor(unit)
    for qualifier, texts, indices in _qualifying_columns(table, rows, QualifierKind.UNIT):
        units = [None if text is None else unit_code(text) for text in texts.to_list()]
        used = pl.Series(units, dtype=pl.String).gather(indices.drop_nulls().unique())
        if used.null_count() or (indices.null_count() and any(unit_factor(unit) != 1 for unit in used)):
            raise FileRejected(UNKNOWN_UNIT, **_description(qualifier))
        fields = [field for field in table.fields if qualifier.of in ("", field.name)]
        for field in fields:
            fits = [has_dimension(unit, field.unit, field.kind) for unit in used]
            if fits and all(fits):
                factor = pl.Series([1 if unit is None else unit_factor(unit) for unit in units], dtype=pl.Int64)
                found[field.name] = factor.gather(indices).fill_null(1)
        if used.len() and not any(has_dimension(unit, f.unit, f.kind) for unit in used for f in fields):
            raise FileRejected(UNFIT_UNIT, **_description(qualifier), extract=table.name)
    return found


def _title_units(table: Table, header: Header) -> dict[str, str]:
    """Field → unit in the titles above the header. Raises FileRejected if a unit may be of persons or of amounts."""
    found: dict[str, str] = {}
    for unit in filter(None, map(unit_in_title, header.titles)):
        if unit_factor(unit) == 1:
            continue
        fields = [field for field in table.fields if field.name in header.fields.values()]
        fields = [field for field in fields if field.name not in header.units]  # the unit in its own header applies
        measured = [field for field in fields if has_dimension(unit, field.unit, field.kind)]
        if len({field.unit.split(" ")[0] for field in measured}) > 1 or any(
            found.get(field.name, unit) != unit for field in measured
        ):
            raise FileRejected(TITLE_UNIT, unit=unit)
        found |= {field.name: unit for field in measured}
    return found


def void_rows(table: Table, rows: pl.DataFrame) -> pl.Series:
    """The rows with the status of a record without effect (code list `row_statuses`)."""
    found = [pl.Series(dtype=pl.UInt32)]
    for _, texts, indices in _qualifying_columns(table, rows, QualifierKind.STATUS):
        words = [_normalised_status(text) for text in texts.to_list()]
        void = pl.Series([word in _void_statuses(table.name) for word in words], dtype=pl.Boolean)
        found.append(void.gather(indices).fill_null(value=False).arg_true())
    return pl.concat(found).unique().sort()


def _normalised_status(text: str | None) -> str:
    return " ".join(re.findall(r"[A-Z]+", (text or "").upper()))


@cache
def _void_statuses(extract: str) -> frozenset[str]:
    """The statuses of records without effect in the extract, normalised."""
    listed = code_lists.codes("row_statuses").filter(pl.col("extract").is_in(["any", extract]))
    return frozenset(_normalised_status(word) for words in listed["words"] for word in words.split("|"))


def _refuse_other_currency(table: Table, rows: pl.DataFrame) -> None:
    """Raises FileRejected if a column of currencies names another one than the rupiah."""
    for qualifier, texts, indices in _qualifying_columns(table, rows, QualifierKind.CURRENCY):
        other = pl.Series([text is not None and unit_code(text) != "IDR" for text in texts.to_list()], dtype=pl.Boolean)
        if count := int(other.gather(indices).sum() or 0):
            raise FileRejected(OTHER_CURRENCY, **_description(qualifier), rows=count)


def add_schemes(table: Table, code: pl.Series, rows: pl.DataFrame) -> pl.Series:
    """Region codes as `<scheme>|<code>` in the rows that name a scheme; null without a code."""
    named = next(
        (q.name for q in table.qualifiers if q.kind is QualifierKind.SCHEME and q.name in rows.columns), "region_scheme"
    )
    if named not in rows.columns:
        return code
    texts, indices = distinct_texts(rows[named])
    seen = cleaning.clean(texts)[0]
    seen = pl.select(pl.when(~cleaning.is_null_word(seen)).then(seen)).to_series()
    known = conversions.to_codes(seen, "region_schemes").cast(pl.String)
    if named not in table.names:  # a field has its own rule for texts that are not schemes
        known = pl.select(pl.when(seen.is_not_null()).then(known.fill_null("?"))).to_series()
    scheme = known.gather(indices)
    cleaned = cleaning.clean(code.cast(pl.String))[0]
    cleaned = pl.select(pl.when(~cleaning.is_null_word(cleaned)).then(cleaned)).to_series()
    scoped = pl.concat_str(pl.lit(scheme), pl.lit(cleaned), separator=SCHEME_SEPARATOR)
    return pl.select(pl.coalesce(scoped, pl.lit(cleaned)).alias(code.name)).to_series()


def rows_outside_province(table: Table, typed: dict[str, pl.Series], rows: pl.DataFrame) -> dict[str, pl.Series]:
    """Region field → rows whose region is outside the province of their row."""
    found = {}
    for qualifier, texts, indices in _qualifying_columns(table, rows, QualifierKind.PROVINCE):
        codes = conversions.strip_region_codes(texts)
        province = codes.gather(indices)
        of = typed[qualifier.of].cast(pl.String).str.slice(0, 2)
        old = conversions.strip_region_codes(to_text(rows)[qualifier.of].cast(pl.String)).str.slice(0, 2)
        rows_outside = ((of != province) & (old != province)).fill_null(value=False).arg_true()
        if rows_outside.len():
            found[qualifier.of] = rows_outside
    return found


def refuse_title_of_other_month(table: Table, header: Header, month: date) -> None:
    """Raises FileRejected if a title above the header names another reported month."""
    if not any(qualifier.kind is QualifierKind.PERIOD and not qualifier.of for qualifier in table.qualifiers):
        return
    for title in header.titles:
        named = _TITLE_PERIOD.search(title)
        number = _period_number(QualifierKind.PERIOD, named[1]) if named else None
        if number is not None and number != month_number(month):
            raise FileRejected(TITLE_PERIOD, month=f"{month:%Y-%m}")


def refuse_other_period(table: Table, typed: dict[str, pl.Series], rows: pl.DataFrame, month: date) -> None:
    """Raises FileRejected if year, month or period of a row differ from the column that they qualify."""
    for kind in (QualifierKind.YEAR, QualifierKind.MONTH, QualifierKind.PERIOD):
        for qualifier, texts, indices in _qualifying_columns(table, rows, kind):
            number = pl.Series([_period_number(kind, text) for text in texts.to_list()], dtype=pl.Int32).gather(indices)
            given = texts.gather(indices).is_not_null()
            of = typed[qualifier.of] if qualifier.of else pl.repeat(month, rows.height, dtype=pl.Date, eager=True)
            index = {
                QualifierKind.YEAR: of.dt.year(),
                QualifierKind.MONTH: of.dt.month().cast(pl.Int32),
                QualifierKind.PERIOD: pl.select(month_numbers(pl.lit(of))).to_series(),
            }[kind]
            other = int(((number.ne_missing(index)) & given & index.is_not_null()).sum())
            if other:
                expected = (
                    table.field(qualifier.of).header if qualifier.of else _REPORTED.filled(month=f"{month:%Y-%m}")
                )
                raise FileRejected(
                    OTHER_PERIOD, **_description(qualifier), kind=_KINDS[kind], expected=expected, rows=other
                )


def _qualifying_columns(
    table: Table, rows: pl.DataFrame, kind: QualifierKind
) -> Iterator[tuple[Qualifier, pl.Series, pl.Series]]:
    """The qualifying columns of a kind in the rows: distinct texts (null if they mean no value) and their indices."""
    cleaned = to_text(rows) if any(":" in name for name in rows.columns) else rows
    for qualifier in table.all_qualifiers:
        if (
            qualifier.kind is kind
            and qualifier.name in cleaned.columns
            and (not qualifier.of or qualifier.of in cleaned.columns)
        ):
            texts, indices = distinct_texts(cleaned[qualifier.name])
            seen = conversions.remove_zero_decimals(cleaning.clean(texts)[0])
            yield qualifier, pl.select(pl.when(~cleaning.is_null_word(seen)).then(seen)).to_series(), indices


def _period_number(kind: QualifierKind, text: str | None) -> int | None:
    """The year, the month of the year, or year x 12 + month of a text; None if it has another form."""
    if text is None:
        return None
    if kind is QualifierKind.YEAR:
        return int(text) if text.isdigit() and len(text) == 4 else None
    if kind is QualifierKind.MONTH:
        return int(text) if text.isdigit() else _MONTHS.get(text.lower().rstrip("."))
    name, _, year = " ".join(text.replace("-", " ").split()).partition(" ")
    if name.lower() in _MONTHS and year.strip().isdigit():
        return int(year) * 12 + _MONTHS[name.lower()]
    day = parse_months(pl.Series([text], dtype=pl.String)).item()
    return month_number(day) if day else None


def _description(qualifier: Qualifier) -> dict[str, str]:
    """The details of a refusal that name the column."""
    return {"column": qualifier.name, "headers": ", ".join(qualifier.aliases[:2])}
