"""The rights of publishers and readers in PostgreSQL.

Belongs here: the schema and the reader of each edition, the mark of a schema, and refusing a schema or a role that is not
fit. Not: the switch (`switching`).
"""

from typing import Any

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from assets.errors import DatabaseRefused
from assets.release.editions import EDITIONS, PUBLIC, Edition

_SCHEMA = "cakupan"
_COUNT_TABLES = "SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(%s))"
_COMMENT = "SELECT obj_description(to_regnamespace(quote_ident(%s)), 'pg_namespace')"
# Roles that were granted a schema of another edition; the readers of a schema are not its owner.
_OTHER_READERS = """
    SELECT DISTINCT coalesce(role.rolname, 'public')
    FROM pg_namespace AS space CROSS JOIN aclexplode(space.nspacl) AS granted
    LEFT JOIN pg_roles AS role ON role.oid = granted.grantee
    WHERE granted.grantee <> space.nspowner AND starts_with(obj_description(space.oid, 'pg_namespace'), %s)
    UNION SELECT rolname FROM pg_roles WHERE rolname = %s
    ORDER BY 1
"""


def default_schema(edition: Edition) -> str:
    """The schema that holds the edition's release."""
    return _SCHEMA if edition == PUBLIC else f"{_SCHEMA}_{edition.name}"


def default_reader(edition: Edition) -> str:
    """The role that may read it."""
    return f"{default_schema(edition)}_reader"


def mark(edition: Edition) -> str:
    """The beginning of the comment of the edition's schemas."""
    return "Cakupan release " if edition == PUBLIC else f"Cakupan {edition.name} release "


def is_ours(con: Connection, schema: str) -> bool:
    """Whether the schema holds a release of any edition."""
    return any(_is_of(con, schema, edition) for edition in EDITIONS.values())


def count_tables(con: Connection, schema: str) -> int:
    """The number of relations in the schema; 0 if it is not there."""
    return int(_ask(con, _COUNT_TABLES, schema))


def claim_schema(con: Connection, schema: str, edition: Edition) -> None:
    """Be the only publisher of the schema, which holds a release of the edition or nothing. Raises DatabaseRefused."""
    if not _ask(con, "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", f"{mark(PUBLIC)}{schema}"):
        raise DatabaseRefused(f"another publisher is at work on schema {schema}: wait until it ends")
    if count_tables(con, schema) and not _is_of(con, schema, edition):
        held = next((other.name for other in EDITIONS.values() if _is_of(con, schema, other)), "")
        what = f"a release of the {held} edition" if held else "something else than a release"
        raise DatabaseRefused(f"schema {schema} holds {what}: name another by --schema")


def grant_read(con: Connection, schema: str, reader: str) -> None:
    """Let the role read; it is created, without login, if it is missing. Raises DatabaseRefused if it could write."""
    if not _ask(con, "SELECT count(*) FROM pg_roles WHERE rolname = %s", reader):
        con.execute(SQL("CREATE ROLE {} NOLOGIN").format(Identifier(reader)))
    names = {"schema": Identifier(schema), "reader": Identifier(reader)}
    con.execute(SQL("GRANT USAGE ON SCHEMA {schema} TO {reader}").format(**names))
    con.execute(SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {reader}").format(**names))
    may_write = "has_table_privilege(%s, oid, 'INSERT, UPDATE, DELETE, TRUNCATE')"
    of_schema = "FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(%s)) AND relkind = 'r'"
    if _ask(con, f"SELECT bool_or({may_write}) {of_schema}", reader, schema):
        raise DatabaseRefused(f"role {reader} could write: name one by --role that owns nothing")


def refuse_other_readers(con: Connection, schema: str, edition: Edition) -> None:
    """Raises DatabaseRefused if everybody, or a role that reads another edition, may read a schema of a restricted one."""
    if not edition.is_restricted:
        return
    for other in EDITIONS.values():
        if other == edition:
            continue
        rows = con.execute(_OTHER_READERS.encode(), (mark(other), default_reader(other))).fetchall()
        for role in ["public", *(name for (name,) in rows)]:
            if _ask(
                con, "SELECT has_schema_privilege(%s, to_regnamespace(quote_ident(%s))::oid, 'USAGE')", role, schema
            ):
                who = "every role" if role == "public" else f"role {role}, which reads the {other.name} edition,"
                raise DatabaseRefused(
                    f"{who} could read the {edition.name} edition: name another role by --role, or revoke its rights"
                )


def _is_of(con: Connection, schema: str, edition: Edition) -> bool:
    return str(_ask(con, _COMMENT, schema)).startswith(mark(edition))


def _ask(con: Connection, query: str, *values: str) -> Any:  # noqa: ANN401  whatever the query returns
    row = con.execute(query.encode(), values).fetchone()
    return row[0] if row else None
