"""The registry of releases and the history of published rows; each release contains both.

Belongs here: their fields, grain and keys. Not here: the content of a summary table (`schemas.summaries`), how vintages are
numbered (`assets.release.revision_log`).
"""

from dataclasses import replace
from functools import cache

from schemas.tables import Field, Kind, Table

_RELEASE = Field("release_id", Kind.TEXT, "release: its newest month and a digest of its inputs")
_SEQUENCE = Field("sequence", Kind.COUNT, "number of the release in the order of publication, from 1")
_STATUS = Field("status", Kind.TEXT, "provisional, final, revised or corrected (list release_statuses)")
_CLASS = Field(
    "reason_class",
    Kind.TEXT,
    "reason of the revision: R new data, C error, M method, G geography (list revision_reasons)",
)
_REASON = Field("reason", Kind.TEXT, "reason of the revision, in words")
_ADDED = Field("rows_added", Kind.COUNT, "rows that were not published before", "row")
_CHANGED = Field("rows_changed", Kind.COUNT, "rows with a column that differs from the release before", "row")
_REMOVED = Field("rows_removed", Kind.COUNT, "rows that are no longer published", "row")
_INPUTS = Field("inputs_hash", Kind.TEXT, "digest of the delivered files")

RELEASES = Table(
    "releases", "this release and those before it: status, time of publication, inputs",
    "one row per release that was ever public; a withdrawn one has no sequence, and its figures are not kept",
    (
        _RELEASE, _SEQUENCE,
        Field("reference_month", Kind.MONTH, "newest month of the release", "month"),
        _STATUS, _CLASS, _REASON,
        Field("supersedes", Kind.TEXT, "release that it replaced; empty: the first"),
        Field("published_at", Kind.INSTANT, "time of publication: the end of the embargo, otherwise the time of the build", "UTC"),
        Field("embargo_until", Kind.INSTANT, "time before which it must not be current; empty: no embargo", "UTC"),
        Field("withdrawn_at", Kind.INSTANT, "time of the withdrawal; empty: not withdrawn", "UTC"),
        Field("withdrawn_because", Kind.TEXT, "reason of the withdrawal"),
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
    "release_months", "the vintage of each month in each release, with status and reason",
    "one row per month and release in which figures or status of the month changed",
    (
        Field("month", Kind.MONTH, "reported month", "month"),
        Field("vintage", Kind.COUNT, "number of the vintage of the month, from 1; unchanged where only the status changed"),
        _STATUS, _CLASS, _REASON, _RELEASE, _SEQUENCE, _ADDED, _CHANGED, _REMOVED,
        Field("rows_withheld", Kind.COUNT, "rows with a figure that was published before and is withheld now", "row"),
        _INPUTS,
    ),
    key=("month", "release_id"),
)  # fmt: skip

RELEASE_TABLES = Table(
    "release_tables", "the first release with rows of a month in a table",
    "one row per table and month",
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
    """The table of the rows of a summary table that later releases replaced, as they were published."""
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
        grain=f"one row per replaced row of {table.name}",
        fields=released.fields + more,
        key=(*table.key, "from_sequence"),
        may_be_empty=True,
    )
