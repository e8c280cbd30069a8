"""Taking the place of the release that stands in a schema, so that every reader sees one release whole.

Belongs here: who may publish, who may read, and the switch. Whoever has read a table of the old release in a transaction
keeps that release until the transaction ends: the publisher waits for it, and lets new readers wait for a tenth of a
second at most.
"""

from time import monotonic, sleep
from typing import Any

from psycopg import Connection
from psycopg.errors import LockNotAvailable
from psycopg.sql import SQL, Composable, Identifier

from assets.errors import DatabaseRefused
from assets.release.postgresql.relations import THIS_RELEASE

MARK = "Cakupan release "  # begins the comment of a schema of ours; any other schema is left alone
_PAUSE_SECONDS = 0.05


def claim(con: Connection, schema: str) -> None:
    """Be the only publisher of the schema, and see that what stands there is a release. Raises DatabaseRefused."""
    if not _one(con, "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", f"{MARK}{schema}"):
        raise DatabaseRefused(f"another publisher is at work on schema {schema}: wait until it ends")
    mark = _one(con, "SELECT obj_description(to_regnamespace(quote_ident(%s)), 'pg_namespace')", schema)
    held = _one(con, "SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(%s))", schema)
    if held and not str(mark).startswith(MARK):
        raise DatabaseRefused(f"schema {schema} holds something else than a release: name another by --schema")


def admit(con: Connection, schema: str, reader: str) -> None:
    """Let the role read; it is made, without login, where it is missing. Raises DatabaseRefused where it could write."""
    if not _one(con, "SELECT count(*) FROM pg_roles WHERE rolname = %s", reader):
        con.execute(SQL("CREATE ROLE {} NOLOGIN").format(Identifier(reader)))
    names = {"schema": Identifier(schema), "reader": Identifier(reader)}
    con.execute(SQL("GRANT USAGE ON SCHEMA {schema} TO {reader}").format(**names))
    con.execute(SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {reader}").format(**names))
    may = "has_table_privilege(%s, oid, 'INSERT, UPDATE, DELETE, TRUNCATE')"
    of_schema = "FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(%s)) AND relkind = 'r'"
    if _one(con, f"SELECT bool_or({may}) {of_schema}", reader, schema):
        raise DatabaseRefused(f"role {reader} could write: name one by --role that owns nothing")


def switch(con: Connection, schema: str, beside: str, patience_seconds: float) -> None:
    """Give the schema beside the name of the schema, once nobody is in the midst of reading what stands there.

    The old release is put aside whole, under a name that nobody reads, and taken away by `sweep` in a later transaction. A
    reader finds a table in two steps, its schema first; dropped in the very moment between them, its table would be gone
    before PostgreSQL tells it that there is another. What others put there or made of these tables stops the switch.
    """
    old = _standing(con, schema)
    if old:
        _lock(con, old, monotonic() + patience_seconds)
        con.execute("SAVEPOINT standing")
        _drop(con, schema, old)  # tried only: it stops where something of others holds the tables
        con.execute("ROLLBACK TO standing")
        con.execute(SQL("ALTER SCHEMA {} RENAME TO {}").format(Identifier(schema), Identifier(_aside(schema))))
    con.execute(SQL("DROP SCHEMA IF EXISTS {}").format(Identifier(schema)))
    con.execute(SQL("ALTER SCHEMA {} RENAME TO {}").format(Identifier(beside), Identifier(schema)))


def sweep(con: Connection, schema: str) -> None:
    """Take away the release that was put aside, if one is there: of the last switch, or of one that was cut off after it."""
    aside = _aside(schema)
    mark = _one(con, "SELECT obj_description(to_regnamespace(quote_ident(%s)), 'pg_namespace')", aside)
    if str(mark).startswith(MARK):
        _drop(con, aside, _standing(con, aside))


def _aside(schema: str) -> str:
    return f"{schema}_aside"


def _drop(con: Connection, schema: str, tables: Composable | None) -> None:
    """Take away the tables that were loaded and nothing else, then the schema, which must be empty."""
    if tables:
        con.execute(SQL("DROP TABLE {}").format(tables))
    con.execute(SQL("DROP SCHEMA {}").format(Identifier(schema)))


def _standing(con: Connection, schema: str) -> Composable | None:
    """The tables of the release that stands in the schema; None where there is none."""
    if not _one(con, "SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(%s))", schema):
        return None
    known = SQL("SELECT unnest(table_names) FROM {}").format(Identifier(schema, THIS_RELEASE.name))
    there = SQL("SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename IN ({}) ORDER BY tablename")
    names = con.execute(there.format(known), (schema,)).fetchall()
    return SQL(", ").join(Identifier(schema, name) for (name,) in names)


def _lock(con: Connection, tables: Composable, deadline: float) -> None:
    """Lock all or none: who waits in vain lets go, so that readers go on, and tries again. Raises DatabaseRefused."""
    while True:
        try:
            with con.transaction():  # a savepoint: its locks are let go with it
                con.execute("SET LOCAL lock_timeout = '100ms'")  # below deadlock_timeout: no reader is ended for us
                con.execute(SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(tables))
            return
        except LockNotAvailable:
            if monotonic() > deadline:
                raise DatabaseRefused("a reader does not end its transaction: end it, then publish again") from None
            sleep(_PAUSE_SECONDS)


def _one(con: Connection, query: str, *values: str) -> Any:  # noqa: ANN401  whatever the query gives
    row = con.execute(query.encode(), values).fetchone()
    return row[0] if row else None
