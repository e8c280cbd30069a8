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

FEW = 256  # texts of a column in a batch, up to which they are looked up one by one
_MANY = 1 << 14  # texts of a field that are remembered


@dataclass(frozen=True)
class Seen:
    """A text as it is seen, and what it says of the way its column is written: (way, amount a row)."""

    text: str | None
    empty: bool
    mended: bool
    says: tuple[tuple[str, int], ...]
    doubtful: bool


@dataclass(frozen=True)
class Meaning:
    """What a text means in a style."""

    value: Any
    damaged: bool
    mended: bool


class Noted(Evidence):
    """Evidence that notes which text says what; the numbers of the texts stand in place of their rows."""

    def __init__(self, texts: int) -> None:
        """For so many texts."""
        super().__init__()
        self.notes: list[list[tuple[str, int]]] = [[] for _ in range(texts)]
        self.open: set[str] = set()

    def add(self, way: str, which: Flags, counts: Counts) -> None:
        """Note the way with its texts."""
        for number in counts[which].tolist():
            self.notes[number].append((way, 1))

    def weigh(self, way: str, amounts: Counts, which: Flags, counts: Counts) -> None:
        """Note the amounts with their texts."""
        for number, amount in zip(counts[which].tolist(), amounts[which].tolist(), strict=True):
            self.notes[number].append((way, amount))

    def doubt(self, texts: pl.Series, which: Flags) -> None:
        """Note the doubtful texts."""
        self.open.update(texts[np.flatnonzero(which)])


class _Memory(threading.local):
    """What this thread has met, by field, and by field and style."""

    def __init__(self) -> None:
        self.met: dict[Any, dict[str, Any]] = {}


_memory = _Memory()
Known = TypeVar("Known")


def recalled(of: Any, texts: list[str], compute: Callable[[list[str]], list[Known]]) -> list[Known]:  # noqa: ANN401  any key
    """What is known of each text; `compute` is asked of those that are new."""
    known = _memory.met.setdefault(of, {})
    if len(known) > _MANY:
        known.clear()
    if new := [text for text in texts if text not in known]:
        known.update(zip(new, compute(new), strict=True))
    return [known[text] for text in texts]
