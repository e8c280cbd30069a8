"""The tables of a release in PostgreSQL: types, keys, references to code lists, comments.

Belongs here: reading them from the release's own `coverage.duckdb`, which describes a release of any version, and the SQL
that creates them. Keys and references are those declared in `schemas`, if the rows satisfy them. Not: a connection.
"""

from dataclasses import dataclass, replace

import duckdb
from psycopg.sql import SQL, Composed, Identifier, Literal

from assets.errors import DatabaseRefused
from assets.release.database import released_tables
from assets.release.editions import Edition
from schemas.summaries import SUMMARIES
from schemas.views import CODE_NAMES, View, views

_TYPES = {
    "VARCHAR": "text",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "DOUBLE": "double precision",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
}
_KEYS = {table.name: table.key for _, table in released_tables()} | {CODE_NAMES.name: CODE_NAMES.key}
_LISTS = {
    (table.name, field.name): field.codes
    for table in SUMMARIES
    for field in table.fields
    if field.codes and not field.special
}
_LISTS |= {("regencies", "province_code"): "provinces"}
_CODE = ("code",)  # the key of a code list
_TABLES = "SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal ORDER BY table_name"
_COLUMNS = (
    "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal "
    "ORDER BY table_name, column_index"
)


@dataclass(frozen=True)
class Column:
    """A column, with its type in PostgreSQL."""

    name: str
    type: str
    about: str


@dataclass(frozen=True)
class Relation:
    """A table of a release. `references` are pairs (column, code list); `key` is empty if the rows have no key."""

    name: str
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    references: tuple[tuple[str, str], ...] = ()

    def create_table(self, schema: str) -> Composed:
        """CREATE TABLE without the key, which is added after the rows."""
        columns = [SQL("{} {}").format(Identifier(column.name), SQL(column.type)) for column in self.columns]
        return SQL("CREATE TABLE {} ({})").format(Identifier(schema, self.name), SQL(", ").join(columns))

    def comments(self, schema: str) -> Composed:
        """COMMENT statements for the table and its columns."""
        lines = [SQL("COMMENT ON TABLE {} IS {}").format(Identifier(schema, self.name), Literal(self.about))]
        lines += [
            SQL("COMMENT ON COLUMN {} IS {}").format(Identifier(schema, self.name, column.name), Literal(column.about))
            for column in self.columns
        ]
        return SQL("; ").join(lines)

    def primary_key(self, schema: str) -> list[Composed]:
        """ALTER TABLE for the key, if there is one."""
        key = SQL(", ").join(map(Identifier, self.key))
        statement = SQL("ALTER TABLE {} ADD PRIMARY KEY ({})").format(Identifier(schema, self.name), key)
        return [statement] if self.key else []

    def foreign_keys(self, schema: str) -> list[Composed]:
        """ALTER TABLE for each reference; the lists must have their keys."""
        statement = SQL("ALTER TABLE {} ADD FOREIGN KEY ({}) REFERENCES {} (code)")
        return [
            statement.format(Identifier(schema, self.name), Identifier(column), Identifier(schema, codes))
            for column, codes in self.references
        ]


THIS_RELEASE = Relation(
    "this_release",
    "which release this schema holds. Grain: one row.",
    (
        Column("release_id", "text", "its identity; the table releases has its status and what it supersedes"),
        Column("reference_month", "text", "newest month it reports, YYYY-MM"),
        Column("table_names", "text[]", "every table of this schema"),
        Column("view_names", "text[]", "every view of this schema"),
        Column("manifest", "jsonb", "its manifest.json: inputs, policy, rows, digest of every file"),
    ),
    ("release_id",),
)


def this_release(edition: Edition) -> Relation:
    """The table `this_release`, with the notice of the edition in its comment."""
    return replace(THIS_RELEASE, about=f"{edition.notice}. {THIS_RELEASE.about}") if edition.notice else THIS_RELEASE


def relations(con: duckdb.DuckDBPyConnection) -> list[Relation]:
    """Every table of the release that the connection reads, by name."""
    columns: dict[str, list[Column]] = {}
    for table, name, kind, about in con.execute(_COLUMNS).fetchall():
        if kind not in _TYPES:
            raise DatabaseRefused(
                f"{table}.{name} of the release is {kind}, a type that has no counterpart in PostgreSQL yet"
            )
        columns.setdefault(table, []).append(Column(name, _TYPES[kind], about or ""))
    found = []
    for table, about in con.execute(_TABLES).fetchall():
        key = _key(con, table, [column.name for column in columns[table]])
        about = about or f"code list {table}; each row names its source"
        found.append(Relation(table, about, tuple(columns[table]), key))
    lists = {relation.name for relation in found if relation.key == _CODE}
    return [_with_references(con, relation, lists) for relation in found]


def released_views(con: duckdb.DuckDBPyConnection) -> list[tuple[View, str]]:
    """The declared views that the release has, each with its comment, in an order in which they can be created."""
    query = "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal"
    comments = dict(con.execute(query).fetchall())
    return [(view, comments[view.name] or view.about) for view in views() if view.name in comments]


def view_comments(view: View, schema: str, about: str) -> Composed:
    """COMMENT statements for the view and its columns."""
    lines = [SQL("COMMENT ON VIEW {} IS {}").format(Identifier(schema, view.name), Literal(about))]
    lines += [
        SQL("COMMENT ON COLUMN {} IS {}").format(Identifier(schema, view.name, name), Literal(comment))
        for name, comment in view.comments().items()
    ]
    return SQL("; ").join(lines)


def _with_references(con: duckdb.DuckDBPyConnection, relation: Relation, lists: set[str]) -> Relation:
    """The relation with those references whose values are all in their list."""
    candidates = [(column.name, _LISTS.get((relation.name, column.name), "")) for column in relation.columns]
    kept = tuple(
        (column, codes)
        for column, codes in candidates
        if codes in lists and _all_listed(con, relation.name, column, codes)
    )
    return replace(relation, references=kept)


def _key(con: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> tuple[str, ...]:
    """The declared key, or the code of a list; empty if columns are missing, or the rows have a null or a duplicate."""
    key = _KEYS.get(table, _CODE)
    if not set(key) <= set(columns):
        return ()
    listed = ", ".join(f'"{column}"' for column in key)
    absent = " OR ".join(f'"{column}" IS NULL' for column in key)
    query = f'SELECT count(*) FROM (SELECT {listed} FROM "{table}" GROUP BY ALL HAVING count(*) > 1 OR {absent})'
    return () if con.execute(query).fetchall()[0][0] else key


def _all_listed(con: duckdb.DuckDBPyConnection, table: str, column: str, codes: str) -> bool:
    unlisted = f'SELECT count(*) FROM "{table}" WHERE "{column}" NOT IN (SELECT code FROM "{codes}")'
    return bool(con.execute(unlisted).fetchall()[0][0] == 0)
