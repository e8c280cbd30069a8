"""Figures that are sums over released rows. A withheld figure never counts as zero.

Belongs here: the SQL of such a sum, of the reason why it is withheld, and of its lower bound. Not: what is added.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Total:
    """The sum of an expression over rows, as a whole number. `where` limits the rows.

    Null if one of the values is null; a missing row counts as zero persons. `lower_bound` adds the shown values: no count is
    negative, so the true sum is at least that.
    """

    expression: str
    where: str = ""

    @property
    def sql(self) -> str:
        """The sum, or null."""
        is_whole = f"{self._filtered('count(*)')} = {self._filtered(f'count({self.expression})')}"
        return f"CASE WHEN {is_whole} THEN coalesce({self.lower_bound}, 0) END"

    @property
    def lower_bound(self) -> str:
        """The sum of the shown values; null if there are none."""
        return f"CAST({self._filtered(f'sum({self.expression})')} AS BIGINT)"

    @property
    def status(self) -> str:
        """Why a value is withheld; F if none is."""
        withheld = f"{self.expression} IS NULL AND conf_status <> 'F'"
        rows = f"{self.where} AND {withheld}" if self.where else withheld
        return f"coalesce(max(conf_status) FILTER (WHERE {rows}), 'F')"

    def _filtered(self, aggregate: str) -> str:
        return f"{aggregate} FILTER (WHERE {self.where})" if self.where else aggregate


@dataclass(frozen=True)
class SingleRow:
    """The figure of the one row of a group that `where` selects; null if it is withheld. Never a sum."""

    expression: str
    where: str

    @property
    def sql(self) -> str:
        """The figure, or null."""
        return f"max({self.expression}) FILTER (WHERE {self.where})"

    @property
    def lower_bound(self) -> str:
        """None: a single figure has no shown part."""
        return "NULL"

    @property
    def status(self) -> str:
        """Why the figure is withheld; F if it is not."""
        return Total(self.expression, self.where).status


@dataclass(frozen=True)
class Share:
    """A sum as a fraction of another; null if either is. Its lower bound needs the whole, and the shown part."""

    part: Total
    whole: Total

    @property
    def sql(self) -> str:
        """The fraction, or null."""
        return self._fraction(self.part.sql)

    @property
    def lower_bound(self) -> str:
        """The shown fraction; null if the whole is withheld."""
        return self._fraction(self.part.lower_bound)

    @property
    def status(self) -> str:
        """Why a value is withheld; F if none is."""
        return f"coalesce(greatest(nullif({self.part.status}, 'F'), nullif({self.whole.status}, 'F')), 'F')"

    def _fraction(self, part: str) -> str:
        return f"CAST({part} AS DOUBLE) / nullif({self.whole.sql}, 0)"


Figure = str | Total | SingleRow | Share


def expression(figure: Figure) -> str:
    """The SQL of a figure."""
    return figure if isinstance(figure, str) else figure.sql
