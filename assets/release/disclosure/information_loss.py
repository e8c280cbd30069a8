"""What of a release is withheld as a whole, and in one sentence why it shows so little.

Belongs here: words for the certificate and the terminal, without any figure of a table. Not: what is withheld (`plan`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from assets.release.disclosure.figure_names import figure_name
from assets.release.disclosure.linear_relations import Grid
from assets.release.disclosure.linear_system import Ints, Mask
from schemas.months import month_of

_LITTLE = 50  # percent of the figures above zero; a release that shows fewer says why
_SINGLE = "its figures could not be protected one by one"
_TABLE = "every figure above zero is small, or would tell a small one"
_LAST = "it would tell a small count, whatever else is withheld"


def whole_suppressions(
    grids: Mapping[str, Grid], true: Ints, suppressed: Mask, last: Mask, given_up_breakdowns: Iterable[tuple[int, str]]
) -> list[dict[str, str]]:
    """What went as a whole, and why; `last` are the national totals that are withheld last.

    Breakdowns that could not be protected one by one, tables of which a month shows nothing above zero, national totals.
    """
    found = [{"what": f"{name} of {month_of(number)}", "why": _SINGLE} for number, name in sorted(given_up_breakdowns)]
    found += [
        {"what": what, "why": _TABLE} for grid in grids.values() for what in _empty_months(grid, true, suppressed)
    ]
    totals = np.flatnonzero(last & suppressed & (true > 0))
    return found + [{"what": figure_name(grids, int(cell)), "why": _LAST} for cell in totals]


def _empty_months(grid: Grid, true: Ints, suppressed: Mask) -> list[str]:
    """The months of which the table shows nothing above zero, though there is something."""
    if "month" not in grid.rows.columns:
        return []
    cells = slice(grid.first, grid.first + grid.values.size)
    filled = true[cells] > 0
    shape = grid.values.shape
    is_shown = np.asarray((filled & ~suppressed[cells]).reshape(shape)).any(axis=1)
    is_lost = np.asarray((filled & suppressed[cells]).reshape(shape)).any(axis=1)
    found = []
    for month in grid.rows["month"].unique().sort():
        rows = (grid.rows["month"] == month).to_numpy()
        if (is_lost & rows).any() and not (is_shown & rows).any():
            found.append(f"{grid.table.name} of {month:%Y-%m}")
    return found


def explain_information_loss(stated: Mapping[str, Any]) -> str:
    """Of a certificate: one sentence where the release shows less than half of its figures, else nothing."""
    losses = stated.get("loss", {}).values()
    figures, withheld = (sum(loss[name] for loss in losses) for name in ("figures", "withheld"))
    if not figures or (figures - withheld) * 100 >= figures * _LITTLE:
        return ""
    least, went = stated["policy"]["min_count"], len(stated.get("went", []))
    also = f" Withheld as a whole: {went} breakdowns, tables or totals, named in certificate.json." if went else ""
    return (
        f"The release shows {figures - withheld:,} of {figures:,} figures above zero. The others are counts of 1 to "
        f"{least - 1}, or would tell one; with more offices more is shown.{also}"
    )
