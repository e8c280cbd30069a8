"""Loading: a release is made in a schema beside what stands there, then takes its place, in one transaction.

Belongs here: that order. What stood there is taken away in a transaction after it. Rows are frozen as they are loaded, so that
a transaction whose snapshot is older than the switch sees the new release whole, and never an empty table.
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
from assets.release.postgresql.relations import THIS_RELEASE, Relation, relations
from assets.release.postgresql.switching import MARK, admit, claim, sweep, switch
from assets.release.published_release import PublishedRelease

READER = "cakupan_reader"
SCHEMA = "cakupan"
PATIENCE_SECONDS = 300.0
_BATCH_ROWS = 100_000


@dataclass(frozen=True)
class Loaded:
    """What now stands in the schema: rows by table."""

    release_id: str
    rows: dict[str, int]


def load(
    release: PublishedRelease,
    to: Address,
    *,
    schema: str = SCHEMA,
    reader: str = READER,
    progress: Progress | None = None,
    patience_seconds: float = PATIENCE_SECONDS,
) -> Loaded:
    """Load the release folder into the schema of the database and let the role `reader` read it.

    Raises DatabaseRefused, and then the database is as it was: an embargo, a wrong address or missing rights, another
    publisher at work, a schema that is not ours, a role that could write, something of others that depends on the old
    tables, a reader that does not end.
    """
    _refuse_embargoed(release)
    beside = f"{schema}_beside"
    with duckdb.connect(release.database, read_only=True) as source, connection(to) as con:
        claim(con, schema)
        sweep(con, schema)
        found = relations(source)
        made = [*found, THIS_RELEASE]
        _make(con, beside, made, f"{MARK}{release.header.release_id}")
        rows = _fill(con, source, beside, found, progress or Silent())
        _identify(con, beside, release, [relation.name for relation in made])
        _finish(con, beside, made)
        admit(con, beside, reader)
        switch(con, schema, beside, patience_seconds)
        con.commit()
        with suppress(Error):  # the release stands; what is left over is swept next time
            sweep(con, schema)
            con.commit()
    return Loaded(release.header.release_id, rows)


def _refuse_embargoed(release: PublishedRelease) -> None:
    embargo = release.header.embargo
    if embargo and datetime.fromisoformat(embargo.until) > datetime.now(UTC):
        raise DatabaseRefused(f"{release.header.release_id} is under embargo until {embargo.until}: publish it then")


def _make(con: Connection, schema: str, made: list[Relation], mark: str) -> None:
    con.execute(SQL("CREATE SCHEMA {}").format(Identifier(schema)))
    con.execute(SQL("COMMENT ON SCHEMA {} IS {}").format(Identifier(schema), Literal(mark)))
    for relation in made:
        con.execute(relation.made(schema))


def _fill(
    con: Connection, source: duckdb.DuckDBPyConnection, schema: str, found: list[Relation], progress: Progress
) -> dict[str, int]:
    """COPY every table as CSV text, batch by batch: no row passes through Python. The number of rows of each."""
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
        raise DatabaseRefused("the server took other numbers of rows than were sent: nothing was switched")
    return rows


def _text(frame: pl.DataFrame) -> str:
    """CSV in which nothing but an unquoted marker is null: an empty text stays one."""
    return frame.write_csv(include_header=False, null_value="\\N", quote_style="non_numeric")


def _height(source: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(source.execute(f'SELECT count(*) FROM "{table}"').fetchall()[0][0])


def _identify(con: Connection, schema: str, release: PublishedRelease, tables: list[str]) -> None:
    """The one row of `this_release`."""
    row = (release.header.release_id, release.header.reference_month, tables, release.manifest_text)
    copy = SQL("COPY {} FROM STDIN (FREEZE)").format(Identifier(schema, THIS_RELEASE.name))
    with con.cursor() as cursor, cursor.copy(copy) as sink:
        sink.write_row(row)


def _finish(con: Connection, schema: str, made: list[Relation]) -> None:
    """Keys, then references to them, comments, and what the planner wants to know."""
    statements: list[Composed] = [statement for relation in made for statement in relation.keyed(schema)]
    for relation in made:
        statements += [*relation.referring(schema), relation.described(schema)]
        statements += [SQL("ANALYZE {}").format(Identifier(schema, relation.name))]
    for statement in statements:
        con.execute(statement)
