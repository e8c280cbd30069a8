"""The arithmetic of a scenario: monthly entries and exits up to the target month.

Belongs here: the formulas, which `docs/scenario.md` states. Not here: the entries of the file (`assumptions`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from assets.release.scenario.assumptions import EVERY, Assumption, Range

Cell = tuple[str, str]  # province and segment


@dataclass(frozen=True)
class Observed:
    """A segment of a province in the release: persons now, and of each month (opening, arrivals, departures)."""

    protected: int
    potential: int
    months: tuple[tuple[int, int, int], ...]

    @property
    def entry_rate(self) -> Range:
        """Arrivals ÷ eligible persons who were not protected: lowest, mean and highest month."""
        rates = [came / (self.potential - opening) for opening, came, _ in self.months if self.potential > opening]
        return _range(rates)

    @property
    def exit_rate(self) -> Range:
        """Departures ÷ protected persons: lowest, mean and highest month."""
        return _range([left / opening for opening, _, left in self.months if opening])


@dataclass(frozen=True)
class Projection:
    """Protected persons in the target month: low, central, high."""

    protected: int
    potential: int
    projected: Range

    def ratios(self) -> tuple[float | None, ...]:
        """Coverage now, and low, central and high in the target month; None without a potential."""
        return tuple(each / self.potential if self.potential else None for each in (self.protected, *self.projected))


def project(
    observed: Mapping[Cell, Observed], assumptions: Iterable[Assumption], months: int, premium_idr: int
) -> dict[Cell, Projection]:
    """The projection of each cell, `months` ahead. A budget pays `premium_idr` per worker and month."""
    listed = tuple(assumptions)
    return {cell: _projected(now, _combined(cell, listed), months, premium_idr) for cell, now in observed.items()}


def total(cells: Iterable[Projection]) -> Projection:
    """Several cells together: all low, all central, all high values."""
    parts = list(cells)
    low, central, high = (sum(part.projected[case] for part in parts) for case in range(3))
    return Projection(
        sum(part.protected for part in parts), sum(part.potential for part in parts), (low, central, high)
    )


def _combined(cell: Cell, assumptions: Sequence[Assumption]) -> Assumption:
    """Everything that is assumed for the cell: the last rates, the sum of campaigns and budgets."""
    found = Assumption(*cell)
    for each in assumptions:
        if each.segment == cell[1] and each.province in (cell[0], EVERY):
            found = replace(
                found,
                entry_rate=each.entry_rate or found.entry_rate,
                exit_rate=each.exit_rate or found.exit_rate,
                campaign_persons=found.campaign_persons + each.campaign_persons,
                budget_idr=found.budget_idr + each.budget_idr,
            )
    return found


def _projected(now: Observed, assumed: Assumption, months: int, premium_idr: int) -> Projection:
    entry, leave = assumed.entry_rate or now.entry_rate, assumed.exit_rate or now.exit_rate
    paid = assumed.budget_idr // (premium_idr * months) if assumed.budget_idr else 0

    def persons(entry_rate: float, exit_rate: float) -> float:
        protected = float(now.protected)
        for _ in range(months):
            came = entry_rate * max(now.potential - protected, 0) + assumed.campaign_persons / months
            protected += came - exit_rate * protected
        return min(protected + paid, max(protected, now.potential))

    low, central, high = entry
    few, usual, many = leave
    return Projection(now.protected, now.potential, (persons(low, many), persons(central, usual), persons(high, few)))


def _range(rates: Sequence[float]) -> Range:
    return (min(rates), sum(rates) / len(rates), max(rates)) if rates else (0.0, 0.0, 0.0)
