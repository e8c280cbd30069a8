"""Columns of months (BLTH): written months, numbers that lost a leading zero, day numbers, dates in the month.

Belongs here: the choice between these. Not here: the order of day and month (`dates`).
"""

from collections.abc import Sequence

import polars as pl

from assets.ingest.columns.base import Column
from assets.ingest.columns.dates import (
    DAY_FIRST,
    FORMATS,
    SERIAL,
    SERIALS,
    YEAR_FIRST,
    DateColumn,
    dates_from_serials,
    parse_dates,
    strip_midnight,
)
from assets.ingest.columns.evidence import UNREADABLE, Counts, Style, contradict, flags, limit
from schemas.months import month_number
from schemas.refusals import MONTH_NUMBERS, MONTHS_AND_SERIALS

BARE = "month and year as a number"
_PATTERNS = (
    (r"^(\d{1,2})[-/](\d{4})$", "$2-$1-01"),
    (r"^(\d{4})[-/](\d{1,2})$", "$1-$2-01"),
    (r"^((?:19|20)\d\d)(\d{2})$", "$1-$2-01"),
    (r"^(\d{2})((?:19|20)\d\d)$", "$2-$1-01"),
)
_ISO = "%Y-%m-%d"


class MonthColumn(DateColumn):
    """Styles: the order of full dates, and the reading of five digits (`+ serial` or `+ month and year as a number`)."""

    converts_regular = False

    def is_regular(self, texts: pl.Series) -> pl.Series:
        """No text: there are few months, and each may be a damaged number."""
        self.days = pl.repeat(None, texts.len(), dtype=pl.Date, eager=True)
        return self.days.is_not_null()

    def collect_irregular(self, texts: pl.Series, counts: Counts) -> None:
        """Count written months, and the possible readings of numbers with five digits."""
        written = flags(parse_months(texts).is_not_null())
        self.evidence.add("written", written, counts)
        six = written & flags(texts.str.contains(r"^(0[1-9]|1[0-2])(19|20)\d\d$"))
        for label in (BARE, "bare six"):
            self.evidence.add(label, six, counts)
        five = flags(texts.str.contains(SERIALS))
        if five.any():
            self._collect_numbers(texts.filter(pl.Series(five)), counts[five])
        if not (written | five).all():
            super().collect_irregular(texts.filter(pl.Series(~(written | five))), counts[~(written | five)])

    def determine_style(self, columns: Sequence[Column]) -> Style:
        """The order of dates, and the reading of numbers that fits all of them or is nearer to the reported month."""
        rows = self.evidence.rows
        order = self.determine_order(columns)
        bare, serial, either = rows[BARE], rows[SERIAL], rows["either"]
        if order.doubt or not (rows["bare five"] + serial + either):
            return order
        if contradict(bare, serial):
            return self._open_style(MONTH_NUMBERS, months=bare, serials=serial)
        nearer = SERIAL if rows[f"away {SERIAL}"] < rows[f"away {BARE}"] else BARE
        reading = nearer if bare == serial else SERIAL if serial > bare else BARE
        texts = (
            rows["written"] - rows["bare six"] + rows[DAY_FIRST] + rows["ambiguous"] + rows["year first"] + rows["same"]
        )
        if reading == SERIAL and contradict(serial + either, texts):
            return self._open_style(MONTHS_AND_SERIALS, serials=serial + either, months=texts)
        return Style(f"{order.name} + {reading}" if reading == BARE or serial + either > texts else order.name)

    def convert_texts(self, style: str) -> pl.Series:
        """The first days of the months."""
        texts = strip_midnight(self.texts)
        if style == UNREADABLE:
            return self.days
        order, _, numbers = style.partition(" + ")
        found = [parse_months(texts)]
        if numbers:
            found.append(dates_from_serials(texts, self.epoch) if numbers == SERIAL else months_from_numbers(texts))
        first = pl.select(pl.coalesce(found)).to_series()
        rest = (first.is_null() & texts.is_not_null()).arg_true()
        if rest.len():
            days = self.convert_irregular(texts.gather(rest), order, FORMATS.get(order, ()) + YEAR_FIRST)
            first = first.scatter(rest, days)
        return first.dt.month_start()

    def _collect_numbers(self, texts: pl.Series, counts: Counts) -> None:
        reported = month_number(self.month)
        readings = {BARE: months_from_numbers(texts), SERIAL: dates_from_serials(texts, self.epoch)}
        away = {label: days.dt.year() * 12 + days.dt.month() - reported for label, days in readings.items()}
        low, high = -limit("number_months_before"), limit("number_months_after")
        can = {label: flags((months >= low) & (months <= high)) for label, months in away.items()}
        both = can[BARE] & can[SERIAL]
        self.evidence.add("bare five", can[BARE], counts)
        self.evidence.add(BARE, can[BARE] & ~both, counts)
        self.evidence.add(SERIAL, can[SERIAL] & ~both, counts)
        self.evidence.add("either", both, counts)
        for label, months in away.items():
            self.evidence.add_amounts(f"away {label}", months.abs().fill_null(0).to_numpy(), both, counts)


def parse_months(texts: pl.Series) -> pl.Series:
    """12-2024, 12/2024, 2024-12, 202412, 122024 as the first day of the month."""
    found = [parse_dates(texts.str.replace(pattern, replacement), _ISO) for pattern, replacement in _PATTERNS]
    fits = [texts.str.contains(pattern) for pattern, _ in _PATTERNS]
    return pl.select(pl.coalesce([pl.when(fit).then(day) for fit, day in zip(fits, found, strict=True)])).to_series()


def months_from_numbers(texts: pl.Series) -> pl.Series:
    """12024 as January 2024: the number 012024 without its leading zero."""
    return parse_dates(texts.str.replace(r"^([1-9])((?:19|20)\d\d)$", "$2-0$1-01"), _ISO)
