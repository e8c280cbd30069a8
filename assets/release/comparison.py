"""The comparison of two releases for `cakupan diff`: rows by table and month, reasons, and the largest revisions.

Belongs here: putting differences in order. Not: finding and measuring them (`revisions`), printing them.
"""

import polars as pl

from assets.release.published_release import PublishedRelease
from assets.release.revision_log import COUNT_COLUMNS, Registry
from assets.release.revisions import Change, beyond_limit, changed_figures, limits
from schemas.months import first_day


def summarise_changes(changed: dict[str, Change], before: PublishedRelease, after: PublishedRelease) -> pl.DataFrame:
    """Rows added, changed, removed and newly withheld by table and month, and why; months as YYYY-MM."""
    frames = [change.months().with_columns(pl.lit(name).alias("table")) for name, change in changed.items()]
    why = reasons(before, after)
    month = pl.col("month").dt.strftime("%Y-%m")
    counts = pl.concat(frames).select("table", month, *COUNT_COLUMNS)
    return counts.with_columns(pl.Series("why", [why.get(name, "") for name in counts["month"]], pl.String))


def reasons(before: PublishedRelease, after: PublishedRelease) -> dict[str, str]:
    """Month → class and reason: those of the releases between the two, else what follows from their sources."""
    old, new = before.manifest, after.manifest
    registry = Registry.read(after)
    lineage = registry.releases.filter(pl.col("sequence").is_not_null())["release_id"].to_list()
    found: dict[str, str] = {}
    for month in new.months:
        if month not in old.months:
            found[month] = "new month"
        elif before.release_id in lineage:
            given = registry.months.filter(
                pl.col("month") == first_day(month),
                pl.col("reason").is_not_null(),
                pl.col("sequence") > old.release.sequence,
            )
            rows = given.sort("sequence").select("reason_class", "reason").iter_rows()
            found[month] = "; ".join(f"{class_} {reason}" if class_ else reason for class_, reason in rows)
        else:
            found[month] = new.sources.reason_class(old.sources, month)
    return found


def largest_revisions(changed: dict[str, Change], count: int) -> pl.DataFrame:
    """The figures that changed most, those beyond their limit first.

    Columns: table, month, level, row (the rest of the key in one text), figure, was, now, relative (change), beyond.
    """
    frames = []
    for name, change in changed.items():
        rest = [column for column in change.table.key if column not in ("month", "geography_level", "region_level")]
        key = ["figure", *change.table.key]
        figures = changed_figures(change).join(limits(change.table).select("figure"), on="figure", how="semi")
        beyond = beyond_limit(change).select(*key, pl.lit(value=True).alias("beyond"))
        shown = figures.filter(pl.col("now").is_not_null(), pl.col("was") != 0).join(beyond, on=key, how="left")
        relative = (pl.col("now") - pl.col("was")) / pl.col("was").abs()
        frames.append(
            shown.select(
                pl.lit(name).alias("table"),
                pl.col("month").dt.strftime("%Y-%m"),
                "level",
                pl.concat_str([pl.col(column).cast(pl.String) for column in rest], separator=" ").alias("row"),
                "figure",
                "was",
                "now",
                relative.alias("relative"),
                pl.col("beyond").fill_null(value=False),
            )
        )
    order = ["beyond", pl.col("relative").abs(), "table", "month", "row", "figure"]
    return pl.concat(frames).sort(order, descending=[True, True, False, False, False, False]).head(count)
