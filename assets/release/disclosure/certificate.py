"""The certificate of a release: that an attacker was tried on what is shown, by which rule, and what withholding cost.

Belongs here: the audit of the tables as shown, the certificate, and checking one again from the released files alone. No value
of a withheld figure is in it, nor anything it could be computed from.
"""

import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from assets.errors import ReleaseRefused
from assets.release.disclosure.alternative_tables import is_valid
from assets.release.disclosure.linear_relations import Equations, Grid, add_relations, build_grid
from assets.release.disclosure.linear_system import LinearSystem, Mask
from assets.release.disclosure.pattern import SuppressionPattern
from assets.release.disclosure.policy import Policy
from assets.release.disclosure.primary_suppression import FREE, count_exposed
from assets.release.disclosure.solver_input import SolverInput, SuppressionResult
from schemas import code_lists
from schemas.summaries import SUMMARIES
from schemas.tables import Table

NAME = "certificate.json"
_LARGE = 1000  # times the threshold: the sum of which a percent is ten times the threshold


def build_certificate(
    plan: SuppressionPattern, frames: Mapping[str, pl.DataFrame], shown: Mapping[str, pl.DataFrame]
) -> dict[str, Any]:
    """The certificate of the tables as shown. Raises ReleaseRefused with what the audit found."""
    found = audit(plan, frames, shown)
    if found:
        raise ReleaseRefused(f"disclosure control failed: {'; '.join(found)}; nothing is released")
    counts, amounts = plan.proofs
    return {
        "method": "secondary suppression by linear programming; attacker's audit by feasible shifts",
        "criterion": "what can be derived of a small count contains 0 and the threshold; of an amount, more and less by p_percent",
        "policy": vars(plan.policy),
        "policy_sha256": plan.policy.digest(),
        "system_sha256": _digest(counts[0].system),
        "solver": f"HiGHS {version('highspy')}",
        "figures": int(sum(grid.values.size for grid in plan.grids.values())),
        "equations": len(counts[0].system.remainder),
        "small": int(plan.small.sum()),
        "dominated": int(plan.dominated.sum()),
        "withheld": int(plan.suppressed.sum()),
        "withheld_with_a_breakdown": int((plan.suppressed & plan.in_breakdown).sum()),
        "demands": len(counts[0].levels) + len(amounts[0].levels),
        "shifts": len(counts[1].alternatives) + len(amounts[1].alternatives),
        "narrowest": _narrowest(counts, plan),
        "rows_withheld": {name: frame.filter(pl.col("conf_status") != FREE).height for name, frame in shown.items()},
        "loss": {name: _loss(plan, name) for name in plan.grids},
        "went": plan.went,
        "tables": {name: content_digest(frame, plan.grids[name].table) for name, frame in shown.items()},
    }


def audit(plan: SuppressionPattern, frames: Mapping[str, pl.DataFrame], shown: Mapping[str, pl.DataFrame]) -> list[str]:
    """What is wrong with the tables as shown: a figure that is not the true one, or a proof that does not hold for them.

    The figures that are shown are read from the tables themselves. Each shift is checked against every equation of every
    table and month, without the solver: it may move no shown figure; and all shifts together meet every demand.
    """
    found, told = [], np.zeros(len(plan.suppressed), dtype=bool)
    for name, grid in plan.grids.items():
        found += _untrue(grid, frames[name], shown[name])
        told[grid.first : grid.first + grid.values.size] = _told(grid, shown[name])
    if (told & plan.in_breakdown).any():
        found.append("a figure of a breakdown that is withheld as a whole is shown")
    for task, proof in plan.proofs:
        found += _unproven(task, proof, _unseen(task.system, told))
    return found


def _untrue(grid: Grid, frame: pl.DataFrame, shown: pl.DataFrame) -> list[str]:
    names = [name for name in grid.counts if name in shown.columns]
    differs = [(shown[name].is_not_null() & (shown[name] != frame[name])).fill_null(value=True).any() for name in names]
    return [f"{grid.table.name} shows a figure that is not the true one"] if any(differs) else []


