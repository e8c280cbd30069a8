"""A batch of text becomes a batch of typed columns, all of the contract's, with marks where a text was no value.

Belongs here: which conversion each kind of field gets, the marks, and the working columns that rules use. Not: judging
rows (`validate`). What a text means does not depend on its row, so the distinct texts of a column are converted, and the
rows take their values from them. A cell that cannot be read is null and marked, so that no cast error can ever quote a
value.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl

from assets.ingest import values
from assets.ingest.batch import NUMBER, ROW_NUMBER, distinct, written
from schemas import codelists
from schemas.model import MARKS, Field, Kind, Table

NIK_DIGITS = 16
_BLANK = r"^[\s']*$"
FEW, MANY = 256, 1 << 14
_MET: dict[tuple[str, str], dict[str, tuple[Any, list[str]]]] = {}  # by table and field: text → value and marks
_OWN_SCHEME = "kemendagri_2025"
_DAMAGED_NUMBER = r"(?i)^\d[\d.,]*E\+?\d*$"


class Standardiser:
    """Turns the text batches of one file into typed frames; remembers the date formats the file uses."""

    def __init__(self, table: Table, month: date) -> None:
        """For the rows of `table` in the month (its first day)."""
        self.table = table
        self.month = month
        self._marks = table.marks()
        self._format = {field.name: values.DATE_FORMATS[0] for field in table.fields if field.kind is Kind.DATE}

    def frame(self, rows: pl.DataFrame) -> pl.DataFrame:
        """All fields of the table, `marks`, `row_number`, `month`, and for a NIK what it says (`schemas.nik`)."""
        rows = written(self._doubted(rows))
        marks = pl.repeat(0, rows.height, dtype=pl.UInt32, eager=True)
        typed: dict[str, pl.Series] = {}
        for field in self.table.fields:
            if field.name in rows.columns:
                typed[field.name], marks = self._read(field, self._texts(field, rows), marks)
            else:
                typed[field.name] = pl.repeat(None, rows.height, dtype=field.batch_dtype, eager=True)
        self._fill_flags(typed, rows)
        self._fill_defaults(typed)
        frame = pl.DataFrame({name: column.rename(name) for name, column in typed.items()})
        frame = frame.with_columns(rows[ROW_NUMBER], marks.alias(MARKS), pl.lit(self.month).alias("month"))
        return _with_nik(frame) if "nik" in typed else frame

    def _doubted(self, rows: pl.DataFrame) -> pl.DataFrame:
        """A NIK that is stored as a number is written as spreadsheets write a long one: nobody relies on its last digit."""
        for field in self.table.fields:
            number = field.name + NUMBER
            if field.kind is Kind.NIK and number in rows.columns:
                doubted = pl.col(number).cast(pl.Int64, strict=False).cast(pl.String) + "E+"
                texts = [pl.col(field.name).cast(pl.String)] if field.name in rows.columns else []
                rows = rows.with_columns(pl.coalesce([*texts, doubted]).alias(field.name)).drop(number)
        return rows

    def styles(self) -> dict[str, str]:
        """The date formats met, by field, for the report of the file."""
        return dict(self._format)

    def _texts(self, field: Field, rows: pl.DataFrame) -> pl.Series:
        """The column of the field; a region's code with the scheme it is written in, where the extract has schemes."""
        if field.kind is Kind.REGION and "region_scheme" in self.table.names:
            return _with_scheme(rows, field.name)
        return rows[field.name]

    def _read(self, field: Field, text: pl.Series, marks: pl.Series) -> tuple[pl.Series, pl.Series]:
        """(values, marks) of a column: what its texts mean, taken by each row from the text it has."""
        if field.name in self.table.unrepeated and text.dtype == pl.String:
            value, noticed = self._meant(field, text)
            return value, self._marked(marks, noticed)
        texts, places = distinct(text)
        meant, noticed = self._meant(field, texts)
        rows = {mark: places.is_in(which.implode()).arg_true() for mark, which in noticed.items()}
        return meant.gather(places), self._marked(marks, rows)

    def _meant(self, field: Field, texts: pl.Series) -> tuple[pl.Series, dict[str, pl.Series]]:
        """(values, indices by mark): what each text means, and which could not be read or were damaged.

        A few texts are looked up among those met before: offices write the same codes, and every call has its price.
        """
        if texts.len() > FEW or field.kind is Kind.DATE:  # of dates the format is noted
            return self._converted(field, texts)
        known = self._known(field)
        if new := [text for text in texts if text not in known]:
            value, noticed = self._converted(field, pl.Series(new, dtype=pl.String))
            marks = {mark: set(which) for mark, which in noticed.items()}
            for at, (text, meaning) in enumerate(zip(new, value, strict=True)):
                known[text] = meaning, [mark for mark, which in marks.items() if at in which]
        met = [known[text] for text in texts]
        value = pl.Series([meaning for meaning, _ in met], dtype=field.batch_dtype)
        met_marks = {mark for _, marks in met for mark in marks}
        return value, {mark: pl.Series([mark in marks for _, marks in met]).arg_true() for mark in met_marks}

    def _known(self, field: Field) -> dict[str, tuple[Any, list[str]]]:
        known = _MET.setdefault((self.table.name, field.name), {})
        if len(known) > MANY:
            known.clear()
        return known

    def _converted(self, field: Field, texts: pl.Series) -> tuple[pl.Series, dict[str, pl.Series]]:
        value, noticed = self._convert(field, texts), {}
        if field.intact:
            value, noticed[f"{field.name}:damaged"] = _mended(field, value)
        if field.readable and value.null_count() != texts.null_count():
            lost = (value.is_null() & texts.is_not_null()).arg_true()
            noticed[f"{field.name}:unreadable"] = lost.filter(~texts.gather(lost).str.contains(_BLANK))
        return value, {mark: which for mark, which in noticed.items() if which.len()}

    def _marked(self, marks: pl.Series, noticed: dict[str, pl.Series]) -> pl.Series:
        """The marks with one bit more at the row indices of each mark."""
        for mark, rows in noticed.items():
            marks = marks.scatter(rows, marks.gather(rows) | (1 << self._marks.index(mark)))
        return marks

    def _convert(self, field: Field, texts: pl.Series) -> pl.Series:
        if field.kind is Kind.DATE:
            return self._dates(field.name, texts)
        if field.kind is Kind.REGION:
            return values.regions(texts, "scoped" if "region_scheme" in self.table.names else "kemendagri")
        if field.kind is Kind.AREA:
            return values.regions(texts, "area")
        if field.kind in (Kind.CODE, Kind.LIST):
            convert = values.codes if field.kind is Kind.CODE else values.listed
            return convert(texts, field.codes or "")
        return _CONVERSIONS[field.kind](texts)

    def _dates(self, name: str, texts: pl.Series) -> pl.Series:
        sample = texts.drop_nulls().head(1)
        fits = [form for form in values.DATE_FORMATS if sample.str.to_date(form, strict=False).null_count() == 0]
        if fits and not sample.is_empty():
            self._format[name] = fits[0]
        return values.dates(texts, self._format[name])

    def _fill_flags(self, typed: dict[str, pl.Series], rows: pl.DataFrame) -> None:
        """Programme flags from the list cell, where the file has no column for them."""
        for lister in (field for field in self.table.fields if field.kind is Kind.LIST and field.name in rows.columns):
            texts, places = distinct(rows[lister.name])
            listed = self._convert(lister, texts)
            for code in codelists.values(lister.codes or ""):
                if code in typed and code not in rows.columns:
                    typed[code] = listed.str.contains(f"+{code}+", literal=True).gather(places)

    def _fill_defaults(self, typed: dict[str, pl.Series]) -> None:
        for field in self.table.fields:
            if field.default is not None:
                typed[field.name] = typed[field.name].fill_null(field.default)


