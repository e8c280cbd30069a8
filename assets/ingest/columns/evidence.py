"""Evidence of the style of a column: counts of rows by label, added up over the batches of a file.

Belongs here: counting, and the limit for contradictions. Not here: the labels (the columns of each kind).
"""

from collections import Counter
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

from assets.errors import FileRejected
from schemas import code_lists

UNREADABLE = "unreadable"  # the style of a column with contradictory texts, if the file does not need it


Flags = npt.NDArray[np.bool_]  # one value per distinct text
Counts = npt.NDArray[np.int64]


def flags(texts: pl.Series) -> Flags:
    """A polars column of booleans as a numpy array, whose small sums are ten times as fast; null is false."""
    return (texts.fill_null(value=False) if texts.null_count() else texts).to_numpy()


@dataclass(frozen=True)
class Style:
    """The style of a column. `doubt`: the refusal of the file, if the texts leave the style open."""

    name: str
    doubt: FileRejected | None = None


@dataclass
class Evidence:
    """The rows by label, and a few texts that could be read in two ways (never printed)."""

    rows: Counter[str] = field(default_factory=Counter)
    ambiguous: set[str] = field(default_factory=set)

    def add(self, label: str, mask: Flags, counts: Counts) -> None:
        """Add the rows of these texts to the label."""
        if number := int(counts[mask].sum()):
            self.rows[label] += number

    def add_amounts(self, label: str, amounts: Counts, mask: Flags, counts: Counts) -> None:
        """Add an amount per row of these texts to the label."""
        self.rows[label] += int((amounts * counts)[mask].sum())

    def add_ambiguous(self, texts: pl.Series, mask: Flags) -> None:
        """Keep texts that could be read in two ways: one more than the convention allows."""
        most = limit("convention_texts") + 1
        room = most - len(self.ambiguous)
        if room > 0:
            ambiguous = texts[np.flatnonzero(mask)[:most]]
            self.ambiguous.update([text for text in ambiguous if text not in self.ambiguous][:room])

    def is_by_convention(self) -> bool:
        """Whether so few texts are ambiguous that the documented convention applies."""
        return len(self.ambiguous) <= limit("convention_texts")


def contradict(one: int, other: int) -> bool:
    """Whether rows on both sides are more than typing errors (list `column_limits`)."""
    fewer, more = sorted((one, other))
    if not fewer:
        return False
    by_share = 1000 * fewer <= limit("typing_errors_permille") * (one + other)
    return not (by_share or (fewer == 1 and more >= limit("single_error_rows")))


def limit(name: str) -> int:
    """A limit of the list `column_limits`."""
    return _limits()[name]


@cache
def _limits() -> dict[str, int]:
    listed = code_lists.codes("column_limits")
    return dict(zip(listed["code"], listed["value"].cast(pl.Int64), strict=True))
