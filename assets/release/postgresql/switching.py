"""The switch from the published release of a schema to the new one. Every reader sees one whole release.

Belongs here: the switch. Not: who may publish and read (`rights`). A reader that has read a table of the old release keeps
that release until its transaction ends: the publisher waits for it, and delays new readers by a tenth of a second at most.
"""

from time import monotonic, sleep

from psycopg import Connection
from psycopg.errors import LockNotAvailable, QueryCanceled
from psycopg.sql import SQL, Composable, Identifier

from assets.errors import DatabaseRefused
from assets.release.postgresql.relations import THIS_RELEASE
from assets.release.postgresql.rights import count_tables, is_ours

_PAUSE_SECONDS = 0.05


def switch_schema(con: Connection, schema: str, staging: str, timeout_seconds: float) -> None:
    """Give the staging schema the name of the published one, once no transaction reads the old tables.

    The old release keeps its tables under another name, and `drop_previous` removes them in a later transaction. A reader
    looks up a table in two steps, first its schema. If the table were dropped between them, PostgreSQL would report a missing
    table although the new one exists. Objects of others in the schema, or that depend on its tables, stop the switch.
    """
    old = _published_tables(con, schema)
    if old:
        _lock(con, old, monotonic() + timeout_seconds)
        # The drop is tried and rolled back: it fails if objects of others depend on the tables.
        con.execute("SAVEPOINT before_drop")
        _drop(con, schema, old)
        con.execute("ROLLBACK TO before_drop")
        con.execute(SQL("ALTER SCHEMA {} RENAME TO {}").format(Identifier(schema), Identifier(_aside(schema))))
    con.execute(SQL("DROP SCHEMA IF EXISTS {}").format(Identifier(schema)))
    con.execute(SQL("ALTER SCHEMA {} RENAME TO {}").format(Identifier(staging), Identifier(schema)))


def drop_previous(con: Connection, schema: str) -> None:
    """Drop the previous release, if there is one: of the last switch, or of a run that was killed after its switch."""
    aside = _aside(schema)
    if is_ours(con, aside):
        _drop(con, aside, _published_tables(con, aside))


def _aside(schema: str) -> str:
    return f"{schema}_aside"


def _drop(con: Connection, schema: str, tables: Composable | None) -> None:
    """Drop the loaded tables and nothing else, then the schema, which must be empty."""
    if tables:
        con.execute(SQL("DROP TABLE {}").format(tables))
    con.execute(SQL("DROP SCHEMA {}").format(Identifier(schema)))


def _published_tables(con: Connection, schema: str) -> Composable | None:
    """The tables of the release in the schema; None if there is none."""
    if not count_tables(con, schema):
        return None
    loaded = SQL("SELECT unnest(table_names) FROM {}").format(Identifier(schema, THIS_RELEASE.name))
    query = SQL("SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename IN ({}) ORDER BY tablename")
    names = con.execute(query.format(loaded), (schema,)).fetchall()
    return SQL(", ").join(Identifier(schema, name) for (name,) in names)


def _lock(con: Connection, tables: Composable, deadline: float) -> None:
    """Lock all tables or none. If that fails, release the locks so that readers continue, and try again.

    Raises DatabaseRefused after the deadline.
    """
    while True:
        try:
            with con.transaction():  # a savepoint: rolling back releases its locks
                # Together below deadlock_timeout (one second): a reader that waits for a locked table longer than that,
                # and has read a table that is still to be locked, would be cancelled.
                con.execute("SET LOCAL lock_timeout = '100ms'")
                con.execute("SET LOCAL statement_timeout = '400ms'")
                con.execute(SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(tables))
            con.execute("SET LOCAL statement_timeout TO DEFAULT")
            return
        except (LockNotAvailable, QueryCanceled):
            if monotonic() > deadline:
                raise DatabaseRefused("a reader does not end its transaction: end it, then publish again") from None
            sleep(_PAUSE_SECONDS)
