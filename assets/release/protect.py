"""The gate that every figure of a release passes: all tables and months protected together, and the certificate of it.

Belongs here: from true tables to those that may leave. Not: what is withheld and why nothing can be derived (`disclosure`),
writing files.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from assets.progress import Progress
from assets.release.disclosure.certificate import build_certificate, verify_certificate
from assets.release.disclosure.derived_figures import rank_shown_rows, suppress_derived_figures
from assets.release.disclosure.pattern import SuppressionPattern, find_pattern
from assets.release.disclosure.policy import Policy, check_policy, load_policy
from assets.release.disclosure.primary_suppression import FREE, apply_suppression, count_exposed, protect
from schemas.summaries import SUMMARIES

__all__ = [
    "FREE",
    "Policy",
    "Protected",
    "count_exposed",
    "load_policy",
    "protect",
    "protect_all",
    "verify_certificate",
]


@dataclass(frozen=True)
class Protected:
    """The tables of a release as they may leave, by name, and the certificate that says by which rule; it holds no value."""

    frames: dict[str, pl.DataFrame]
    certificate: dict[str, Any]


def protect_all(
    frames: dict[str, pl.DataFrame], policy: Policy, earlier: Path | None, progress: Progress | None = None
) -> Protected:
    """All tables of a release, all months of each, protected together: what one tells can give away what another hides.

    `earlier` is the folder of the release published before, None for the first: what it told is known, and what it withheld
    stays withheld. Raises ReleaseRefused where a table cannot be protected, a sum between tables does not hold, the policy is
    weaker than the floor, or the audit finds anything.
    """
    plan = find_pattern(frames, check_policy(policy), earlier, progress)
    shown = {table.name: _shown(table.name, frames, plan) for table in SUMMARIES}
    return Protected(shown, build_certificate(plan, frames, shown))


def _shown(name: str, frames: dict[str, pl.DataFrame], plan: SuppressionPattern) -> pl.DataFrame:
    table = plan.grids[name].table
    suppressed = suppress_derived_figures(name, frames, plan, plan.cells(name, plan.suppressed))
    small, dominated = plan.cells(name, plan.small), plan.cells(name, plan.dominated)
    return rank_shown_rows(apply_suppression(frames[name], table, suppressed, small, dominated, plan.policy))
