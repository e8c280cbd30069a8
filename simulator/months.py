"""Month indices: months counted from 0, in which simulated persons, periods and payments are computed.

Belongs here: conversions between a month index and texts, days and columns. Not here: months that are written YYYY-MM
or counted as in SQL (`schemas.months`).
"""

from datetime import date

import polars as pl

from schemas import months


def month_index(month: str) -> int:
    """The index of a month written as YYYY-MM."""
    # One less than the month number of `schemas.months`: index // 12 is the year and index % 12 is 0 in January.
    return months.month_number(months.first_day(month)) - 1


def month_text(index: int) -> str:
    """The month of an index, as YYYY-MM."""
    return months.month_of(index + 1)


def first_day(index: int) -> date:
    """The first day of a month index."""
    return months.first_day(month_text(index))


def month_indices(column: str) -> pl.Expr:
    """The month indices of a column of dates."""
    return (months.month_numbers(pl.col(column)) - 1).alias(column)


def first_days(indices: pl.Expr) -> pl.Expr:
    """The first days of a column of month indices."""
    return pl.date(indices // 12, indices % 12 + 1, 1)