def _told(grid: Grid, shown: pl.DataFrame) -> Mask:
    """Cells of which some row shows the figure."""
    told = np.zeros(grid.values.shape, dtype=bool)
    for place, name in enumerate(grid.counts):
        if name in grid.table.constraints.derived:
            column = shown.select(grid.table.constraints.derived[name].is_not_null()).to_series()
        elif name in shown.columns:
            column = shown[name].is_not_null()
        else:
            continue
        told[grid.row_of[column.to_numpy()], place] = True
    return told.ravel()


def _unseen(system: LinearSystem, told: Mask) -> Mask:
    """Variables of which no cell is shown."""
    of = system.variable[: len(told)]
    seen = np.zeros(system.size, dtype=bool)
    seen[of[told & (of >= 0)]] = True
    return ~seen


def _unproven(task: SolverInput, proof: SuppressionResult, unseen: Mask) -> list[str]:
    every = np.ones(len(task.system.remainder), dtype=bool)
    met = np.zeros(len(task.levels), dtype=bool)
    for alternative in proof.alternatives:
        if is_valid(task.system, unseen, alternative, every):
            unproven = np.flatnonzero(~met)
            met[unproven] = task.levels[unproven].reached_by(task.system, alternative)
    if met.all():
        return []
    parts = sorted(
        {
            task.subproblems[number].name or "coverage and what it is linked with"
            for number in task.level_subproblem[~met]
        }
    )
    return [f"{int((~met).sum())} demands are not proven, in {', '.join(parts)}"]


def _narrowest(proof: tuple[SolverInput, SuppressionResult], plan: SuppressionPattern) -> dict[str, Any]:
    """The smallest of the intervals that are shown to be derivable at the least of small counts, and where it is.

    That of a dominated figure is a share of its true value, which it would tell.
    """
    task = proof[0]
    of = task.system.variable[: len(plan.small)]
    is_small = np.zeros(task.system.size, dtype=bool)
    is_small[of[plan.small & (of >= 0)]] = True
    width: dict[tuple[bool, int], float] = {}
    for is_remainder, place, change in zip(
        task.levels.is_remainder, task.levels.index, task.levels.change, strict=True
    ):
        figure = (bool(is_remainder), int(place))
        if is_remainder or is_small[place]:
            width[figure] = width.get(figure, 0.0) + abs(float(change))
    if not width:
        return {}
    narrow = min(width, key=lambda figure: (width[figure], figure))
    parts = {(bool(left), int(place)): int(part) for left, place, part in zip(
        task.levels.is_remainder, task.levels.index, task.level_subproblem, strict=True)}  # fmt: skip
    return {
        "width": round(width[narrow], 3),
        "figure": narrow[1],
        "part": task.subproblems[parts[narrow]].name or "coverage",
    }


