"""Columns of dates: one order of day and month per column, or serial day numbers.

Belongs here: evidence of the order, and reading dates in it. Not here: months (`months`).
"""

import re
from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl

from assets.errors import FileRejected
from assets.ingest.columns.base import Column
from assets.ingest.columns.evidence import UNREADABLE, Counts, Style, contradict, flags, limit
from schemas.months import month_number
from schemas.refusals import CONVERTED_DATES, DATE_ORDERS, DATES_AND_SERIALS, DOUBTFUL_DATES, Refusal
from schemas.tables import Kind

DAY_FIRST, MONTH_FIRST, SERIAL = "day-month-year", "month-day-year", "serial"
YEAR_FIRST = ("%Y-%m-%d", "%Y/%m/%d")
FORMATS = {
    DAY_FIRST: ("%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y"),
    MONTH_FIRST: ("%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y"),
}
_PARTS = r"^(?<a>\d{1,2})(?<mark>[-/.])(?<b>\d{1,2})[-/.](?<y>(?:19|20|21)\d\d)$"
_MIDNIGHT = r"[ T]0?0:00(:00(\.0+)?)?Z?$"
SERIALS = r"^[1-9]\d{4}$"
_FIRST, _LAST = date(1900, 1, 1), date(2200, 1, 1)


class DateColumn(Column):
    """Styles: `day-month-year` and `month-day-year` (both also accept the year first), `serial`."""

    converts_regular = True
    date_format = FORMATS[DAY_FIRST][0]

    def is_regular(self, texts: pl.Series) -> pl.Series:
        """Texts in the format of the first text."""
        first = next(iter(texts.drop_nulls().head(1)), "") if texts.null_count() else next(iter(texts.head(1)), "")
        self.date_format = _format_of(first) or self.date_format
        self.days = parse_dates(texts, self.date_format)
        return self.days.is_not_null()

    def regular_values(self, style: str) -> pl.Series | None:
        """The dates of that format."""
        return self.days if self.date_format in FORMATS.get(style, ()) + YEAR_FIRST and style != UNREADABLE else None

    def collect_evidence(self, counts: Counts) -> None:
        """Count the rows with the day first, the month first, either order, or a day number."""
        self.collect_regular(counts)
        if self.days.null_count() != self.texts.null_count():
            rest = (self.days.is_null() & self.texts.is_not_null()).arg_true()
            self.collect_irregular(strip_midnight(self.texts[rest]), counts[rest])

    def collect_regular(self, counts: Counts) -> None:
        """Count the rows in the format of the first text."""
        fast = self.days.is_not_null()
        if self.date_format in YEAR_FIRST:
            self.evidence.add("year first", flags(fast), counts)
        else:
            days, texts = (self.days, self.texts) if fast.all() else (self.days.drop_nulls(), self.texts.filter(fast))
            numbers = [part.to_numpy() for part in (days.dt.day(), days.dt.month(), days.dt.year())]
            if self.date_format in FORMATS[MONTH_FIRST]:
                numbers[:2] = numbers[1::-1]
            self._add_dates(numbers, self.date_format[2], texts, counts[flags(fast)])

    def collect_irregular(self, texts: pl.Series, counts: Counts) -> None:
        """Count the rows of texts in other formats."""
        parts = texts.str.extract_groups(_PARTS).struct.unnest()
        found = parts.select(pl.col("a", "b", "y").cast(pl.Int32), "mark", text=texts, n=counts)
        for (separator,), same in found.filter(pl.col("a").is_not_null()).group_by("mark"):
            numbers = [same[name].to_numpy() for name in ("a", "b", "y")]
            self._add_dates(numbers, str(separator), same["text"], same["n"].to_numpy())
        self.evidence.add("year first", flags(texts.str.contains(r"^\d{4}[-/]\d{1,2}[-/]\d{1,2}$")), counts)
        self.evidence.add(SERIAL, flags(texts.str.contains(SERIALS)), counts)

    def collect_typed(self, days: pl.Series) -> None:
        """Count cells that are dates already: they show how the program read the other texts."""
        once = np.ones(days.len(), dtype=np.int64)
        self.evidence.add("typed", flags(days.is_not_null()), once)
        self.evidence.add("typed late", flags(days.dt.day() > 12), once)

    def determine_style(self, columns: Sequence[Column]) -> Style:
        """By most cells; else by the other dates of the file, the reported month, the convention."""
        rows = self.evidence.rows
        written = sum(rows[label] for label in (DAY_FIRST, MONTH_FIRST, "ambiguous", "same", "year first"))
        if contradict(rows[SERIAL], written):
            return self._open_style(DATES_AND_SERIALS, serials=rows[SERIAL], dates=written)
        if rows[SERIAL] > written:
            return Style(SERIAL)
        return self.determine_order(columns)

    def determine_order(self, columns: Sequence[Column]) -> Style:
        """The order of day and month."""
        rows = self.evidence.rows
        first, other = rows[DAY_FIRST], rows[MONTH_FIRST]
        if contradict(first, other):
            return self._open_style(DATE_ORDERS, first=first, second=other)
        if first + other and rows["typed"] > limit("convention_texts") and not rows["ambiguous"] + rows["typed late"]:
            return self._open_style(CONVERTED_DATES)
        if first + other or not rows["ambiguous"]:
            return Style(DAY_FIRST if first >= other else MONTH_FIRST)
        orders = self._order_of_other_columns(columns) or self._order_near_month()
        if orders:
            return Style(orders)
        if self.evidence.is_by_convention():
            return Style(DAY_FIRST)
        return self._open_style(DOUBTFUL_DATES, cells=rows["ambiguous"])

    def convert_texts(self, style: str) -> pl.Series:
        """The dates, from 1900 on."""
        formats = FORMATS.get(style, ()) + YEAR_FIRST
        if style == UNREADABLE:
            return pl.repeat(None, self.texts.len(), dtype=pl.Date, eager=True)
        found = (
            self.days if self.date_format in formats else pl.repeat(None, self.texts.len(), dtype=pl.Date, eager=True)
        )
        rest = (found.is_null() & self.texts.is_not_null()).arg_true()
        if rest.is_empty():
            return found
        return found.clone().scatter(
            rest, self.convert_irregular(strip_midnight(self.texts.gather(rest)), style, formats)
        )

    def convert_irregular(self, texts: pl.Series, style: str, formats: tuple[str, ...]) -> pl.Series:
        """The dates of texts in other formats than the first text."""
        found = [parse_dates(texts, date_format) for date_format in formats]
        if style == SERIAL:
            found.append(dates_from_serials(texts, self.epoch))
        return pl.select(pl.coalesce(found)).to_series()

    def _add_dates(self, parts: list[Counts], separator: str, texts: pl.Series, n: Counts) -> None:
        """Add evidence of dates from two numbers `a` and `b` and a year with a separator, each in `n` rows."""
        a, b, year = (part.astype(np.int64) for part in parts)
        either = (a <= 12) & (b <= 12)
        ambiguous = either & (a != b)
        for label, mask in (
            (DAY_FIRST, (a > 12) & (b <= 12)),
            (MONTH_FIRST, (b > 12) & (a <= 12)),
            ("ambiguous", ambiguous),
        ):
            self.evidence.add(label, mask, n)
            self.evidence.add(f"{label} {separator}", mask, n)
        self.evidence.add("same", either & (a == b), n)
        self.evidence.add_ambiguous(texts, ambiguous)
        reported = month_number(self.month)
        for label, day, month in ((DAY_FIRST, a, b), (MONTH_FIRST, b, a)):
            away = year * 12 + month - reported
            near = (away >= -limit("near_months_before")) & (away <= limit("near_months_after"))
            self.evidence.add(f"far {label}", either & ~near, n)
            self.evidence.add(f"inside {label}", either & (day != 1), n)

    def _order_of_other_columns(self, columns: Sequence[Column]) -> str:
        """The only order of other date columns: first of texts with the same separator, then of all texts."""
        others = [column.evidence.rows for column in columns if column is not self and isinstance(column, DateColumn)]
        marks = [separator for separator in "-/." if self.evidence.rows[f"ambiguous {separator}"]]
        for ends in ([f" {separator}" for separator in marks], [""]):
            rows_by_order = {label: sum(rows[label + end] for rows in others for end in ends) for label in FORMATS}
            if sum(rows_by_order.values()) and not contradict(*rows_by_order.values()):
                return max(rows_by_order, key=lambda label: rows_by_order[label])
        return ""

    def _order_near_month(self) -> str:
        """The only order in which all dates are near the reported month, or on the first of a month if that is usual."""
        rows = self.evidence.rows
        monthly = self.field.first_of_month or self.field.kind is Kind.MONTH
        for fault in ("far", "inside") if monthly else ("far",):
            right = [label for label in FORMATS if not rows[f"{fault} {label}"]]
            if len(right) == 1:
                return right[0]
        return ""

    def _open_style(self, doubt: Refusal, **cells: int) -> Style:
        return Style(DAY_FIRST, FileRejected(doubt, field=self.field.header, **cells))


