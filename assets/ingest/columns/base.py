"""The base class of columns: it observes distinct texts, collects evidence of their style, and converts them to values.

Belongs here: what columns of every kind have in common. Not here: the kinds (`dates`, `numbers`, `codes`), rows
(`standardise`).
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl

from assets.ingest.columns import cleaning
from assets.ingest.columns.evidence import Counts, Evidence, Flags, Style
from assets.ingest.columns.text_cache import FEW_TEXTS, CleanText, ConvertedText, EvidenceByText, look_up_cached
from schemas.tables import Field, Kind


class Column(ABC):
    """The column of one field. For each batch: `observe` its texts, `determine_style` with all columns, then `convert`."""

    converts_regular = False  # whether `is_regular` also computes the values of the regular texts (`regular_values`)

    def __init__(self, field: Field, month: date, epoch: date) -> None:
        """The column of `field` in a file of the reported month; `epoch`: day 0 of serial day numbers."""
        self.field = field
        self.month = month
        self.epoch = epoch
        self.evidence = Evidence()
        self.table = ""  # the name of its table
        self.evidence_by_text = EvidenceByText(0)
        self._last_observed: tuple[list[str], Column] | None = None
        self._cache_key: object = None
        self._cached: list[str] | None = []  # the irregular texts, if they are in the cache
        self.damaged = self.irregular = pl.Series(dtype=pl.UInt32)
        self.texts = pl.Series(dtype=pl.String)
        self.empty: Flags = np.zeros(0, dtype=np.bool_)
        self.repaired: Flags = np.zeros(0, dtype=np.bool_)

    def observe(self, texts: pl.Series, counts: Counts, *, collect_evidence: bool) -> None:
        """Observe the distinct texts of a batch with their row counts; `collect_evidence`: also count evidence of the style.

        Few texts, or few irregular texts among many, are looked up in a cache of the thread: observing them costs about
        twenty polars calls, however few there are.
        """
        few = texts.len() <= FEW_TEXTS
        regular = None if few else self.is_regular(texts)
        irregular = irregular_positions(texts, regular)
        if not few and not (self.converts_regular and irregular.len() <= FEW_TEXTS):
            self._observe_all(texts, irregular, counts, collect_evidence=collect_evidence)
            return
        self._reset(texts, irregular)
        if collect_evidence and not few:
            self.collect_regular(counts)
        if irregular.len():
            self._observe_cached(counts, collect_evidence=collect_evidence)

    def convert(self, style: str) -> pl.Series:
        """The value of each text in this style, from `convert_texts` or from the cache."""
        if self._cached is None:
            return self.convert_texts(style)
        cells = look_up_cached((self._cache_key, style), self._cached, lambda new: self._convert_new(new, style))
        self.damaged = self.irregular.filter(pl.Series([cell.damaged for cell in cells], dtype=pl.Boolean))
        self.repaired[self.irregular] |= np.array([cell.repaired for cell in cells], dtype=np.bool_)
        values = pl.Series([cell.value for cell in cells], dtype=self.dtype)
        if values.len() == self.texts.len():
            return values
        regular = (
            self.regular_values(style)
            if self.texts.len() > FEW_TEXTS
            else self.texts.clear(self.texts.len()).cast(self.dtype)
        )
        return self.convert_texts(style) if regular is None else regular.clone().scatter(self.irregular, values)

    @property
    def dtype(self) -> pl.DataType:
        """The type of the values of `convert_texts`."""
        return self.field.batch_dtype

    def is_regular(self, texts: pl.Series) -> pl.Series | None:
        """Whether each text is a value without cleaning or repair; None if the kind does not distinguish such texts."""
        return None

    def regular_values(self, style: str) -> pl.Series | None:
        """The values of the regular texts; None if this style reads them differently."""
        return None

    def collect_regular(self, counts: Counts) -> None:  # noqa: B027
        """Add evidence from the regular texts."""

    def collect_evidence(self, counts: Counts) -> None:  # noqa: B027  kinds with one style need no evidence
        """Add evidence from the texts."""

    def determine_style(self, columns: "Sequence[Column]") -> Style:
        """The style by all texts so far, and by the other columns of the file."""
        return Style("")

    @abstractmethod
    def convert_texts(self, style: str) -> pl.Series:
        """The value of each text in this style, before units; null if it is not a value."""

    def is_value(self, texts: pl.Series) -> pl.Series:
        """Whether each text is a value of this field although it means no value elsewhere."""
        return pl.repeat(value=False, n=texts.len(), dtype=pl.Boolean, eager=True)

    def _reset(self, texts: pl.Series, irregular: pl.Series) -> None:
        """Start with unchanged texts; `irregular`: the indices of the irregular ones."""
        self.texts, self.irregular, self._cached = texts, irregular, []
        self.empty, self.repaired = (np.zeros(texts.len(), dtype=np.bool_) for _ in range(2))

    def _observe_cached(self, counts: Counts, *, collect_evidence: bool) -> None:
        """Observe the irregular texts with the cache."""
        self._cache_key = (type(self), self.table, self.field.name, self.month, self.epoch)
        self._cached = self.texts[self.irregular].to_list()
        cleaned = look_up_cached(self._cache_key, self._cached, self._clean_new)
        kept = [cell.text for cell in cleaned]
        if kept != self._cached:
            self.texts = self.texts.cast(pl.String).clone().scatter(self.irregular, pl.Series(kept, dtype=pl.String))
        self.empty[self.irregular] = [cell.empty for cell in cleaned]
        self.repaired[self.irregular] = [cell.repaired for cell in cleaned]
        if not collect_evidence:
            return
        row_counts = counts[self.irregular]
        for cell, rows in zip(cleaned, row_counts.tolist(), strict=True):
            if rows:
                for label, amount in cell.evidence:
                    self.evidence.rows[label] += amount * rows
        ambiguous = np.array([cell.ambiguous for cell in cleaned], dtype=np.bool_) & (row_counts > 0)
        if ambiguous.any():
            self.evidence.add_ambiguous(self.texts[self.irregular], ambiguous)

    def _observe_all(self, texts: pl.Series, irregular: pl.Series, counts: Counts, *, collect_evidence: bool) -> None:
        """Observe without the cache: clean the irregular texts, and mark those that mean no value as empty."""
        self._reset(texts, irregular)
        self._cached = None
        if irregular.len():
            self._clean(irregular)
        if collect_evidence:
            self.collect_evidence(counts)

    def _clean(self, irregular: pl.Series) -> None:
        clean = cleaning.is_clean(self.texts[irregular].cast(pl.String))
        if clean.all():
            return
        irregular, texts = irregular.filter(~clean), self.texts
        cleaned, repaired = cleaning.clean(texts[irregular], words=self.field.kind is Kind.TEXT)
        empty = cleaned.is_null() | (cleaning.is_null_word(cleaned) & ~self.is_value(cleaned))
        kept = pl.select(pl.when(~empty).then(cleaned)).to_series()
        if not kept.equals(texts[irregular].cast(pl.String)):
            self.texts = texts.clone().scatter(irregular, kept)
        self.empty[irregular] = empty
        self.repaired[irregular] = repaired & ~empty

    def _observe_new(self, new: list[str]) -> "Column":
        """A separate column that has observed these texts, with its evidence by text."""
        column = self.empty_copy()
        column.evidence = evidence_by_text = EvidenceByText(len(new))
        texts = pl.Series(new, dtype=pl.String)
        column._observe_all(
            texts, irregular_positions(texts, column.is_regular(texts)), np.arange(len(new)), collect_evidence=True
        )
        column.evidence_by_text = evidence_by_text
        self._last_observed = new, column  # `_convert_new` usually follows with the same texts
        return column

    def empty_copy(self) -> "Column":
        """A new column of the same field."""
        return type(self)(self.field, self.month, self.epoch)

    def _clean_new(self, new: list[str]) -> list[CleanText]:
        column = self._observe_new(new)
        cleaned = zip(
            column.texts,
            column.empty.tolist(),
            column.repaired.tolist(),
            column.evidence_by_text.labels,
            strict=True,
        )
        return [
            CleanText(text, empty, repaired, tuple(evidence), text in column.evidence_by_text.ambiguous)
            for text, empty, repaired, evidence in cleaned
        ]

    def _convert_new(self, new: list[str], style: str) -> list[ConvertedText]:
        column = (
            self._last_observed[1] if self._last_observed and self._last_observed[0] == new else self._observe_new(new)
        )
        self._last_observed = None  # converting changes the column
        value = column.convert_texts(style)
        damaged = set(column.damaged)
        kept = zip(value, column.repaired.tolist(), strict=True)
        return [ConvertedText(cell, at in damaged, repaired) for at, (cell, repaired) in enumerate(kept)]


def irregular_positions(texts: pl.Series, regular: pl.Series | None) -> pl.Series:
    """The indices of the texts that are not regular."""
    if regular is not None:
        if regular.null_count() == 0 and regular.all():
            return pl.Series(dtype=pl.UInt32)
        return (~regular & texts.is_not_null()).fill_null(value=False).arg_true()
    return texts.is_not_null().arg_true() if texts.null_count() else pl.Series(np.arange(texts.len()), dtype=pl.UInt32)
