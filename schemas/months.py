"""Months: how they are written (YYYY-MM), the days they begin and end on, and the number that counts them.

Belongs here: arithmetic of months, for every room. Not here: which months a table reads (`assets/coverage/dependence`).
"""

from calendar import monthrange
from datetime import date

import polars as pl


def first_day(month: str) -> date:
    """The first day of a month written as YYYY-MM."""
    return date.fromisoformat(f"{month}-01")


def last_day(month: str) -> date:
    """The last day of a month written as YYYY-MM."""
    first = first_day(month)
    return first.replace(day=monthrange(first.year, first.month)[1])


def previous(month: str, by: int = 1) -> str:
    """The month `by` months before, as YYYY-MM."""
    return month_of(month_number(first_day(month)) - by)


def month_number(day: date) -> int:
    """Twelve times the year plus the month, as SQL counts months too: 24,300 is December 2024."""
    return day.year * 12 + day.month


def month_of(number: int) -> str:
    """The month of a month number, as YYYY-MM."""
    return f"{(number - 1) // 12:04d}-{(number - 1) % 12 + 1:02d}"


def month_numbers(days: pl.Expr) -> pl.Expr:
    """The month number of each day of a column."""
    return days.dt.year().cast(pl.Int64) * 12 + days.dt.month()
