"""A column of a file while it is read: its distinct texts, what they say of the way it is written, what they mean.

Belongs here: what columns of every kind do alike. Not: any kind (`date_columns`, `number_columns`, `code_columns`), rows
(`standardise`).
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date

import polars as pl

from assets.ingest import tidying
from assets.ingest.evidence import Evidence, Style
from assets.ingest.remembered import Meaning, Noted, Seen, recalled
from schemas.tables import Field, Kind


class Column(ABC):
    """The column of one field. First it looks at the texts of a batch, then all columns are judged, then it is read."""

    def __init__(self, field: Field, month: date, epoch: date) -> None:
        """The column of `field` in a file of the reported month; `epoch` is day 0 of serial day numbers."""
        self.field = field
        self.month = month
        self.epoch = epoch
        self.evidence = Evidence()
        self.table = ""  # whose field it is
        self.notes = Noted(0)
        self._looked: tuple[list[str], Column] | None = None
        self._of: object = None
        self.raw: list[str] | None = None
        self.damaged = self.odd = pl.Series(dtype=pl.UInt32)
        self.texts = pl.Series(dtype=pl.String)
        self.empty = pl.Series(dtype=pl.Boolean)
        self.mended = pl.Series(dtype=pl.Boolean)

    def look(self, texts: pl.Series, counts: pl.Series, *, learn: bool) -> None:
        """Take the distinct texts of a batch, each in so many rows; `learn`: count what they say of the style."""
        self.raw = None
        self._tidy(texts, self.plain(texts))
        if learn:
            self.learn(counts)

    def recall(self, texts: pl.Series, counts: pl.Series, *, learn: bool) -> None:
        """As `look`, for few texts: those that this thread met before in the field are known."""
        self._of = (type(self), self.table, self.field.name, self.month, self.epoch)
        seen = recalled(self._of, texts.to_list(), self._seen)
        self.raw = texts.to_list()
        self.texts = pl.Series([one.text for one in seen], dtype=pl.String)
        self.empty = pl.Series([one.empty for one in seen], dtype=pl.Boolean)
        self.mended = pl.Series([one.mended for one in seen], dtype=pl.Boolean)
        if not learn:
            return
        for one, rows in zip(seen, counts.to_list(), strict=True):
            if rows:
                for way, amount in one.says:
                    self.evidence.rows[way] += amount * rows
        if doubtful := [one.text for one, rows in zip(seen, counts, strict=True) if one.doubtful and rows]:
            self.evidence.doubt(pl.Series(doubtful, dtype=pl.String))

    def meant(self, style: str) -> pl.Series:
        """What each text means in that style, as `read` says or as it was said before."""
        if self.raw is None:
            return self.figures(style)
        known = recalled((self._of, style), self.raw, lambda new: self._meanings(new, style))
        self.damaged = pl.Series([one.damaged for one in known], dtype=pl.Boolean).arg_true()
        self.mended = self.mended | pl.Series([one.mended for one in known], dtype=pl.Boolean)
        return pl.Series([one.value for one in known], dtype=self.dtype)

    @property
    def dtype(self) -> pl.DataType:
        """The type of what `figures` gives."""
        return self.field.batch_dtype

    def figures(self, style: str) -> pl.Series:
        """What each text means, before units and types."""
        return self.read(style)

    def plain(self, texts: pl.Series) -> pl.Series:
        """Which texts are values as they are, so that nobody need look for damage."""
        return pl.repeat(value=False, n=texts.len(), dtype=pl.Boolean, eager=True)

    def learn(self, counts: pl.Series) -> None:  # noqa: B027  kinds that are written in one way only learn nothing
        """Add what the texts say of the style."""

    def judge(self, beside: "Sequence[Column]") -> Style:
        """The style by all texts so far, and by the columns beside this one."""
        return Style("")

    @abstractmethod
    def read(self, style: str) -> pl.Series:
        """What each text means in that style; null where it is no value."""

    def is_word(self, texts: pl.Series) -> pl.Series:
        """Which texts mean something in this field although they are words for nothing elsewhere."""
        return pl.repeat(value=False, n=texts.len(), dtype=pl.Boolean, eager=True)

    def _tidy(self, texts: pl.Series, plain: pl.Series) -> None:
        """Keep the texts as they are seen, without words for nothing; plain ones are not looked at."""
        self.texts = texts
        self.empty = self.mended = pl.repeat(value=False, n=texts.len(), dtype=pl.Boolean, eager=True)
        self.odd = (~plain & texts.is_not_null()).fill_null(value=False).arg_true()
        if self.odd.is_empty():
            return
        odd = self.odd.filter(~tidying.is_clean(texts.gather(self.odd).cast(pl.String)))
        if odd.is_empty():
            return
        seen, mended = tidying.tidied(texts.gather(odd), words=self.field.kind is Kind.TEXT)
        nothing = seen.is_null() | (tidying.is_nothing(seen) & ~self.is_word(seen))
        kept = pl.select(pl.when(~nothing).then(seen)).to_series()
        if not kept.equals(texts.gather(odd).cast(pl.String)):
            self.texts = texts.clone().scatter(odd, kept)
        self.empty = self.empty.clone().scatter(odd, nothing)
        self.mended = self.mended.clone().scatter(odd, mended & ~nothing)

    def _scratch(self, new: list[str]) -> "Column":
        """A column of its own that has looked at these texts; its evidence notes which text says what."""
        column = self.fresh()
        column.evidence = noted = Noted(len(new))
        column.look(pl.Series(new, dtype=pl.String), pl.Series(range(len(new)), dtype=pl.UInt32), learn=True)
        column.notes = noted
        self._looked = new, column  # what they mean is asked next, of the same texts
        return column

    def fresh(self) -> "Column":
        """Another column of the same field."""
        return type(self)(self.field, self.month, self.epoch)

    def _seen(self, new: list[str]) -> list[Seen]:
        column = self._scratch(new)
        seen = zip(column.texts, column.empty, column.mended, column.notes.notes, strict=True)
        return [Seen(text, empty, mended, tuple(says), text in column.notes.open) for text, empty, mended, says in seen]

    def _meanings(self, new: list[str], style: str) -> list[Meaning]:
        column = self._looked[1] if self._looked and self._looked[0] == new else self._scratch(new)
        self._looked = None  # reading changes the column
        value = column.figures(style)
        damaged = set(column.damaged)
        kept = zip(value, column.mended, strict=True)
        return [Meaning(one, at in damaged, mended) for at, (one, mended) in enumerate(kept)]
