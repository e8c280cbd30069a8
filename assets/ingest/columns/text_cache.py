"""A cache of converted texts by thread and field: offices write the same codes again and again.

Belongs here: the cache for columns with few texts. Not here: conversion (the columns). Each thread has its own cache.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import polars as pl

from assets.ingest.columns.evidence import Counts, Evidence, Flags

FEW_TEXTS = 256  # texts of a column in a batch up to which the cache is used
_MAX_ENTRIES = 1 << 14  # cached texts of a field


@dataclass(frozen=True)
class CleanText:
    """A cleaned text, and its evidence of the style of its column: (label, amount per row)."""

    text: str | None
    empty: bool
    repaired: bool
    evidence: tuple[tuple[str, int], ...]
    ambiguous: bool


@dataclass(frozen=True)
class ConvertedText:
    """The value of a text in a style."""

    value: Any
    damaged: bool
    repaired: bool


class EvidenceByText(Evidence):
    """Evidence that is kept by text; its `counts` are the indices of the texts instead of row counts."""

    def __init__(self, texts: int) -> None:
        """`texts`: the number of texts."""
        super().__init__()
        self.labels: list[list[tuple[str, int]]] = [[] for _ in range(texts)]
        self.ambiguous: set[str] = set()

    def add(self, label: str, mask: Flags, counts: Counts) -> None:
        """Record the label for these texts."""
        for number in counts[mask].tolist():
            self.labels[number].append((label, 1))

    def add_amounts(self, label: str, amounts: Counts, mask: Flags, counts: Counts) -> None:
        """Record the label with amounts for these texts."""
        for number, amount in zip(counts[mask].tolist(), amounts[mask].tolist(), strict=True):
            self.labels[number].append((label, amount))

    def add_ambiguous(self, texts: pl.Series, mask: Flags) -> None:
        """Record the ambiguous texts."""
        self.ambiguous.update(texts[np.flatnonzero(mask)])


class _Cache(threading.local):
    """The cached texts of this thread, by field, and by field and style."""

    def __init__(self) -> None:
        self.entries: dict[Any, dict[str, Any]] = {}


_cache = _Cache()
Entry = TypeVar("Entry")


def look_up_cached(key: Any, texts: list[str], compute: Callable[[list[str]], list[Entry]]) -> list[Entry]:  # noqa: ANN401  any key
    """The cached result for each text; calls `compute` for new texts."""
    entries = _cache.entries.setdefault(key, {})
    if len(entries) > _MAX_ENTRIES:
        entries.clear()
    if new := [text for text in texts if text not in entries]:
        entries.update(zip(new, compute(new), strict=True))
    return [entries[text] for text in texts]
