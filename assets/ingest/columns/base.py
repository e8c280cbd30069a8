"""A column of a file while it is read: its distinct texts, what they say of the way it is written, what they mean.

Belongs here: what columns of every kind do alike. Not: any kind (`dates`, `numbers`, `codes`), rows
(`standardise`).
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl

from assets.ingest.columns import cleaning
from assets.ingest.columns.evidence import Counts, Evidence, Flags, Style
from assets.ingest.columns.text_cache import FEW, Meaning, Noted, Seen, recalled
from schemas.tables import Field, Kind


class Column(ABC):
    """The column of one field. First it looks at the texts of a batch, then all columns are judged, then it is read."""

    has_plain_values = False  # whether `plain` finds what the plain texts mean, as `plain_figures` says

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
        self._raw: list[str] | None = []  # the odd texts, where they are remembered
        self.damaged = self.odd = pl.Series(dtype=pl.UInt32)
        self.texts = pl.Series(dtype=pl.String)
        self.empty: Flags = np.zeros(0, dtype=np.bool_)
        self.mended: Flags = np.zeros(0, dtype=np.bool_)

    def look(self, texts: pl.Series, counts: Counts, *, learn: bool) -> None:
        """Take the distinct texts of a batch, each in so many rows; `learn`: count what they say of the style.

        Few texts are not looked at again by a thread that met them before in the field, nor are the few that are not
        plain among many: every look costs some twenty calls of polars, however few texts there are.
        """
        few = texts.len() <= FEW
        plain = None if few else self.plain(texts)
        odd = odd_of(texts, plain)
        if not few and not (self.has_plain_values and odd.len() <= FEW):
            self._look_closely(texts, odd, counts, learn=learn)
            return
        self._reset(texts, odd)
        if learn and not few:
            self.learn_plain(counts)
        if odd.len():
            self._recall(counts, learn=learn)

    def meant(self, style: str) -> pl.Series:
        """What each text means in that style, as `read` says or as it was said before."""
        if self._raw is None:
            return self.figures(style)
        known = recalled((self._of, style), self._raw, lambda new: self._meanings(new, style))
        self.damaged = self.odd.filter(pl.Series([one.damaged for one in known], dtype=pl.Boolean))
        self.mended[self.odd] |= np.array([one.mended for one in known], dtype=np.bool_)
        values = pl.Series([one.value for one in known], dtype=self.dtype)
        if values.len() == self.texts.len():
            return values
        plain = (
            self.plain_figures(style) if self.texts.len() > FEW else self.texts.clear(self.texts.len()).cast(self.dtype)
        )
        return self.figures(style) if plain is None else plain.clone().scatter(self.odd, values)

    @property
    def dtype(self) -> pl.DataType:
        """The type of what `figures` gives."""
        return self.field.batch_dtype

    def figures(self, style: str) -> pl.Series:
        """What each text means, before units and types."""
        return self.read(style)

    def plain(self, texts: pl.Series) -> pl.Series | None:
        """Which texts are values as they are, so that nobody need look for damage; None: it is not known of any."""
        return None

    def plain_figures(self, style: str) -> pl.Series | None:
        """What the plain texts mean; None where this style reads them otherwise."""
        return None

    def learn_plain(self, counts: Counts) -> None:  # noqa: B027
        """Add what the plain texts say of the style."""

    def learn(self, counts: Counts) -> None:  # noqa: B027  kinds that are written in one way only learn nothing
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

    def _reset(self, texts: pl.Series, odd: pl.Series) -> None:
        """Keep the texts as they are; `odd` are the places of those that are not plain."""
        self.texts, self.odd, self._raw = texts, odd, []
        self.empty, self.mended = (np.zeros(texts.len(), dtype=np.bool_) for _ in range(2))

    def _recall(self, counts: Counts, *, learn: bool) -> None:
        """Look at the odd texts, by memory where they were met before."""
        self._of = (type(self), self.table, self.field.name, self.month, self.epoch)
        self._raw = self.texts[self.odd].to_list()
        seen = recalled(self._of, self._raw, self._seen)
        kept = [one.text for one in seen]
        if kept != self._raw:
            self.texts = self.texts.cast(pl.String).clone().scatter(self.odd, pl.Series(kept, dtype=pl.String))
        self.empty[self.odd] = [one.empty for one in seen]
        self.mended[self.odd] = [one.mended for one in seen]
        if not learn:
            return
        here = counts[self.odd]
        for one, rows in zip(seen, here.tolist(), strict=True):
            if rows:
                for way, amount in one.says:
                    self.evidence.rows[way] += amount * rows
        doubtful = np.array([one.doubtful for one in seen], dtype=np.bool_) & (here > 0)
        if doubtful.any():
            self.evidence.doubt(self.texts[self.odd], doubtful)

    def _look_closely(self, texts: pl.Series, odd: pl.Series, counts: Counts, *, learn: bool) -> None:
        """Look at every text: keep it as it is seen, without words for nothing; plain ones are as they are."""
        self._reset(texts, odd)
        self._raw = None
        if odd.len():
            self._tidy(odd)
        if learn:
            self.learn(counts)

    def _tidy(self, odd: pl.Series) -> None:
        clean = cleaning.is_clean(self.texts[odd].cast(pl.String))
        if clean.all():
            return
        odd, texts = odd.filter(~clean), self.texts
        seen, mended = cleaning.tidied(texts[odd], words=self.field.kind is Kind.TEXT)
        nothing = seen.is_null() | (cleaning.is_nothing(seen) & ~self.is_word(seen))
        kept = pl.select(pl.when(~nothing).then(seen)).to_series()
        if not kept.equals(texts[odd].cast(pl.String)):
            self.texts = texts.clone().scatter(odd, kept)
        self.empty[odd] = nothing
        self.mended[odd] = mended & ~nothing

    def _scratch(self, new: list[str]) -> "Column":
        """A column of its own that has looked at these texts; its evidence notes which text says what."""
        column = self.fresh()
        column.evidence = noted = Noted(len(new))
        texts = pl.Series(new, dtype=pl.String)
        column._look_closely(texts, odd_of(texts, column.plain(texts)), np.arange(len(new)), learn=True)
        column.notes = noted
        self._looked = new, column  # what they mean is asked next, of the same texts
        return column

    def fresh(self) -> "Column":
        """Another column of the same field."""
        return type(self)(self.field, self.month, self.epoch)

    def _seen(self, new: list[str]) -> list[Seen]:
        column = self._scratch(new)
        seen = zip(column.texts, column.empty.tolist(), column.mended.tolist(), column.notes.notes, strict=True)
        return [Seen(text, empty, mended, tuple(says), text in column.notes.open) for text, empty, mended, says in seen]

    def _meanings(self, new: list[str], style: str) -> list[Meaning]:
        column = self._looked[1] if self._looked and self._looked[0] == new else self._scratch(new)
        self._looked = None  # reading changes the column
        value = column.figures(style)
        damaged = set(column.damaged)
        kept = zip(value, column.mended.tolist(), strict=True)
        return [Meaning(one, at in damaged, mended) for at, (one, mended) in enumerate(kept)]


def odd_of(texts: pl.Series, plain: pl.Series | None) -> pl.Series:
    """The places of the texts that are not plain."""
    if plain is not None:
        if plain.null_count() == 0 and plain.all():
            return pl.Series(dtype=pl.UInt32)
        return (~plain & texts.is_not_null()).fill_null(value=False).arg_true()
    return texts.is_not_null().arg_true() if texts.null_count() else pl.Series(np.arange(texts.len()), dtype=pl.UInt32)
