"""Columns of numbers: one decimal mark and one thousands mark per column.

Belongs here: evidence of the marks, and reading numbers with them. Not here: units (`qualifiers`), identifiers
(`identifiers`).
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from assets.errors import FileRejected
from assets.ingest.columns.base import Column
from assets.ingest.columns.evidence import UNREADABLE, Counts, Style, contradict, flags
from schemas.refusals import DECIMAL_MARKS, DOUBTFUL_MARKS, THOUSANDS_MARKS, Refusal
from schemas.tables import Kind

POINT, COMMA = "decimal point", "decimal comma"
STYLES = (POINT, COMMA)
_PATTERNS = {
    POINT: r"^-?(\d+|[1-9]\d{0,2}(,\d{3})+)(\.\d+)?$",
    COMMA: r"^-?(\d+|[1-9]\d{0,2}(\.\d{3})+)(,\d+)?$",
}
_MARKS = {POINT: (",", "."), COMMA: (".", ",")}  # thousands, decimal
_SMALL = 1000
_EXACT = 2**53
# Statistical producers add marks after a figure: * and ** for provisional or imprecise, a to e and r x by their legend.
_FOOTNOTE_MARK = r"(?i)(?:\s*(?:[*†‡§#¹²³⁰-⁹ᵃ-ᶻª]+|\(?[a-eprx]\)|\s[aberx]))+$"
_CURRENCY = r"(?i)^(?:rp|idr)\.?\s*|\s*(?:rupiah|idr|rp)\.?$"
_SCIENTIFIC = r"(?i)^-?\d(?:[.,]\d+)?E\+?\d{1,2}$"


class NumberColumn(Column):
    """Styles: `decimal point` (1,234.5) and `decimal comma` (1.234,5)."""

    converts_regular = True

    def is_regular(self, texts: pl.Series) -> pl.Series:
        """Whole numbers without marks."""
        self.regular_numbers = texts.cast(pl.Int64, strict=False).cast(pl.Float64)
        return self.regular_numbers.is_not_null()

    def collect_evidence(self, counts: Counts) -> None:
        """Count the rows that only fit one decimal mark, and those that fit either."""
        self.collect_regular(counts)
        at = self._irregular()
        if at.len():
            texts, n = self._amount_texts()[at], counts[at]
            point, comma = (flags(texts.str.contains(_PATTERNS[style])) for style in STYLES)
            self.evidence.add(POINT, point & ~comma, n)
            self.evidence.add(COMMA, comma & ~point, n)
            either = point & comma & ~flags(texts.str.contains(r"^-?\d+$"))
            dot = flags(texts.str.contains(".", literal=True))
            self.evidence.add("ambiguous point", either & dot, n)
            self.evidence.add("ambiguous comma", either & ~dot, n)
            self.evidence.add_ambiguous(texts, either)

    def regular_values(self, style: str) -> pl.Series | None:
        """The whole numbers without marks."""
        return None if style == UNREADABLE else self.regular_numbers

    def collect_regular(self, counts: Counts) -> None:
        """Count the rows of small and large whole numbers."""
        size = np.abs(self.regular_numbers.to_numpy())  # NaN is neither small nor large
        self.evidence.add("small", (size < _SMALL) & (size > 0), counts)
        self.evidence.add("large", size >= _SMALL, counts)

    def determine_style(self, columns: Sequence[Column]) -> Style:
        """By most cells; else by small whole numbers in the column, the other numbers of the file, the convention."""
        rows = self.evidence.rows
        point, comma = rows[POINT], rows[COMMA]
        if contradict(point, comma):
            return self._open_style(DECIMAL_MARKS, points=point, commas=comma)
        if point + comma:
            return Style(POINT if point > comma else COMMA)
        dots, commas = rows["ambiguous point"], rows["ambiguous comma"]
        if contradict(dots, commas):
            return self._open_style(THOUSANDS_MARKS, points=dots, commas=commas)
        thousands = COMMA if dots >= commas else POINT
        if not dots + commas or (rows["small"] and not rows["large"]):
            return Style(thousands if dots + commas else "")
        others = [column.evidence.rows for column in columns if column is not self and type(column) is NumberColumn]
        rows_by_style = {style: sum(rows[style] for rows in others) for style in STYLES}
        if sum(rows_by_style.values()) and not contradict(*rows_by_style.values()):
            return Style(max(rows_by_style, key=lambda style: rows_by_style[style]))
        if self.evidence.is_by_convention():
            return Style(thousands)
        return self._open_style(DOUBTFUL_MARKS, cells=dots + commas)

    @property
    def dtype(self) -> pl.DataType:
        """Floats: a count is converted to whole numbers after its unit is applied."""
        return pl.Float64()

    def convert_texts(self, style: str) -> pl.Series:
        """The numbers as they are written."""
        if style == UNREADABLE:
            return pl.repeat(None, self.texts.len(), dtype=pl.Float64, eager=True)
        at = self._irregular()
        if at.is_empty():
            return self.regular_numbers
        return self.regular_numbers.clone().scatter(at, _parse_amounts(self._amount_texts().gather(at), style or POINT))

    def to_field_type(self, value: pl.Series) -> pl.Series:
        """Numbers in the type of the field. A count with a fraction is null, unless the contract rounds it (survey weights)."""
        if self.field.kind is not Kind.COUNT:
            return value
        if self.field.rounded:
            value = value.round(6).round()
        whole = (value == value.floor()) & (value.abs() < _EXACT)
        return pl.select(pl.when(whole).then(value)).to_series().cast(pl.Int64)

    def _irregular(self) -> pl.Series:
        """The indices of the texts that are not whole numbers without marks."""
        if self.regular_numbers.null_count() == self.texts.null_count():
            return pl.Series(dtype=pl.UInt32)
        return (self.regular_numbers.is_null() & self.texts.is_not_null()).arg_true()

    def _open_style(self, doubt: Refusal, **cells: int) -> Style:
        return Style(POINT, FileRejected(doubt, field=self.field.header, **cells))

    def _amount_texts(self) -> pl.Series:
        """The texts without currency, footnote marks and blanks between thousands; a minus sign is moved to the front."""
        irregular = (~self.texts.str.contains(r"^-?[\d.,]+$")).fill_null(value=False).arg_true()
        return (
            self.texts.clone().scatter(irregular, _amount_text(self.texts.gather(irregular)))
            if irregular.len()
            else self.texts
        )


class PercentColumn(NumberColumn):
    """Decimal numbers without thousands marks: point and comma are both decimal marks."""

    def is_regular(self, texts: pl.Series) -> pl.Series:
        """Decimal numbers with a point."""
        self.regular_numbers = (
            pl.select(pl.when(texts.str.contains(r"^-?\d+(\.\d+)?$")).then(texts)).to_series().cast(pl.Float64)
        )
        return self.regular_numbers.is_not_null()

    def collect_evidence(self, counts: Counts) -> None:
        """Percentages need no evidence: they have one style."""

    def collect_regular(self, counts: Counts) -> None:
        """Percentages need no evidence: they have one style."""

    def determine_style(self, columns: Sequence[Column]) -> Style:
        """One style."""
        return Style("")

    def convert_texts(self, style: str) -> pl.Series:
        """The numbers."""
        at = (self.regular_numbers.is_null() & self.texts.is_not_null()).arg_true()
        bodies = self._amount_texts().gather(at).str.replace(r"\s*%$", "").str.replace(",", ".", literal=True)
        numbers = pl.select(pl.when(bodies.str.contains(r"^-?\d+(\.\d+)?$")).then(bodies)).to_series()
        return self.regular_numbers.clone().scatter(at, numbers.cast(pl.Float64)) if at.len() else self.regular_numbers


def _amount_text(text: pl.Series) -> pl.Series:
    body = text.str.replace(_FOOTNOTE_MARK, "")
    body = body.str.replace_all(_CURRENCY, "").str.replace(r"[,.]-$", "").str.strip_chars(" ")
    body = body.str.replace(r"^\((.+)\)$", "-$1").str.replace(r"^([^-].*?)\s*-$", "-$1").str.replace(r"^-\s+", "-")
    body = body.str.replace_all(_CURRENCY, "").str.replace(r"^-(?i:rp|idr)\.?\s*", "-").str.replace(r"^\+", "")
    grouped = body.str.contains(r"^-?[1-9]\d{0,2}([ '’]\d{3})+([.,]\d+)?$")
    return pl.select(pl.when(grouped).then(body.str.replace_all(r"[ '’]", "")).otherwise(body)).to_series()


def _parse_amounts(text: pl.Series, style: str) -> pl.Series:
    thousands, decimal = _MARKS[style]
    without_marks = text.str.replace_all(thousands, "", literal=True).str.replace(decimal, ".", literal=True)
    fits = text.str.contains(_PATTERNS[style])
    short = text.str.contains(_SCIENTIFIC) & ~text.str.contains(
        r"[.,]\d{5,}E"
    )  # a spreadsheet cut off the other digits
    powers = text.str.replace(",", ".", literal=True)
    chosen = pl.when(fits).then(without_marks).when(short).then(powers)
    return pl.select(chosen).to_series().cast(pl.Float64, strict=False)
