"""Columns of dates: one order of day and month a column, and day numbers only where the column is one of them.

Belongs here: what the texts say of their order, and reading them in it. Not: months (`month_columns`).
"""

from collections.abc import Sequence
from datetime import date

import polars as pl

from assets.ingest.column import Column
from assets.ingest.evidence import UNREADABLE, Style, contradict, limit
from schemas.months import month_number
from schemas.tables import Kind

DAY_FIRST, MONTH_FIRST, SERIAL = "day-month-year", "month-day-year", "serial"
YEAR_FIRST = ("%Y-%m-%d", "%Y/%m/%d")
FORMATS = {
    DAY_FIRST: ("%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y"),
    MONTH_FIRST: ("%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y"),
}
_ALL = (*FORMATS[DAY_FIRST], *YEAR_FIRST, *FORMATS[MONTH_FIRST])
_PARTS = r"^(?<a>\d{1,2})(?<mark>[-/.])(?<b>\d{1,2})[-/.](?<y>(?:19|20|21)\d\d)$"
_MIDNIGHT = r"[ T]00:00(:00(\.0+)?)?Z?$"
SERIALS = r"^[1-9]\d{4}$"
_FIRST, _LAST = date(1900, 1, 1), date(2200, 1, 1)


class DateColumn(Column):
    """Styles: `day-month-year` and `month-day-year` (dates that begin with the year beside either), `serial`."""

    form = _ALL[0]
    ask = "write every date as 2024-12-31"

    def plain(self, texts: pl.Series) -> pl.Series:
        """Texts in the format of the first text."""
        head = texts.drop_nulls().head(1)
        fits = (form for form in _ALL if parsed(head, form).null_count() == 0)
        self.form = next(fits, self.form) if head.len() else self.form
        self.days = parsed(texts, self.form)
        return self.days.is_not_null()

    def learn(self, counts: pl.Series) -> None:
        """Count the rows that say day first, month first, either, or a day number."""
        fast = self.days.is_not_null()
        if self.form in YEAR_FIRST:
            self.evidence.add("year first", fast, counts)
        else:
            day, month = self.days.dt.day().cast(pl.Int32), self.days.dt.month().cast(pl.Int32)
            a, b = (day, month) if self.form in FORMATS[DAY_FIRST] else (month, day)
            parts = pl.DataFrame({"a": a, "b": b, "y": self.days.dt.year(), "text": self.texts, "n": counts})
            self._weigh(parts.filter(fast), self.form[2])
        rest = (~fast & self.texts.is_not_null()).arg_true()
        if rest.len():
            self.learn_rest(undressed(self.texts.gather(rest)), counts.gather(rest))

    def learn_rest(self, texts: pl.Series, counts: pl.Series) -> None:
        """The same for texts of other formats."""
        parts = texts.str.extract_groups(_PARTS).struct.unnest()
        found = parts.select(pl.col("a", "b", "y").cast(pl.Int32), "mark", text=texts, n=counts)
        for (mark,), same in found.filter(pl.col("a").is_not_null()).group_by("mark"):
            self._weigh(same, str(mark))
        self.evidence.add("year first", texts.str.contains(r"^\d{4}[-/]\d{1,2}[-/]\d{1,2}$"), counts)
        self.evidence.add(SERIAL, texts.str.contains(SERIALS), counts)

    def learn_typed(self, days: pl.Series) -> None:
        """Cells that are dates already: they say how the program understood the texts it could."""
        late = pl.repeat(1, days.len(), dtype=pl.UInt32, eager=True)
        self.evidence.add("typed", days.is_not_null(), late)
        self.evidence.add("typed late", days.dt.day() > 12, late)

    def judge(self, beside: Sequence[Column]) -> Style:
        """By what most cells say; else by the other dates of the file, the reported month, the convention."""
        rows = self.evidence.rows
        written = sum(rows[way] for way in (DAY_FIRST, MONTH_FIRST, "doubtful", "same", "year first"))
        if contradict(rows[SERIAL], written):
            return self._asked(f"{rows[SERIAL]} cells are day numbers of a spreadsheet and {written} are dates")
        if rows[SERIAL] > written:
            return Style(SERIAL)
        return self.judge_order(beside)

    def judge_order(self, beside: Sequence[Column]) -> Style:
        """The order of day and month."""
        rows = self.evidence.rows
        first, other = rows[DAY_FIRST], rows[MONTH_FIRST]
        if contradict(first, other):
            return self._asked(f"{first} cells are {DAY_FIRST} and {other} are {MONTH_FIRST}")
        if first + other and rows["typed"] > limit("convention_texts") and not rows["doubtful"] + rows["typed late"]:
            return self._asked("a program understood only the dates that it could read month first")
        if first + other or not rows["doubtful"]:
            return Style(DAY_FIRST if first >= other else MONTH_FIRST)
        orders = self._by_neighbours(beside) or self._by_month()
        if orders:
            return Style(orders)
        if self.evidence.is_by_convention():
            return Style(DAY_FIRST)
        return self._asked(f"{rows['doubtful']} cells could be {DAY_FIRST} or {MONTH_FIRST}")

    def read(self, style: str) -> pl.Series:
        """The dates, from 1900 on."""
        formats = FORMATS.get(style, ()) + YEAR_FIRST
        if style == UNREADABLE:
            return pl.repeat(None, self.texts.len(), dtype=pl.Date, eager=True)
        found = self.days if self.form in formats else pl.repeat(None, self.texts.len(), dtype=pl.Date, eager=True)
        rest = (found.is_null() & self.texts.is_not_null()).arg_true()
        if rest.is_empty():
            return found
        return found.clone().scatter(rest, self.read_rest(undressed(self.texts.gather(rest)), style, formats))

    def read_rest(self, texts: pl.Series, style: str, formats: tuple[str, ...]) -> pl.Series:
        """Texts in other formats than the first one's."""
        found = [parsed(texts, form) for form in formats]
        if style == SERIAL:
            found.append(day_numbers(texts, self.epoch))
        return pl.select(pl.coalesce(found)).to_series()

    def _weigh(self, parts: pl.DataFrame, mark: str) -> None:
        """Add dates of two numbers `a`, `b` and a year `y`, with a mark between them."""
        a, b, n = parts["a"], parts["b"], parts["n"]
        for way, says in ((DAY_FIRST, (a > 12) & (b <= 12)), (MONTH_FIRST, (b > 12) & (a <= 12))):
            self.evidence.add(way, says, n)
            self.evidence.add(f"{way} {mark}", says, n)
        either = (a <= 12) & (b <= 12)
        self.evidence.add("same", either & (a == b), n)
        self.evidence.add("doubtful", either & (a != b), n)
        self.evidence.add(f"doubtful {mark}", either & (a != b), n)
        self.evidence.doubt(parts["text"].filter(either & (a != b)))
        reported = month_number(self.month)
        for way, day, month in ((DAY_FIRST, a, b), (MONTH_FIRST, b, a)):
            away = parts["y"] * 12 + month - reported
            near = (away >= -limit("near_months_before")) & (away <= limit("near_months_after"))
            self.evidence.add(f"far {way}", either & ~near, n)
            self.evidence.add(f"inside {way}", either & (day != 1), n)

    def _by_neighbours(self, beside: Sequence[Column]) -> str:
        """The one order of the file's other dates: of those with the same mark between, else of all."""
        others = [column.evidence.rows for column in beside if column is not self and isinstance(column, DateColumn)]
        marks = [mark for mark in "-/." if self.evidence.rows[f"doubtful {mark}"]]
        for ends in ([f" {mark}" for mark in marks], [""]):
            said = {way: sum(rows[way + end] for rows in others for end in ends) for way in FORMATS}
            if sum(said.values()) and not contradict(*said.values()):
                return max(said, key=lambda way: said[way])
        return ""

    def _by_month(self) -> str:
        """The one order that puts every date near the reported month, or on the first of a month where that is usual."""
        rows = self.evidence.rows
        monthly = self.field.first_of_month or self.field.kind is Kind.MONTH
        for fault in ("far", "inside") if monthly else ("far",):
            right = [way for way in FORMATS if not rows[f"{fault} {way}"]]
            if len(right) == 1:
                return right[0]
        return ""

    def _asked(self, what: str) -> Style:
        return Style(DAY_FIRST, f"{self.field.name}: {what}: {self.ask}")


def parsed(texts: pl.Series, form: str) -> pl.Series:
    """Dates of one format from 1900 to 2199; null where a text is none."""
    found = texts.str.to_date(form, strict=False, cache=False)
    if ((found < _FIRST) | (found >= _LAST)).any():
        return pl.select(pl.when((found >= _FIRST) & (found < _LAST)).then(found)).to_series()
    return found


def undressed(texts: pl.Series) -> pl.Series:
    """Without a time of midnight behind a date, and the point behind a number that was a float."""
    return texts.str.replace(_MIDNIGHT, "").str.replace(r"^(\d+)[.,]0+$", "$1")


def day_numbers(texts: pl.Series, epoch: date) -> pl.Series:
    """The days of five-digit numbers of a spreadsheet that counts from `epoch`."""
    serial = pl.when(texts.str.contains(SERIALS)).then(texts.cast(pl.Int64, strict=False))
    return pl.select(pl.lit(epoch) + pl.duration(days=serial)).to_series()
