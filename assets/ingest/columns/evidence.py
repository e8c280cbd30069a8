"""What the texts of a column say of the way it is written, added up over the batches of a file.

Belongs here: counting, and when two ways contradict each other. Not: what is evidence of what (the columns of each kind).
"""

from collections import Counter
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

from schemas import code_lists

UNREADABLE = "unreadable"  # the way of a column whose texts say two things, where the file can do without it


Flags = npt.NDArray[np.bool_]  # one for each distinct text
Counts = npt.NDArray[np.int64]


def flags(texts: pl.Series) -> Flags:
    """Booleans of polars for numpy, where many small sums cost a tenth; null is false."""
    return (texts.fill_null(value=False) if texts.null_count() else texts).to_numpy()


@dataclass(frozen=True)
class Style:
    """How a column is written. `question`: what the office must answer first, where its texts leave that open."""

    name: str
    question: str = ""


@dataclass
class Evidence:
    """Rows that speak for each way, and the few texts that could be read in two ways (never printed)."""

    rows: Counter[str] = field(default_factory=Counter)
    ambiguous: set[str] = field(default_factory=set)

    def add(self, label: str, mask: Flags, counts: Counts) -> None:
        """Count the rows of the texts that speak for the way."""
        if number := int(counts[mask].sum()):
            self.rows[label] += number

    def add_amounts(self, label: str, amounts: Counts, mask: Flags, counts: Counts) -> None:
        """Add an amount for each row of the texts."""
        self.rows[label] += int((amounts * counts)[mask].sum())

    def add_ambiguous(self, texts: pl.Series, mask: Flags) -> None:
        """Remember texts that could be read in two ways, as many as the convention allows and one more."""
        most = limit("convention_texts") + 1
        room = most - len(self.ambiguous)
        if room > 0:
            ambiguous = texts[np.flatnonzero(mask)[:most]]
            self.ambiguous.update([text for text in ambiguous if text not in self.ambiguous][:room])

    def is_by_convention(self) -> bool:
        """Whether so few texts are doubtful that the documented reading holds."""
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
