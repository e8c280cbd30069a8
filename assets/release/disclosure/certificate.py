"""The certificate of a release: the result of the audit, the policy, and the information loss.

Belongs here: the audit of the published tables, the certificate, and its verification from the released files alone. The
certificate contains no suppressed value, and nothing from which one could be derived.
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
from assets.release.disclosure.grids import Grid, build_grid
from assets.release.disclosure.information_loss import loss_by_level
from assets.release.disclosure.linear_relations import Equations, add_relations
from assets.release.disclosure.linear_system import LinearSystem, Mask
from assets.release.disclosure.pattern import SuppressionPattern
from assets.release.disclosure.policy import Policy, policy_digest
from assets.release.disclosure.primary_suppression import FREE, count_exposed
from assets.release.disclosure.solver_input import SolverInput, SuppressionResult
from schemas import code_lists
from schemas.summaries import SUMMARIES
from schemas.tables import Table

NAME = "certificate.json"
_MIN_SUM_FACTOR = 1000  # times the threshold: one percent of such a sum is ten times the threshold


def build_certificate(
    pattern: SuppressionPattern, frames: Mapping[str, pl.DataFrame], shown: Mapping[str, pl.DataFrame]
) -> dict[str, Any]:
    """The certificate of the published tables. Raises ReleaseRefused with the findings of the audit."""
    found = audit(pattern, frames, shown)
    if found:
        raise ReleaseRefused(f"disclosure control failed: {'; '.join(found)}; nothing is released")
    counts, amounts = pattern.proofs
    return {
        "method": "secondary suppression by linear programming; audit by feasible alternative tables",
        "criterion": "the derivable interval of a small count contains 0 and the threshold; of an amount, p_percent more and less",
        "policy": pattern.policy.as_json(),
        "policy_sha256": pattern.policy.digest(),
        "system_sha256": _digest(counts[0].system),
        "solver": f"HiGHS {version('highspy')}",
        "figures": int(sum(grid.values.size for grid in pattern.grids.values())),
        "equations": len(counts[0].system.remainder),
        "small": int(pattern.small.sum()),
        "dominated": int(pattern.dominated.sum()),
        "withheld": int(pattern.suppressed.sum()),
        "withheld_with_a_breakdown": int((pattern.suppressed & pattern.in_breakdown).sum()),
        "demands": len(counts[0].levels) + len(amounts[0].levels),
        "shifts": len(counts[1].alternatives) + len(amounts[1].alternatives),
        "narrowest": _narrowest(counts, pattern),
        "rows_withheld": {name: frame.filter(pl.col("conf_status") != FREE).height for name, frame in shown.items()},
        "loss": {name: _loss(pattern, name) for name in pattern.grids},
        "loss_by_level": {name: _loss_by_level(pattern, name) for name in pattern.grids},
        "went": pattern.suppressed_wholes,
        "tables": {name: content_digest(frame, pattern.grids[name].table) for name, frame in shown.items()},
    }


def audit(
    pattern: SuppressionPattern, frames: Mapping[str, pl.DataFrame], shown: Mapping[str, pl.DataFrame]
) -> list[str]:
    """The problems of the published tables: figures that are not the true ones, and protection levels without a proof.

    The audit reads from the tables which figures are published. It checks each alternative table against every equation of
    all tables and months, without the solver. An alternative table may not differ in a published figure, and all of them
    together must reach every protection level.
    """
    found, is_shown = [], np.zeros(len(pattern.suppressed), dtype=bool)
    for name, grid in pattern.grids.items():
        found += _false_figures(grid, frames[name], shown[name])
        is_shown[grid.span] = _shown_cells(grid, shown[name])
    if (is_shown & pattern.in_breakdown).any():
        found.append("a figure of a breakdown that is suppressed as a whole is shown")
    for problem, result in pattern.proofs:
        found += _unproven_levels(problem, result, _unpublished_variables(problem.system, is_shown))
    return found


def _false_figures(grid: Grid, frame: pl.DataFrame, shown: pl.DataFrame) -> list[str]:
    names = [name for name in grid.counts if name in shown.columns]
    differs = [(shown[name].is_not_null() & (shown[name] != frame[name])).fill_null(value=True).any() for name in names]
    return [f"{grid.table.name} shows a figure that is not the true one"] if any(differs) else []


def _shown_cells(grid: Grid, shown: pl.DataFrame) -> Mask:
    """The cells whose figure at least one row shows."""
    is_shown = np.zeros(grid.values.shape, dtype=bool)
    for index, name in enumerate(grid.counts):
        if name in grid.table.constraints.derived:
            column = shown.select(grid.table.constraints.derived[name].is_not_null()).to_series()
        elif name in shown.columns:
            column = shown[name].is_not_null()
        else:
            continue
        is_shown[grid.row_of[column.to_numpy()], index] = True
    return is_shown.ravel()


def _unpublished_variables(system: LinearSystem, is_shown: Mask) -> Mask:
    """The variables without a published cell."""
    variable_of = system.variable[: len(is_shown)]
    published = np.zeros(system.size, dtype=bool)
    published[variable_of[is_shown & (variable_of >= 0)]] = True
    return ~published


def _unproven_levels(problem: SolverInput, result: SuppressionResult, unpublished: Mask) -> list[str]:
    all_rows = np.ones(len(problem.system.remainder), dtype=bool)
    proven = np.zeros(len(problem.levels), dtype=bool)
    for alternative in result.alternatives:
        if is_valid(problem.system, unpublished, alternative, all_rows):
            proven[problem.levels.reached_by(problem.system, alternative)] = True
    if proven.all():
        return []
    names = {problem.subproblems[number].name for number in problem.level_subproblem[~proven]}
    named = ", ".join(sorted(name or "coverage and the tables linked with it" for name in names))
    return [f"{int((~proven).sum())} protection levels are not proven, in {named}"]


def _narrowest(result: tuple[SolverInput, SuppressionResult], pattern: SuppressionPattern) -> dict[str, Any]:
    """The narrowest interval that is proven for a small count, and its subproblem.

    Dominated figures are left out: their interval is a share of their true value and would disclose it.
    """
    problem = result[0]
    variable_of = problem.system.variable[: len(pattern.small)]
    is_small = np.zeros(problem.system.size, dtype=bool)
    is_small[variable_of[pattern.small & (variable_of >= 0)]] = True
    width: dict[tuple[bool, int], float] = {}
    part_of: dict[tuple[bool, int], str] = {}
    levels, subproblems = problem.levels, problem.level_subproblem
    for is_remainder, index, change, part in zip(
        levels.is_remainder, levels.index, levels.change, subproblems, strict=True
    ):
        figure = (bool(is_remainder), int(index))
        part_of[figure] = problem.subproblems[part].name
        if is_remainder or is_small[index]:
            width[figure] = width.get(figure, 0.0) + abs(float(change))
    if not width:
        return {}
    narrowest = min(width, key=lambda figure: (width[figure], figure))
    return {"width": round(width[narrowest], 3), "figure": narrowest[1], "part": part_of[narrowest] or "coverage"}


def _loss(pattern: SuppressionPattern, name: str) -> dict[str, int | None]:
    """The number of figures of a table, of suppressed ones, and their percentage of the sum of all figures.

    The percentage is rounded up, because the exact one would disclose their sum. It is left out for a table with a small
    sum, of which one percent is only a few persons.
    """
    grid = pattern.grids[name]
    cells = grid.span
    true_values = pattern.true_values[cells]
    is_counted = pattern.has_column[cells] & (true_values > 0)
    suppressed = is_counted & pattern.suppressed[cells]
    figures, value = int(is_counted.sum()), int(true_values[is_counted].sum())
    is_stated = value >= _MIN_SUM_FACTOR * pattern.policy.min_count
    percent = -(-100 * int(true_values[suppressed].sum()) // value) if is_stated else None
    return {"figures": figures, "withheld": int(suppressed.sum()), "withheld_value_percent": percent}


def _loss_by_level(pattern: SuppressionPattern, name: str) -> dict[str, dict[str, int]]:
    grid = pattern.grids[name]
    has_column, true_values = pattern.has_column[grid.span], pattern.true_values[grid.span]
    suppressed = pattern.suppressed[grid.span] & has_column & (true_values >= 0)
    return loss_by_level(grid, has_column & (true_values > 0) & ~suppressed, suppressed)


def _digest(system: LinearSystem) -> str:
    """Digest of the equations, without values."""
    content = hashlib.sha256()
    for part in (system.variable, system.start, system.term, system.coefficient, system.remainder >= 0):
        content.update(np.ascontiguousarray(part).tobytes())
    return content.hexdigest()


def content_digest(frame: pl.DataFrame, table: Table) -> str:
    """SHA-256 of the rows as CSV, in the order of the key."""
    return hashlib.sha256(frame.sort(table.key).write_csv().encode()).hexdigest()


def verify_certificate(folder: Path) -> list[str]:
    """The problems of a release, from its files alone: uncertified tables, small counts, broken sums, wrong codes."""
    try:
        stated = json.loads((folder / NAME).read_text(encoding="utf-8"))
        policy, digests = Policy.parse(stated["policy"]), stated["tables"]
        frames = {table.name: pl.read_parquet(folder / "parquet" / f"{table.name}.parquet") for table in SUMMARIES}
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError):
        return [f"{NAME}, or a table that it lists, cannot be read"]
    is_same_policy = policy_digest(stated["policy"]) == stated.get("policy_sha256")
    found = [] if is_same_policy else ["the certificate's policy does not match its digest"]
    others = [table.name for table in SUMMARIES if _differs(frames[table.name], table, digests)]
    found += [f"{name} is not the table that was certified" for name in others]
    for table in SUMMARIES:
        if frames[table.name].schema == table.released().storage:
            found += [f"{table.name} shows small counts"] if count_exposed(frames[table.name], table, policy) else []
            found += _wrong_status(frames[table.name], table)
    return found if others else found + _broken_sums(frames)


def _differs(frame: pl.DataFrame, table: Table, digests: Mapping[str, str]) -> bool:
    return frame.schema != table.released().storage or content_digest(frame, table) != digests.get(table.name)


def _wrong_status(frame: pl.DataFrame, table: Table) -> list[str]:
    """Check `conf_status`: every row has a valid code; a row with a suppressed figure shows nothing computed from it."""
    known = code_lists.codes("confidentiality")["code"].implode()
    has_status = frame["conf_status"].is_in(known).fill_null(value=False).all()
    found = [] if has_status else [f"{table.name} has rows without conf_status"]
    affected = frame.filter(pl.col("conf_status") != FREE)
    fields = [field for field in table.released().fields if field.sensitive or field.uses]
    amounts = [name for name in table.constraints.amounts if name in frame.columns]
    full = affected.select(
        pl.all_horizontal([pl.col(name).is_not_null() for name in (*amounts, *(f.name for f in fields))])
    )
    if full.to_series().any():
        found.append(f"{table.name} has rows with the status of a suppressed figure that show all figures")
    for field in (field for field in fields if not field.sensitive and field.name not in amounts):
        missing = [pl.col(name).is_null() for name in field.uses if name in frame.columns]
        if missing and affected.filter(pl.col(field.name).is_not_null() & pl.any_horizontal(missing)).height:
            found.append(f"{field.name} of {table.name} is shown where a figure that it is computed from is suppressed")
    return found


def _broken_sums(frames: Mapping[str, pl.DataFrame]) -> list[str]:
    """Check the sums between published figures, over all tables."""
    grids, first = {}, 0
    for table in SUMMARIES:
        shown = frames[table.name].with_columns(
            pl.lit(None, dtype=field.dtype).alias(field.name) for field in table.fields if field.internal
        )
        grids[table.name] = build_grid(table, shown, first)
        first += grids[table.name].values.size
    equations = Equations(first)
    for grid in grids.values():
        add_relations(grids, grid, equations)
    values = np.concatenate([*(grid.values.ravel() for grid in grids.values()), *equations.remainders])
    if not equations.count:
        return []
    row, cell, sign = (np.concatenate(part) for part in (equations.equations, equations.cells, equations.coefficients))
    sums = np.zeros(equations.count, dtype=np.int64)
    np.add.at(sums, row, values[cell] * sign)
    broken = int((sums != 0).sum())
    return [f"{broken} sums between shown figures do not hold"] if broken else []


__all__ = ["FREE", "NAME", "audit", "build_certificate", "verify_certificate"]
