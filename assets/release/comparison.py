"""What `cakupan diff` tells of two releases: rows by table and month, why, and the largest changes of published figures.

Belongs here: putting differences in order. Not: finding them (`changes`), measuring them (`revisions`), printing.
"""

from pathlib import Path

import polars as pl

from assets.release.changes import Change
from assets.release.revision_log import read_manifest
from assets.release.revisions import beyond_limit, changed_figures, limits
from assets.release.vintages import COUNT_COLUMNS, Registry, Sources
from schemas.months import first_day


def summary(changed: dict[str, Change], before: Path, after: Path) -> pl.DataFrame:
    """Rows added, changed, removed and newly withheld by table and month, and why; months as YYYY-MM."""
    frames = [change.months().with_columns(pl.lit(name).alias("table")) for name, change in changed.items()]
    why = reasons(before, after)
    month = pl.col("month").dt.strftime("%Y-%m")
    counted = pl.concat(frames).select("table", month, *COUNT_COLUMNS)
    told = [why.get(name, "") for name in counted["month"]]
    return counted.with_columns(pl.Series("why", told, pl.String))


def reasons(before: Path, after: Path) -> dict[str, str]:
    """Month → class and reason: those that the releases between the two gave, else what their sources tell."""
    old, new = read_manifest(before), read_manifest(after)
    registry = Registry.read(after, None)
    names = registry.releases.filter(pl.col("sequence").is_not_null())["release_id"].to_list()
    since = old["release"]["sequence"] if before.name in names else None
    found: dict[str, str] = {}
    for month in new["months"]:
        given = registry.months.filter(pl.col("month") == first_day(month), pl.col("reason").is_not_null())
        if month not in old["months"]:
            found[month] = "new month"
        elif since is not None:
            later = given.filter(pl.col("sequence") > since).sort("sequence")
            found[month] = "; ".join(_said(*row) for row in later.select("reason_class", "reason").iter_rows())
        else:
            found[month] = Sources(**new["sources"]).reason_class(Sources(**old["sources"]), month)
    return found


def largest(changed: dict[str, Change], count: int) -> pl.DataFrame:
    """The figures that changed most, those beyond their limit first.

    Columns: table, month, level, row (the rest of the key in one text), figure, was, now, relative change, beyond.
    """
    frames = []
    for name, change in changed.items():
        rest = [column for column in change.table.key if column not in ("month", "geography_level", "region_level")]
        shown = changed_figures(change).join(limits(change.table).select("figure"), on="figure", how="semi")
        beyond = beyond_limit(change).select("figure", *change.table.key, pl.lit(value=True).alias("beyond"))
        both = shown.filter(pl.col("now").is_not_null(), pl.col("was") != 0).join(
            beyond, on=["figure", *change.table.key], how="left"
        )
        relative = (pl.col("now") - pl.col("was")) / pl.col("was").abs()
        frames.append(
            both.select(
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


def _said(reason_class: str | None, reason: str) -> str:
    return f"{reason_class} {reason}" if reason_class else reason
