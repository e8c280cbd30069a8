"""A column of a file while it is read: its distinct texts, what they say of the way it is written, what they mean.

Belongs here: what columns of every kind do alike. Not: any kind (`date_columns`, `number_columns`, `code_columns`), rows
(`standardise`).
"""

from collections.abc import Sequence
from datetime import date

import polars as pl

from assets.ingest import tidying
from assets.ingest.evidence import Evidence, Style
from schemas.model import Field, Kind


class Column:
    """The column of one field. First it looks at the texts of a batch, then all columns are judged, then it is read."""

    def __init__(self, field: Field, month: date, epoch: date) -> None:
        """The column of `field` in a file of the reported month; `epoch` is day 0 of serial day numbers."""
        self.field = field
        self.month = month
        self.epoch = epoch
        self.evidence = Evidence()
        self.texts = pl.Series(dtype=pl.String)
        self.empty = pl.Series(dtype=pl.Boolean)
        self.mended = pl.Series(dtype=pl.Boolean)

    def look(self, texts: pl.Series, counts: pl.Series, *, learn: bool) -> None:
        """Take the distinct texts of a batch, each in so many rows; `learn`: count what they say of the style."""
        self._tidy(texts, self.plain(texts))
        if learn:
            self.learn(counts)

    def plain(self, texts: pl.Series) -> pl.Series:
        """Which texts are values as they are, so that nobody need look for damage."""
        return pl.repeat(value=False, n=texts.len(), dtype=pl.Boolean, eager=True)

    def learn(self, counts: pl.Series) -> None:
        """Add what the texts say of the style."""

    def judge(self, beside: "Sequence[Column]") -> Style:
        """The style by all texts so far, and by the columns beside this one."""
        return Style("")

    def read(self, style: str) -> pl.Series:
        """What each text means in that style; null where it is no value."""
        raise NotImplementedError

    def is_word(self, texts: pl.Series) -> pl.Series:
        """Which texts mean something in this field although they are words for nothing elsewhere."""
        return pl.repeat(value=False, n=texts.len(), dtype=pl.Boolean, eager=True)

    def _tidy(self, texts: pl.Series, plain: pl.Series) -> None:
        """Keep the texts as they are seen, without words for nothing; plain ones are not looked at."""
        self.texts = texts
        self.empty = self.mended = pl.repeat(value=False, n=texts.len(), dtype=pl.Boolean, eager=True)
        odd = (~plain.fill_null(value=False) & texts.is_not_null()).arg_true()
        if odd.is_empty():
            return
        seen, mended = tidying.tidied(texts.gather(odd), words=self.field.kind is Kind.TEXT)
        nothing = seen.is_null() | (tidying.is_nothing(seen) & ~self.is_word(seen))
        kept = pl.select(pl.when(~nothing).then(seen)).to_series()
        self.texts = texts.clone().scatter(odd, kept)
        self.empty = self.empty.clone().scatter(odd, nothing)
        self.mended = self.mended.clone().scatter(odd, mended & ~nothing)
