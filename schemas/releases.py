"""The registry of releases and the history of published rows: what every release says of itself and of those before it.

Belongs here: their fields, grain and keys. Not: what a summary table holds (`schemas.summaries`), how vintages are told
apart (`assets.release.revision_log`).
"""

from dataclasses import replace
from functools import cache

from schemas.tables import Field, Kind, Table

_RELEASE = Field("release_id", Kind.TEXT, "release: its newest month and a digest of what it was made from")
_SEQUENCE = Field("sequence", Kind.COUNT, "place of the release in the line of releases, from 1")
_STATUS = Field("status", Kind.TEXT, "provisional, final, revised or corrected (list release_statuses)")
_CLASS = Field("reason_class", Kind.TEXT, "why: R new data, C error, M method, G geography (list revision_reasons)")
_REASON = Field("reason", Kind.TEXT, "why, in words")
_ADDED = Field("rows_added", Kind.COUNT, "rows that were not published before", "row")
_CHANGED = Field("rows_changed", Kind.COUNT, "rows of which any column differs from the release before", "row")
_REMOVED = Field("rows_removed", Kind.COUNT, "rows that are no longer published", "row")
_INPUTS = Field("inputs_hash", Kind.TEXT, "digest of the delivered files")

RELEASES = Table(
    "releases", "this release and those before it: what each is, when it was published, what it was made from",
    "one row a release that was ever public; one that was withdrawn has no sequence and none of its figures is kept",
    (
        _RELEASE, _SEQUENCE,
        Field("reference_month", Kind.MONTH, "newest month of the release", "month"),
        _STATUS, _CLASS, _REASON,
        Field("supersedes", Kind.TEXT, "release that it took the place of; empty: the first"),
        Field("published_at", Kind.INSTANT, "from when on it counts as published: the end of its embargo, else when it was "
              "built", "UTC"),
        Field("embargo_until", Kind.INSTANT, "moment before which it was not to be current; empty: no embargo", "UTC"),
        Field("withdrawn_at", Kind.INSTANT, "when it was taken back; empty: it was not", "UTC"),
        Field("withdrawn_because", Kind.TEXT, "why it was taken back"),
        _ADDED, _CHANGED, _REMOVED,
        Field("code_hash", Kind.TEXT, "digest of the code, SQL and code lists, and the versions of the engines"),
        Field("lock_hash", Kind.TEXT, "digest of the lock file of dependencies"),
        Field("policy_hash", Kind.TEXT, "digest of the policy of disclosure control"),
        _INPUTS,
        Field("manifest_sha256", Kind.TEXT, "digest of its manifest; empty for the release that holds this table"),
    ),
    key=("release_id",),
)  # fmt: skip

RELEASE_MONTHS = Table(
    "release_months", "which vintage of a month was published by which release, with status and reason",
    "one row a month and release in which figures or status of the month changed",
    (
        Field("month", Kind.MONTH, "reported month", "month"),
        Field("vintage", Kind.COUNT, "number of the month's vintage, from 1; the same where only the status changed"),
        _STATUS, _CLASS, _REASON, _RELEASE, _SEQUENCE, _ADDED, _CHANGED, _REMOVED,
        Field("rows_withheld", Kind.COUNT, "rows with a figure that was shown before and is withheld now", "row"),
        _INPUTS,
    ),
    key=("month", "release_id"),
)  # fmt: skip

RELEASE_TABLES = Table(
    "release_tables", "which release first published rows of a month in a table",
    "one row a table and month",
    (
        Field("table_name", Kind.TEXT, "summary table"),
        Field("month", Kind.MONTH, "month of the rows", "month"),
        _RELEASE, _SEQUENCE,
    ),
    key=("table_name", "month"),
)  # fmt: skip

REGISTRY = (RELEASES, RELEASE_MONTHS, RELEASE_TABLES)


@cache
def history(table: Table) -> Table:
    """The rows of a summary table that later releases replaced, as they were published."""
    more = (
        Field("from_sequence", Kind.COUNT, "sequence of the release that published the row first"),
        Field("until_sequence", Kind.COUNT, "sequence of the release that replaced it"),
        Field("existed", Kind.FLAG, "false: in these releases there was no such row; its figures are empty"),
    )
    released = table.released()
    return replace(
        released,
        name=f"{table.name}_history",
        description=f"rows of {table.name} that later releases replaced, as they were published; appended to, never changed",
        grain=f"one row a replaced row of {table.name}",
        fields=released.fields + more,
        key=(*table.key, "from_sequence"),
        may_be_empty=True,
    )
