"""The months of an input that a month of a table reads: declared once, for SQL, restated months and Dagster alike.

Belongs here: the selection. Not: arithmetic of months (`schemas/months`), partitions of Dagster (`partitions`).
"""

from dataclasses import dataclass

from schemas.months import previous


@dataclass(frozen=True)
class MonthSelection:
    """The existing months from `first` to `last`, as offsets from the month: 0 is the month itself, -1 the one before it.

    `first` None: without a limit. `is_newest`: only the newest of these.
    """

    first: int | None
    last: int = 0
    is_newest: bool = False

    def __call__(self, existing: list[str], month: str) -> list[str]:
        """The selected ones of the existing months, in order."""
        first = "" if self.first is None else previous(month, -self.first)
        found = [name for name in sorted(existing) if first <= name <= previous(month, -self.last)]
        return found[-1:] if self.is_newest else found


THIS_MONTH = MonthSelection(0)
MONTH_BEFORE = MonthSelection(-1, -1)
MONTH_AND_BEFORE = MonthSelection(-1)
NEWEST = MonthSelection(None, is_newest=True)  # a list is valid until the next one replaces it
UP_TO_MONTH = MonthSelection(None)  # a survey wave may be in any of them


def last_months(count: int) -> MonthSelection:
    """The last `count` months, the month itself included."""
    return MonthSelection(1 - count)
