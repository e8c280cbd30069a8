"""The monthly partitions of every asset, and how a month of one depends on months of another.

Belongs here: partitions, the pool, dependencies with their partition mappings. Not: which months a table reads
(`month_selection` and the stages).
"""

import warnings
from collections.abc import Iterable

import dagster as dg

from assets.month_selection import MonthSelection

# One per asset at each start, of features that are pinned with the version of Dagster: partitioned checks, single runs.
for _category in (dg.BetaWarning, dg.PreviewWarning):
    warnings.filterwarnings(
        "ignore", category=_category, message="(?s).*(partitions_def|backfill_policy|allow_nonexistent)"
    )

MONTHS = dg.MonthlyPartitionsDefinition(start_date="2019-01", fmt="%Y-%m", timezone="Asia/Jakarta", end_offset=1)
POOL = "warehouse"  # of every asset: one run writes at a time
ONE_RUN = dg.BackfillPolicy.single_run()  # of every asset: a backfill of several months is one run and one release
_FIRST_OFFSET = -360  # of a selection without a limit: 30 years, so until 2049; Dagster counts these months one by one


def dependencies(reads: Iterable[tuple[str, MonthSelection]]) -> list[dg.AssetDep]:
    """One dependency for each asset that is read, over the months from the first to the last that are selected."""
    offsets: dict[str, tuple[int, int]] = {}
    for name, selection in reads:
        first = _FIRST_OFFSET if selection.first is None else selection.first
        start, end = offsets.get(name, (first, selection.last))
        offsets[name] = (min(start, first), max(end, selection.last))
    return [
        dg.AssetDep(
            name, partition_mapping=dg.TimeWindowPartitionMapping(*found, allow_nonexistent_upstream_partitions=True)
        )
        for name, found in sorted(offsets.items())
    ]
