"""The protection of a release: all tables and months together, and the certificate.

Belongs here: the step from true tables to publishable ones; every figure of a release passes it. Not: which figures are
withheld (`disclosure`), writing files.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from assets.progress import Progress
from assets.release.disclosure.certificate import build_certificate, verify_certificate
from assets.release.disclosure.derived_figures import rank_shown_rows, suppress_derived_figures
from assets.release.disclosure.kept_proofs import KeptProofs
from assets.release.disclosure.merged_categories import merge_small_categories
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
    """The publishable tables by name, the certificate, which holds no value, and the proofs to keep, which hold true ones."""

    frames: dict[str, pl.DataFrame]
    certificate: dict[str, Any]
    proofs: KeptProofs | None = None


def protect_all(
    frames: dict[str, pl.DataFrame],
    policy: Policy,
    earlier: Path | None,
    progress: Progress | None = None,
    kept: KeptProofs | None = None,
) -> Protected:
    """Protect all tables and months of a release together: a figure of one table can reveal a withheld figure of another.

    `earlier` is the folder of the release published before, None for the first. Its figures are known to readers, and what it
    withheld stays withheld. `kept`: its proofs, so that only new ones are searched for.

    Raises ReleaseRefused if a table cannot be protected, a sum between tables does not hold, the
    policy is weaker than the floor, or the audit finds anything.
    """
    frames, mergers = merge_small_categories(frames, check_policy(policy))
    pattern = find_pattern(frames, policy, earlier, progress, kept)
    shown = {table.name: _shown(table.name, frames, pattern) for table in SUMMARIES}
    merged = [merger.as_json() for merger in mergers]
    certificate = build_certificate(pattern, frames, shown) | {"merged": merged}
    return Protected(shown, certificate, pattern.kept_proofs())


def _shown(name: str, frames: dict[str, pl.DataFrame], pattern: SuppressionPattern) -> pl.DataFrame:
    table = pattern.grids[name].table
    suppressed = suppress_derived_figures(name, frames, pattern, pattern.masks(name, pattern.suppressed))
    small, dominated = pattern.masks(name, pattern.small), pattern.masks(name, pattern.dominated)
    return rank_shown_rows(apply_suppression(frames[name], table, suppressed, small, dominated, pattern.policy))
