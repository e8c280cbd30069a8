"""Sums over released rows that never take a withheld figure for zero.

Belongs here: the one SQL form of such a sum, of its reason and of its lower bound. Not: what is added.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Total:
    """The sum of an expression over rows, as a whole number. `among` narrows the rows.

    Null where one addend is null; a row that is not there counts nobody. `least` adds what is shown: no count is negative, so
    the true sum is at least that.
    """

    of: str
    among: str = ""

    @property
    def sql(self) -> str:
        """The sum, or null."""
        whole = f"{self._over('count(*)')} = {self._over(f'count({self.of})')}"
        return f"CASE WHEN {whole} THEN coalesce({self.least}, 0) END"

    @property
    def least(self) -> str:
        """The sum of what is shown; null where nothing is."""
        return f"CAST({self._over(f'sum({self.of})')} AS BIGINT)"

    @property
    def status(self) -> str:
        """Why an addend is withheld; F where none is."""
        lost = f"{self.of} IS NULL AND conf_status <> 'F'"
        return f"coalesce(max(conf_status) FILTER (WHERE {f'{self.among} AND {lost}' if self.among else lost}), 'F')"

    def _over(self, aggregate: str) -> str:
        return f"{aggregate} FILTER (WHERE {self.among})" if self.among else aggregate


@dataclass(frozen=True)
class One:
    """The figure of the one row of a group that `among` singles out; null where it is, and never a sum."""

    of: str
    among: str

    @property
    def sql(self) -> str:
        """The figure, or null."""
        return f"max({self.of}) FILTER (WHERE {self.among})"

    @property
    def least(self) -> str:
        """One figure has no shown part."""
        return "NULL"

    @property
    def status(self) -> str:
        """Why the row's figure is withheld; F where it is not."""
        return Total(self.of, self.among).status


@dataclass(frozen=True)
class Share:
    """A sum as a fraction of another; null where either is. At least what is shown of the part, where the whole is known."""

    part: Total
    whole: Total

    @property
    def sql(self) -> str:
        """The fraction, or null."""
        return self._divided(self.part.sql)

    @property
    def least(self) -> str:
        """The fraction that is shown; null where the whole is not known."""
        return self._divided(self.part.least)

    @property
    def status(self) -> str:
        """Why an addend is withheld; F where none is."""
        return f"coalesce(greatest(nullif({self.part.status}, 'F'), nullif({self.whole.status}, 'F')), 'F')"

    def _divided(self, part: str) -> str:
        return f"CAST({part} AS DOUBLE) / nullif({self.whole.sql}, 0)"


Figure = str | Total | One | Share


def expression(figure: Figure) -> str:
    """The SQL of a figure."""
    return figure if isinstance(figure, str) else figure.sql
