"""The gate that every figure of a release passes: all tables and months protected together, and the certificate of it.

Belongs here: from true tables to those that may leave. Not: what is withheld and why nothing can be derived (`disclosure`),
writing files.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from assets.progress import Progress
from assets.release.disclosure.certificate import certificate, verify_certificate
from assets.release.disclosure.plan import Plan, planned
from assets.release.disclosure.policy import Policy, checked, policy
from assets.release.disclosure.repeats import reranked, told_again
from assets.release.disclosure.thresholds import FREE, emptied, exposed, protect
from schemas.summaries import SUMMARIES

__all__ = ["FREE", "Policy", "Protected", "exposed", "policy", "protect", "protect_all", "verify_certificate"]


@dataclass(frozen=True)
class Protected:
    """The tables of a release as they may leave, by name, and the certificate that says by which rule; it holds no value."""

    frames: dict[str, pl.DataFrame]
    certificate: dict[str, Any]


def protect_all(
    frames: dict[str, pl.DataFrame], rule: Policy, earlier: Path | None, progress: Progress | None = None
) -> Protected:
    """All tables of a release, all months of each, protected together: what one tells can give away what another hides.

    `earlier` is the folder of the release published before, None for the first: what it told is known, and what it withheld
    stays withheld. Raises ReleaseRefused where a table cannot be protected, a sum between tables does not hold, the policy is
    weaker than the floor, or the audit finds anything.
    """
    plan = planned(frames, checked(rule), earlier, progress)
    shown = {table.name: _shown(table.name, frames, plan) for table in SUMMARIES}
    return Protected(shown, certificate(plan, frames, shown))


def _shown(name: str, frames: dict[str, pl.DataFrame], plan: Plan) -> pl.DataFrame:
    table = plan.grids[name].table
    hidden = told_again(name, frames, plan, plan.cells(name, plan.hidden))
    small, dominated = plan.cells(name, plan.small), plan.cells(name, plan.dominated)
    return reranked(emptied(frames[name], table, hidden, small, dominated, plan.rule))