def _loss(plan: SuppressionPattern, name: str) -> dict[str, int | None]:
    """Figures of a table, those withheld, and the percent of the sum they are, rounded up: exactly it would tell their sum.

    Of a table with a small sum a percent is too few persons, so none is stated.
    """
    grid = plan.grids[name]
    cells = slice(grid.first, grid.first + grid.values.size)
    true = plan.true[cells]
    counted = plan.counted[cells] & (true > 0)
    suppressed = counted & plan.suppressed[cells]
    figures, value = int(counted.sum()), int(true[counted].sum())
    lost = -(-100 * int(true[suppressed].sum()) // value) if value >= _LARGE * plan.policy.min_count else None
    return {"figures": figures, "withheld": int(suppressed.sum()), "withheld_value_percent": lost}


def _digest(system: LinearSystem) -> str:
    """Of the equations, without any value."""
    content = hashlib.sha256()
    for part in (system.variable, system.start, system.term, system.coefficient, system.remainder >= 0):
        content.update(np.ascontiguousarray(part).tobytes())
    return content.hexdigest()


def content_digest(frame: pl.DataFrame, table: Table) -> str:
    """SHA-256 of the rows in the order of the key, as CSV."""
    return hashlib.sha256(frame.sort(table.key).write_csv().encode()).hexdigest()


def verify_certificate(folder: Path) -> list[str]:
    """What is wrong with a release by its files alone: tables other than certified, small counts, broken sums or codes."""
    try:
        stated = json.loads((folder / NAME).read_text(encoding="utf-8"))
        policy, digests = Policy(**stated["policy"]), stated["tables"]
        frames = {table.name: pl.read_parquet(folder / "parquet" / f"{table.name}.parquet") for table in SUMMARIES}
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError):
        return [f"{NAME}, or a table it speaks of, cannot be read"]
    found = (
        []
        if policy.digest() == stated.get("policy_sha256")
        else ["the certificate's policy is not the one it was made with"]
    )
    others = [table.name for table in SUMMARIES if _is_other(frames[table.name], table, digests)]
    found += [f"{name} is not the table that was certified" for name in others]
    for table in SUMMARIES:
        if frames[table.name].schema == table.released().storage:
            found += [f"{table.name} shows small counts"] if count_exposed(frames[table.name], table, policy) else []
            found += _unmarked(frames[table.name], table)
    return found if others else found + _unequal(frames)


def _is_other(frame: pl.DataFrame, table: Table, digests: Mapping[str, str]) -> bool:
    return frame.schema != table.released().storage or content_digest(frame, table) != digests.get(table.name)


def _unmarked(frame: pl.DataFrame, table: Table) -> list[str]:
    """Every row has a code of the list. One that says that a figure is withheld lacks one, and shows nothing computed from it."""
    known = code_lists.codes("confidentiality")["code"].implode()
    found = (
        []
        if frame["conf_status"].is_in(known).fill_null(value=False).all()
        else [f"{table.name} has rows without conf_status"]
    )
    touched = frame.filter(pl.col("conf_status") != FREE)
    fields = [field for field in table.released().fields if field.sensitive or field.uses]
    amounts = [name for name in table.constraints.amounts if name in frame.columns]
    full = touched.select(
        pl.all_horizontal([pl.col(name).is_not_null() for name in (*amounts, *(f.name for f in fields))])
    )
    if full.to_series().any():
        found.append(f"{table.name} has rows that say a figure is withheld, and show all of them")
    for field in (field for field in fields if not field.sensitive and field.name not in amounts):
        is_unknown = [pl.col(name).is_null() for name in field.uses if name in frame.columns]
        if is_unknown and touched.filter(pl.col(field.name).is_not_null() & pl.any_horizontal(is_unknown)).height:
            found.append(f"{field.name} of {table.name} is shown where a figure it is computed from is withheld")
    return found


def _unequal(frames: Mapping[str, pl.DataFrame]) -> list[str]:
    """Sums between shown figures, over all tables."""
    grids, first = {}, 0
    for table in SUMMARIES:
        shown = frames[table.name].with_columns(
            pl.lit(None, dtype=field.dtype).alias(field.name) for field in table.fields if field.internal
        )
        grids[table.name] = build_grid(table, shown, first)
        first += grids[table.name].values.size
    into = Equations(first)
    for grid in grids.values():
        add_relations(grids, grid, into)
    values = np.concatenate([*(grid.values.ravel() for grid in grids.values()), *into.remainders])
    if not into.count:
        return []
    row, cell, sign = (np.concatenate(part) for part in (into.equations, into.cells, into.coefficients))
    sums = np.zeros(into.count, dtype=np.int64)
    np.add.at(sums, row, values[cell] * sign)
    broken = int((sums != 0).sum())
    return [f"{broken} sums between shown figures do not hold"] if broken else []


__all__ = ["FREE", "NAME", "audit", "build_certificate", "verify_certificate"]