_CONVERSIONS: dict[Kind, Callable[[pl.Series], pl.Series]] = {
    Kind.TEXT: values.texts,
    Kind.IDENTIFIER: values.identifiers,
    Kind.NIK: values.identifiers,
    Kind.KBLI: values.kbli,
    Kind.FLAG: values.flags,
    Kind.MONTH: values.months,
    Kind.COUNT: values.counts,
    Kind.NUMBER: values.numbers,
    Kind.PERCENT: values.percents,
}


def _mended(field: Field, value: pl.Series) -> tuple[pl.Series, pl.Series]:
    """(identifier, damaged indices): lost leading zeros are restored, a number in scientific notation is given up."""
    width = field.width or 0
    is_nik = field.kind is Kind.NIK
    whole = value.str.len_bytes() == width
    if is_nik:
        whole = whole & value.cast(pl.Int64, strict=False).is_not_null()
    odd = (~whole).arg_true()
    if odd.is_empty():
        return value, odd
    text = value.gather(odd)
    damaged = text.str.contains(_DAMAGED_NUMBER if is_nik else rf"^\d{{{width - 3},{width - 1}}}$")
    mended = pl.when(damaged).then(None if is_nik else text.str.zfill(width)).otherwise(text)
    return value.clone().scatter(odd, pl.select(mended.cast(pl.String)).to_series()), odd.filter(damaged)


def _with_scheme(rows: pl.DataFrame, name: str) -> pl.Series:
    """`<scheme>|<code>` of each row, null where there is no code."""
    scheme = pl.lit(None, dtype=pl.String)
    if "region_scheme" in rows.columns:
        texts, places = distinct(rows["region_scheme"])
        scheme = pl.lit(values.codes(texts, "region_schemes").gather(places)).cast(pl.String)
    code = pl.lit(values.trimmed(rows[name].cast(pl.String)).str.replace_all(".", "", literal=True))
    scoped = pl.concat_str(scheme.fill_null(_OWN_SCHEME), code, separator="|")
    return rows.select(pl.when(code != "").then(scoped).alias(name)).to_series()


def _with_nik(frame: pl.DataFrame) -> pl.DataFrame:
    """Add what a NIK says: `nik_number`, `nik_region`, `nik_female`, `nik_birth` (see schemas.enrolments)."""
    nik = frame["nik"]
    number = pl.when(nik.str.len_bytes() == NIK_DIGITS).then(nik.cast(pl.Int64, strict=False))
    digits = pl.select(pl.when(number > 0).then(number).alias("nik_number"))
    written = (pl.col("nik_number") // 10**4 % 10**6).cast(pl.Int32)
    female = written >= 41 * 10**4
    said = digits.select(
        (pl.col("nik_number") // 10**12).alias("prefix"),
        female.alias("nik_female"),
        (written - female * (40 * 10**4)).alias("birth"),
    )
    return frame.with_columns(
        digits["nik_number"],
        values.nik_regions().gather(said["prefix"]).alias("nik_region"),
        said["nik_female"],
        said.select(pl.when(_is_date("birth")).then("birth")).to_series().alias("nik_birth"),
    )


def _is_date(name: str) -> pl.Expr:
    """Whether a number DDMMYY is a day of some century: 29 February needs a year divisible by four."""
    day, month, year = pl.col(name) // 10**4, pl.col(name) // 100 % 100, pl.col(name) % 100
    february = 28 + (year % 4 == 0).cast(pl.Int32)
    longest = pl.when(month == 2).then(february).otherwise(31 - month.is_in([4, 6, 9, 11]).cast(pl.Int32))
    return (day >= 1) & (day <= longest) & (month >= 1) & (month <= 12)
