"""The tables of an edition in which nothing is suppressed, and the statement instead of a certificate.

Belongs here: the step from true tables to released ones without disclosure control. Not: an edition with a policy (`protect`).
"""

import json
from pathlib import Path

import polars as pl

from assets.release.disclosure.certificate import NAME, content_digest
from assets.release.editions import Edition
from assets.release.protect import FREE, Protected
from schemas.summaries import SUMMARIES
from schemas.tables import Table

_METHOD = "none: nothing is suppressed"


def show_all(frames: dict[str, pl.DataFrame], edition: Edition) -> Protected:
    """The released columns of all true tables, and the statement. Raises ValueError for an edition that everybody may read."""
    if edition.policy or not edition.is_restricted:
        raise ValueError(f"the {edition.name} edition needs disclosure control")
    shown = {table.name: _shown(frames[table.name], table) for table in SUMMARIES}
    digests = {table.name: content_digest(shown[table.name], table) for table in SUMMARIES}
    return Protected(shown, {"edition": edition.name, "notice": edition.notice, "method": _METHOD, "tables": digests})


def verify_statement(folder: Path) -> list[str]:
    """The problems of a release without suppression, from its files alone: tables that are not those of the statement."""
    try:
        stated = json.loads((folder / NAME).read_text(encoding="utf-8"))
        digests = stated["tables"]
        frames = {table.name: pl.read_parquet(folder / "parquet" / f"{table.name}.parquet") for table in SUMMARIES}
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError):
        return [f"{NAME}, or a table that it lists, cannot be read"]
    found = [] if stated.get("method") == _METHOD else [f"{NAME} is not that of a release without suppression"]
    others = [table for table in SUMMARIES if content_digest(frames[table.name], table) != digests.get(table.name)]
    return found + [f"{table.name} is not the table of {NAME}" for table in others]


def _shown(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    return frame.with_columns(pl.lit(FREE).alias("conf_status")).select(table.released().names)