def _format_of(text: str) -> str:
    """The format of a text of three numbers; empty for other texts."""
    if year_first := re.fullmatch(r"\d{4}([-/])\d{1,2}\1\d{1,2}", text):
        return "%Y-%m-%d".replace("-", year_first[1])
    if parts := re.fullmatch(r"\d{1,2}([-/.])(\d{1,2})\1\d{4}", text):
        return ("%m-%d-%Y" if int(parts[2]) > 12 else "%d-%m-%Y").replace("-", parts[1])
    return ""


def parse_dates(texts: pl.Series, date_format: str) -> pl.Series:
    """Dates of one format from 1900 to 2199; null for other texts."""
    found = texts.str.to_date(date_format, strict=False, cache=False)
    first, last = found.min(), found.max()
    if isinstance(first, date) and isinstance(last, date) and (first < _FIRST or last >= _LAST):
        return pl.select(pl.when((found >= _FIRST) & (found < _LAST)).then(found)).to_series()
    return found


def strip_midnight(texts: pl.Series) -> pl.Series:
    """Remove a time of midnight after a date, and decimal zeros after a number."""
    return texts.str.replace(_MIDNIGHT, "").str.replace(r"^(\d+)[.,]0+$", "$1")


def dates_from_serials(texts: pl.Series, epoch: date) -> pl.Series:
    """The days of five-digit numbers of a spreadsheet that counts from `epoch`."""
    serial = pl.when(texts.str.contains(SERIALS)).then(texts.cast(pl.Int64, strict=False))
    return pl.select(pl.lit(epoch) + pl.duration(days=serial)).to_series()
