"""The months of a step: one, or the several months of a backfill, which is one run.

Belongs here: calling the work for each month, reporting its results to Dagster, refusing a month without inputs. Not: the
work itself (the stages).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import dagster as dg

from assets.checks import errors_as_failures
from assets.errors import MonthRefused
from assets.resources import Locations
from schemas.extracts.catalogue import EXTRACTS, stored_table
from schemas.extracts.enrolments import ENROLMENTS
from schemas.registers import REGISTERS

Events = Iterator[dg.MaterializeResult | dg.AssetCheckResult | dg.Output]
_MEMBERSHIPS = stored_table(ENROLMENTS).name
_INGESTED = frozenset(stored_table(extract).name for extract in EXTRACTS)
_REGISTERS = frozenset(table.name for table in REGISTERS) - _INGESTED


@dataclass(frozen=True)
class AssetMonth:
    """The report of a step on one month of an asset."""

    asset: str
    metadata: Mapping[str, dg.MetadataValue]
    data_version: dg.DataVersion | None = None
    checks: Sequence[dg.AssetCheckResult] = ()


Results = dict[str, list[AssetMonth]]  # by month


def run_months(
    context: dg.AssetExecutionContext,
    locations: Locations,
    build: Callable[[str], Iterable[AssetMonth]],
    *,
    needs: Collection[str] | None = (),
    blocking: Mapping[str, str] | None = None,
    roots: Sequence[Path] = (),
) -> Events:
    """Call `build` for each month of the run and report its results.

    `needs`: tables that must have the month; None for an extract, whose month must have landed. `blocking`: check that may
    refuse the month → its asset; a refused month is reported as that failed check, and fails the step. `roots`: folders that
    the work writes to besides the warehouse. A backfill reaches later months that read the requested ones; of those that
    were never delivered, nothing is built.
    """
    results: Results = {}
    for month in context.partition_keys:
        if len(context.partition_keys) > 1 and needs is not None and not is_delivered(locations, month):
            results[month] = nothing_built(context, f"{month} was not delivered")
            continue
        try:
            with errors_as_failures(locations.warehouse, *roots):
                _require(locations, month, needs or ())
                results[month] = list(build(month))
        except dg.Failure as failure:
            yield from _failed_check(context, month, failure, blocking or {})
            raise
    yield from report(context, results)


def run_once(
    context: dg.AssetExecutionContext,
    locations: Locations,
    build: Callable[[str], Iterable[AssetMonth]],
    months: Sequence[str],
    *,
    needs: Collection[str],
    blocking: Mapping[str, str],
    roots: Sequence[Path] = (),
) -> Events:
    """Call `build` once, for the last of `months` of the run, and report its result for each of them.

    The other months of the run are reported as not built. Arguments as of `run_months`.
    """
    last = months[-1] if months else context.partition_keys[-1]
    try:
        with errors_as_failures(locations.warehouse, *roots):
            _require(locations, last, needs)
            built = list(build(last))
    except dg.Failure as failure:
        yield from _failed_check(context, last, failure, blocking)
        raise
    yield from report(
        context,
        {
            month: built if month in months else nothing_built(context, f"{month} has no tables")
            for month in context.partition_keys
        },
    )


def report(context: dg.AssetExecutionContext, results: Results) -> Events:
    """Report to Dagster what a step built: of one month as its result, of several months by month."""
    if len(results) == 1:
        for built in next(iter(results.values())):
            yield dg.MaterializeResult(
                asset_key=built.asset,
                metadata=built.metadata,
                data_version=built.data_version,
                check_results=built.checks,
            )
        return
    for month, assets in results.items():
        for built in assets:
            context.add_asset_metadata(built.metadata, built.asset, month)
            for result in built.checks:
                context.log_event(_evaluation(result, built.asset, month))
    for key in _selected_in_order(context):
        yield dg.MaterializeResult(asset_key=key)
    for output in context.assets_def.check_specs_by_output_name:
        yield dg.Output(None, output)


def nothing_built(context: dg.AssetExecutionContext, reason: str) -> list[AssetMonth]:
    """The report of a month of which nothing was built: no check, no data version, only the reason."""
    context.log.info("nothing is built: %s", reason)
    metadata = {"nothing_built": dg.MetadataValue.text(reason)}
    return [AssetMonth(key.to_user_string(), metadata) for key in _selected_in_order(context)]


def _selected_in_order(context: dg.AssetExecutionContext) -> list[dg.AssetKey]:
    """The selected assets as they are declared: Dagster refuses an asset before the one it depends on, and has a set of them."""
    return [spec.key for spec in context.assets_def.specs if spec.key in context.selected_asset_keys]


def is_delivered(locations: Locations, month: str) -> bool:
    """Whether the month has landed, or was ingested before."""
    return (locations.landing / month).is_dir() or month in locations.warehouse.months(_MEMBERSHIPS)


def _require(locations: Locations, month: str, needs: Collection[str]) -> None:
    """Raise MonthRefused with what to do first, if a needed table does not have the month."""
    for name in needs:
        if month in locations.warehouse.months(name):
            continue
        if name in _INGESTED:
            first = f"ingest the deliveries of {month} first"
        else:
            first = f"build the {'registers' if name in _REGISTERS else 'coverage tables'} of {month} first"
        raise MonthRefused(
            f"{first}: {name} does not have this month yet; `cakupan run --month {month}` builds all of it"
        )


def _failed_check(
    context: dg.AssetExecutionContext, month: str, failure: dg.Failure, blocking: Mapping[str, str]
) -> Iterator[dg.AssetCheckResult]:
    """The check that refused the month as failed: without it, the UI would still show the check of the last run."""
    name = str(failure.metadata["check"].value)
    if name in blocking:
        result = dg.AssetCheckResult(
            asset_key=blocking[name], check_name=name, passed=False, metadata={"why": failure.description or ""}
        )
        if len(context.partition_keys) == 1:
            yield result
        else:
            context.log_event(_evaluation(result, blocking[name], month))


def _evaluation(result: dg.AssetCheckResult, asset: str, month: str) -> dg.AssetCheckEvaluation:
    return dg.AssetCheckEvaluation(
        asset_key=result.asset_key or dg.AssetKey(asset),
        check_name=str(result.check_name),
        passed=result.passed,
        metadata=result.metadata,
        severity=result.severity,
        partition=month,
    )
