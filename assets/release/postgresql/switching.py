"""The switch from the published release of a schema to the new one. Every reader sees one whole release.

Belongs here: the switch. Not: who may publish and read (`rights`). A reader that has read a table of the old release keeps
that release until its transaction ends: the publisher waits for it, and delays new readers by a tenth of a second at most.
"""

from time import monotonic, sleep

from psycopg import Connection
from psycopg.errors import LockNotAvailable, QueryCanceled
from psycopg.sql import SQL, Composable, Identifier, Literal

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
    views, tables = _published(con, schema)
    if tables:
        _lock(con, [*views, *tables], monotonic() + timeout_seconds)
        # The drop is tried and rolled back: it fails if objects of others depend on the tables.
        con.execute("SAVEPOINT before_drop")
        _drop(con, schema, views, tables)
        con.execute("ROLLBACK TO before_drop")
        con.execute(SQL("ALTER SCHEMA {} RENAME TO {}").format(Identifier(schema), Identifier(_aside(schema))))
    con.execute(SQL("DROP SCHEMA IF EXISTS {}").format(Identifier(schema)))
    con.execute(SQL("ALTER SCHEMA {} RENAME TO {}").format(Identifier(staging), Identifier(schema)))


def drop_previous(con: Connection, schema: str) -> None:
    """Drop the previous release, if there is one: of the last switch, or of a run that was killed after its switch."""
    aside = _aside(schema)
    if is_ours(con, aside):
        _drop(con, aside, *_published(con, aside))


def _aside(schema: str) -> str:
    return f"{schema}_aside"


def _drop(con: Connection, schema: str, views: list[Composable], tables: list[Composable]) -> None:
    """Drop the loaded views and tables and nothing else, then the schema, which must be empty."""
    if views:
        con.execute(SQL("DROP VIEW {}").format(SQL(", ").join(views)))
    if tables:
        con.execute(SQL("DROP TABLE {}").format(SQL(", ").join(tables)))
    con.execute(SQL("DROP SCHEMA {}").format(Identifier(schema)))


def _published(con: Connection, schema: str) -> tuple[list[Composable], list[Composable]]:
    """The views and the tables of the release in the schema; a schema that an earlier version loaded has no view."""
    if not count_tables(con, schema):
        return [], []
    found: list[list[Composable]] = []
    for kind in ("view", "table"):
        loaded = SQL("SELECT jsonb_array_elements_text(to_jsonb(this_release) -> {}) FROM {} AS this_release").format(
            Literal(f"{kind}_names"), Identifier(schema, THIS_RELEASE.name)
        )
        query = SQL("SELECT {kind}name FROM pg_{kind}s WHERE schemaname = %s AND {kind}name IN ({loaded}) ORDER BY 1")
        names = con.execute(query.format(kind=SQL(kind), loaded=loaded), (schema,)).fetchall()
        found.append([Identifier(schema, name) for (name,) in names])
    return found[0], found[1]


def _lock(con: Connection, names: list[Composable], deadline: float) -> None:
    """Lock all of them or none, views before tables as a reader does.

    If that fails, release the locks so that readers continue, and try again.

    Raises DatabaseRefused after the deadline.
    """
    while True:
        try:
            with con.transaction():  # a savepoint: rolling back releases its locks
                # Together below deadlock_timeout (one second): a reader that waits for a locked table longer than that,
                # and has read a table that is still to be locked, would be cancelled.
                con.execute("SET LOCAL lock_timeout = '100ms'")
                con.execute("SET LOCAL statement_timeout = '400ms'")
                con.execute(SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(SQL(", ").join(names)))
            con.execute("SET LOCAL statement_timeout TO DEFAULT")
            return
        except (LockNotAvailable, QueryCanceled):
            if monotonic() > deadline:
                raise DatabaseRefused("a reader does not end its transaction: end it, then publish again") from None
            sleep(_PAUSE_SECONDS)
