"""Whether the parts of a coverage table add up to the whole: asked before a month is promoted, and of every release.

Belongs here: sums over a table's own rows. Not: what is withheld from readers.
"""

from pathlib import Path

import polars as pl


def parts_are_whole(files: list[Path]) -> list[str]:
    """Before protection: regions add up to the nation, formal and informal to all, sexes and ages to their total."""
    frame = pl.read_parquet(files)
    total = frame.filter((pl.col("sex") == "all") & (pl.col("age_band") == "all"))
    any_one = total.filter(pl.col("denominator_id").is_in(["potential", "none"]))
    line = ["geography_basis", "segment", "programme"]
    levels = any_one.group_by(*line, "geography_level").agg(pl.col("protected_persons").sum())
    spread = levels.group_by(line).agg(pl.col("protected_persons").n_unique().alias("sums"))
    found = [] if (spread["sums"] == 1).all() else ["regions do not add up to the nation"]
    place = ["geography_basis", "geography_level", "region_code", "programme"]
    groups = any_one.filter(pl.col("segment").is_in(["all", "formal", "informal"]))
    signed = pl.when(pl.col("segment") == "all").then(-1).otherwise(1) * pl.col("protected_persons")
    if (groups.group_by(place).agg(signed.sum().alias("difference"))["difference"] != 0).any():
        found.append("formal and informal do not add up to all")
    parts = frame.filter((pl.col("programme") == "any") & (pl.col("geography_level") != "regency"))
    cell = ["geography_basis", "geography_level", "region_code", "segment"]
    for kind, other in (("sex", "age_band"), ("age_band", "sex")):
        one = parts.filter(pl.col(other) == "all", pl.col("denominator_id") != "employed")
        minus = pl.when(pl.col(kind) == "all").then(-1).otherwise(1) * pl.col("protected_persons")
        if (one.group_by(cell).agg(minus.sum().alias("difference"))["difference"] != 0).any():
            found.append(f"the parts by {kind} do not add up to their total")
    return found
