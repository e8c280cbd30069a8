"""The Dagster asset of each edition: all months' summary tables, protected, audited and published. The work is in `publish`."""

from collections.abc import Iterator

import dagster as dg
from pydantic import Field

from assets import checks
from assets.check_docs import check
from assets.coverage.dependence import Ingested
from assets.disk import file_lock
from assets.errors import ReleaseRefused
from assets.ingest.assets import Rerun
from assets.month_selection import THIS_MONTH
from assets.months_in_run import AssetMonth, Events, run_once
from assets.partitions import MONTHS, ONE_RUN, POOL, dependencies
from assets.progress import LoggedProgress, Progress
from assets.release.editions import Edition, folder_of, prepare_folder
from assets.release.proof_store import ProofStore
from assets.release.publication import PublicationOptions
from assets.release.publish import publish
from assets.release.ui_metadata import release_metadata, table_previews
from assets.resources import Locations
from assets.warehouse import Warehouse
from schemas.plausibility import PLAUSIBILITY
from schemas.summaries import SUMMARIES

_TABLES = ", ".join(f"`{table.name}`" for table in SUMMARIES)
_ABOUT = (
    "Every month's summary tables as one immutable release for {readers}: DuckDB, Parquet, CSV, report and manifest; `current` "
    "points to the live one. {protection}. The partition is the month whose delivery caused it.\n\n"
    f"**Tables**: {_TABLES}."
)
_PROTECTED = "Figures are protected by the policy and audited before the release is current"
_COMPLETE = "Nothing is suppressed"


class ReleaseConfig(Rerun):
    """The options of the publication; see `cakupan run --help`. `months`: by default the partition."""

    status: str = Field(
        default="", description="`final` or `corrected`; empty: provisional or revised, as figures changed."
    )
    reason: str = Field(
        default="", description="Why published figures change, or why a held month is right; it is published with them."
    )
    reason_class: str = Field(
        default="", description="R new data, C error, M method, G geography; empty: by the status."
    )
    embargo: str = Field(
        default="", description="Not public before, for example `2025-01-15 09:00 Asia/Jakarta`; empty: at once."
    )
    accept_incomplete: bool = Field(
        default=False,
        description="Publish the month though files of it were refused or are missing; needs a reason. Without it the release "
        "is held.",
    )
    months: list[str] = Field(
        default=[], description="Months that status and reason are for; empty: the month of the run."
    )


def release_asset(edition: Edition) -> dg.AssetsDefinition:
    """The asset that publishes the edition. A refused candidate fails its step; the live releases of all editions stay."""

    @dg.asset(
        name=edition.asset,
        group_name="release",
        deps=dependencies((table.name, THIS_MONTH) for table in (*SUMMARIES, PLAUSIBILITY)),
        partitions_def=MONTHS,
        backfill_policy=ONE_RUN,
        kinds={"duckdb", "parquet", "csv"},
        tags={"privacy": "restricted" if edition.is_restricted else "published"},
        op_tags={"dagster/priority": "0" if edition.policy else "1"},  # an edition without a proof is there first
        pool=POOL,
        description=_description(edition),
        check_specs=[check("audited", edition.asset)],
    )
    def publish_edition(
        context: dg.AssetExecutionContext,
        config: ReleaseConfig,
        locations: Locations,
        progress: dg.ResourceParam[Progress],
    ) -> Events:
        yield from _publish(context, config, locations, progress, edition)

    return publish_edition


def _publish(
    context: dg.AssetExecutionContext, config: ReleaseConfig, locations: Locations, progress: Progress, edition: Edition
) -> Events:
    """Publish one release, also for a backfill of several months."""
    watch, warehouse, logged = checks.Stopwatch(), locations.warehouse, LoggedProgress(context.log, progress)
    judged = [month for month in context.partition_keys if month in warehouse.months(PLAUSIBILITY.name)]

    def build(_: str) -> Iterator[AssetMonth]:
        refuse_outdated(warehouse)
        folder = folder_of(locations.releases, edition)
        options = PublicationOptions.parse(
            config.months or judged,
            config.status,
            config.reason,
            config.reason_class,
            config.embargo,
            accept_incomplete=config.accept_incomplete,
        )
        prepare_folder(folder, edition)
        proofs = ProofStore(locations.proofs / edition.name)
        with file_lock(folder, edition.asset):
            published = publish(
                warehouse, folder, options, edition=edition, force=config.force, progress=logged, proofs=proofs
            )
        if published.warning:
            context.log.warning(published.warning)
        metadata = {
            **release_metadata(published, edition),
            "seconds": dg.MetadataValue.float(round(watch.seconds, 3)),
            **table_previews(published, edition),
        }
        passed = checks.result(edition.asset, "audited", passed=True)
        yield AssetMonth(edition.asset, metadata, checks=(passed,))

    yield from run_once(
        context,
        locations,
        build,
        judged,
        needs=[PLAUSIBILITY.name],
        blocking={"audited": edition.asset},
        roots=[locations.releases],
    )


def _description(edition: Edition) -> str:
    about = _ABOUT.format(readers=edition.readers, protection=_PROTECTED if edition.policy else _COMPLETE)
    return f"**{edition.notice}**\n\n{about}" if edition.notice else about


def refuse_outdated(warehouse: Warehouse) -> None:
    """Raises ReleaseRefused where the delivery of a month changed after its tables were built."""
    ingested = Ingested(warehouse)
    months = [month for month in warehouse.months(PLAUSIBILITY.name) if ingested.is_outdated(month, by="deliveries")]
    if months:
        named = " ".join(f"--month {month}" for month in months)
        raise ReleaseRefused(
            f"{', '.join(months)} read a delivery that has changed since their tables were built; build them again: "
            f"cakupan run {named}; the live release is untouched"
        )
