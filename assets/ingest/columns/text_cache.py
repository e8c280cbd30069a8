"""Texts that a thread has met before in a field, with what they say and mean: offices write the same codes.

Belongs here: remembering, for columns of few texts. Not: what a text means (the columns). What is remembered is of one thread.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import polars as pl

from assets.ingest.columns.evidence import Counts, Evidence, Flags

FEW_TEXTS = 256  # texts of a column in a batch, up to which they are looked up one by one
_MAX_ENTRIES = 1 << 14  # texts of a field that are remembered


@dataclass(frozen=True)
class CleanText:
    """A text as it is seen, and what it says of the way its column is written: (way, amount a row)."""

    text: str | None
    empty: bool
    repaired: bool
    evidence: tuple[tuple[str, int], ...]
    ambiguous: bool


@dataclass(frozen=True)
class ConvertedText:
    """What a text means in a style."""

    value: Any
    damaged: bool
    repaired: bool


class EvidenceByText(Evidence):
    """Evidence that notes which text says what; the numbers of the texts stand in place of their rows."""

    def __init__(self, texts: int) -> None:
        """For so many texts."""
        super().__init__()
        self.labels: list[list[tuple[str, int]]] = [[] for _ in range(texts)]
        self.ambiguous: set[str] = set()

    def add(self, label: str, mask: Flags, counts: Counts) -> None:
        """Note the way with its texts."""
        for number in counts[mask].tolist():
            self.labels[number].append((label, 1))

    def add_amounts(self, label: str, amounts: Counts, mask: Flags, counts: Counts) -> None:
        """Note the amounts with their texts."""
        for number, amount in zip(counts[mask].tolist(), amounts[mask].tolist(), strict=True):
            self.labels[number].append((label, amount))

    def add_ambiguous(self, texts: pl.Series, mask: Flags) -> None:
        """Note the doubtful texts."""
        self.ambiguous.update(texts[np.flatnonzero(mask)])


class _Cache(threading.local):
    """What this thread has met, by field, and by field and style."""

    def __init__(self) -> None:
        self.entries: dict[Any, dict[str, Any]] = {}


_cache = _Cache()
Entry = TypeVar("Entry")


def look_up_cached(key: Any, texts: list[str], compute: Callable[[list[str]], list[Entry]]) -> list[Entry]:  # noqa: ANN401  any key
    """What is known of each text; `compute` is asked of those that are new."""
    entries = _cache.entries.setdefault(key, {})
    if len(entries) > _MAX_ENTRIES:
        entries.clear()
    if new := [text for text in texts if text not in entries]:
        entries.update(zip(new, compute(new), strict=True))
    return [entries[text] for text in texts]
