"""Loading: a release is built in a new schema, which then replaces the published one, in one transaction.

Belongs here: the order of the steps. A later transaction drops the old release. Rows are frozen when they are loaded: a
transaction whose snapshot is older than the switch then sees the whole new release, never an empty table.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
import polars as pl
from psycopg import Connection, Error
from psycopg.sql import SQL, Composed, Identifier, Literal

from assets.errors import DatabaseRefused
from assets.progress import Progress, Silent
from assets.release.postgresql.address import Address, connection
from assets.release.postgresql.relations import (
    THIS_RELEASE,
    Relation,
    relations,
    released_views,
    this_release,
    view_comments,
)
from assets.release.postgresql.rights import (
    claim_schema,
    default_reader,
    default_schema,
    grant_read,
    mark,
    refuse_other_readers,
)
from assets.release.postgresql.switching import drop_previous, switch_schema
from assets.release.published_release import PublishedRelease
from schemas.views import View

TIMEOUT_SECONDS = 300.0
_BATCH_ROWS = 100_000


@dataclass(frozen=True)
class LoadResult:
    """The release that the schema holds now, the role that may read it, and its rows by table."""

    release_id: str
    schema: str
    reader: str
    rows: dict[str, int]


def load(
    release: PublishedRelease,
    to: Address,
    *,
    schema: str = "",
    reader: str = "",
    progress: Progress | None = None,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> LoadResult:
    """Load the release into the schema of the database and let the role `reader` read it.

    Each edition has another schema and reader by default. Raises DatabaseRefused and leaves the database as it was: under
    embargo, at a wrong address or without permission, while another publisher is at work, if the schema holds something else,
    or a reader does not end its transaction. So it does if the role could write, if readers of another edition could read a
    restricted one, or if objects of others depend on the old tables.
    """
    _refuse_embargoed(release)
    edition = release.edition
    schema = schema or default_schema(edition)
    reader = reader or default_reader(edition)
    staging = f"{schema}_beside"
    with duckdb.connect(release.database, read_only=True) as source, connection(to) as con:
        claim_schema(con, schema, edition)
        drop_previous(con, schema)
        found, views = relations(source), released_views(source)
        every = [*found, this_release(edition)]
        _create(con, staging, every, f"{mark(edition)}{release.header.release_id}")
        rows = _fill(con, source, staging, found, progress or Silent())
        _identify(con, staging, release, [relation.name for relation in every], [view.name for view, _ in views])
        _finish(con, staging, every)
        _create_views(con, staging, views)
        grant_read(con, staging, reader)
        refuse_other_readers(con, staging, edition)
        switch_schema(con, schema, staging, timeout_seconds)
        con.commit()
        with suppress(Error):  # the release is published; the next run drops what is left over
            drop_previous(con, schema)
            con.commit()
    return LoadResult(release.header.release_id, schema, reader, rows)


def _refuse_embargoed(release: PublishedRelease) -> None:
    embargo = release.header.embargo
    if embargo and datetime.fromisoformat(embargo.until) > datetime.now(UTC):
        raise DatabaseRefused(f"{release.header.release_id} is under embargo until {embargo.until}: publish it then")


def _create(con: Connection, schema: str, every: list[Relation], mark: str) -> None:
    con.execute(SQL("CREATE SCHEMA {}").format(Identifier(schema)))
    con.execute(SQL("COMMENT ON SCHEMA {} IS {}").format(Identifier(schema), Literal(mark)))
    for relation in every:
        con.execute(relation.create_table(schema))


def _fill(
    con: Connection, source: duckdb.DuckDBPyConnection, schema: str, found: list[Relation], progress: Progress
) -> dict[str, int]:
    """COPY every table as CSV text, batch by batch, without Python objects for rows. Returns the number of rows of each."""
    rows = {}
    progress.begin("loading", len(found))
    for relation in found:
        copy = SQL("COPY {} FROM STDIN (FORMAT csv, FREEZE, NULL '\\N')").format(Identifier(schema, relation.name))
        with con.cursor() as cursor:
            with cursor.copy(copy) as sink:
                for batch in source.sql(f'SELECT * FROM "{relation.name}"').to_arrow_reader(_BATCH_ROWS):
                    sink.write(_text(pl.DataFrame(batch)))
            rows[relation.name] = cursor.rowcount
        progress.advance("loading")
    if rows != {name: _height(source, name) for name in rows}:
        raise DatabaseRefused("the server stored another number of rows than was sent: nothing was published")
    return rows


def _text(frame: pl.DataFrame) -> str:
    """CSV in which only an unquoted marker is null, so that an empty text stays empty."""
    return frame.write_csv(include_header=False, null_value="\\N", quote_style="non_numeric")


def _height(source: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(source.execute(f'SELECT count(*) FROM "{table}"').fetchall()[0][0])


def _identify(con: Connection, schema: str, release: PublishedRelease, tables: list[str], views: list[str]) -> None:
    """Write the one row of `this_release`."""
    row = (release.header.release_id, release.header.reference_month, tables, views, release.manifest_text)
    copy = SQL("COPY {} FROM STDIN (FREEZE)").format(Identifier(schema, THIS_RELEASE.name))
    with con.cursor() as cursor, cursor.copy(copy) as sink:
        sink.write_row(row)


def _finish(con: Connection, schema: str, every: list[Relation]) -> None:
    """Add keys, then references to them, comments, and statistics for the planner."""
    statements: list[Composed] = [statement for relation in every for statement in relation.primary_key(schema)]
    for relation in every:
        statements += [*relation.foreign_keys(schema), relation.comments(schema)]
        statements += [SQL("ANALYZE {}").format(Identifier(schema, relation.name))]
    for statement in statements:
        con.execute(statement)


def _create_views(con: Connection, schema: str, views: list[tuple[View, str]]) -> None:
    """Create each view over the tables of the schema, with its comments."""
    con.execute(SQL("SET LOCAL search_path TO {}").format(Identifier(schema)))
    for view, about in views:
        con.execute(f"CREATE VIEW {view.name} AS {view.query}".encode())
        con.execute(view_comments(view, schema, about))
    con.execute("SET LOCAL search_path TO DEFAULT")
