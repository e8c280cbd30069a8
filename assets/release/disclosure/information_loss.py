"""The information loss of a release: what is suppressed as a whole, and why.

Belongs here: descriptions for the certificate and the terminal, without a figure of a table. Not here: which figures are
suppressed (`pattern`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from assets.release.disclosure.figure_names import figure_name
from assets.release.disclosure.linear_relations import Grid
from assets.release.disclosure.linear_system import Ints, Mask
from schemas.months import month_of

_LOW_PERCENT = 50  # a release that shows a smaller percentage of its figures above zero gets an explanation
_NOT_SINGLY = "its figures could not be protected individually"
_WHOLE_TABLE = "every figure above zero is small, or would disclose a small one"
_LAST_TOTAL = "it would disclose a small count, even if all other figures were suppressed"


def whole_suppressions(
    grids: Mapping[str, Grid],
    true_values: Ints,
    suppressed: Mask,
    suppress_last: Mask,
    given_up_breakdowns: Iterable[tuple[int, str]],
) -> list[dict[str, str]]:
    """The breakdowns, tables and totals that are suppressed as a whole, with the reason.

    These are the breakdowns that were given up, the tables that show no figure above zero for a month, and those of the
    totals in `suppress_last` that are suppressed.
    """
    found = [(f"{name} of {month_of(number)}", _NOT_SINGLY) for number, name in sorted(given_up_breakdowns)]
    for grid in grids.values():
        found += [(name, _WHOLE_TABLE) for name in _empty_months(grid, true_values, suppressed)]
    totals = np.flatnonzero(suppress_last & suppressed & (true_values > 0))
    found += [(figure_name(grids, int(cell)), _LAST_TOTAL) for cell in totals]
    return [{"what": what, "why": why} for what, why in found]


def _empty_months(grid: Grid, true_values: Ints, suppressed: Mask) -> list[str]:
    """Table and month wherever all figures above zero are suppressed."""
    if "month" not in grid.rows.columns:
        return []
    positive, shape = true_values[grid.span] > 0, grid.values.shape
    is_shown = np.asarray((positive & ~suppressed[grid.span]).reshape(shape)).any(axis=1)
    is_lost = np.asarray((positive & suppressed[grid.span]).reshape(shape)).any(axis=1)
    found = []
    for month in grid.rows["month"].unique().sort():
        rows = (grid.rows["month"] == month).to_numpy()
        if (is_lost & rows).any() and not (is_shown & rows).any():
            found.append(f"{grid.table.name} of {month:%Y-%m}")
    return found


def explain_information_loss(certificate: Mapping[str, Any]) -> str:
    """An explanation if the release shows less than half of its figures, from its certificate; else an empty text."""
    losses = certificate.get("loss", {}).values()
    figures, withheld = (sum(loss[name] for loss in losses) for name in ("figures", "withheld"))
    if not figures or (figures - withheld) * 100 >= figures * _LOW_PERCENT:
        return ""
    min_count, wholes = certificate["policy"]["min_count"], len(certificate.get("went", []))
    also = f" Suppressed as a whole: {wholes} breakdowns, tables or totals, see certificate.json." if wholes else ""
    return (
        f"The release shows {figures - withheld:,} of {figures:,} figures above zero. The others are counts of 1 to "
        f"{min_count - 1}, or would disclose one; with deliveries of more offices it shows more.{also}"
    )
