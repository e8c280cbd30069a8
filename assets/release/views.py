"""The views and macros of `coverage.duckdb` about vintages: what was published when, and how figures were revised.

Belongs here: their SQL, generated from the declared tables, for DuckDB 1.5 and later. Not: the rows that they read
(`history`, `revision_log`).
"""

from collections.abc import Iterator

from schemas.releases import history
from schemas.tables import Table

FEWEST_MONTHS = 12  # a t-test of a mean revision has no meaning below
_VALID_AT = "from_sequence <= {0} AND (until_sequence IS NULL OR until_sequence > {0})"


def statements(table: Table) -> Iterator[str]:
    """CREATE and COMMENT statements for one summary table; its history and the registry must be there."""
    name, columns = table.name, ", ".join(table.released().names)
    yield _vintages(table.released())
    yield _comment(
        "VIEW",
        f"{name}_vintages",
        f"every row of {name} as every release published it; until_sequence is empty for current rows",
    )
    at_moment = "(SELECT max(sequence) FROM releases WHERE published_at <= CAST(moment AS TIMESTAMPTZ))"
    yield _macro(f"{name}_as_of(moment)", f"SELECT {columns} FROM {name}_vintages WHERE {_VALID_AT.format(at_moment)}")
    yield _comment("MACRO TABLE", f"{name}_as_of", f"{name} as it was published at a moment with time zone")
    of_release = "(SELECT max(sequence) FROM releases WHERE releases.release_id = release)"
    yield _macro(f"{name}_in(release)", f"SELECT {columns} FROM {name}_vintages WHERE {_VALID_AT.format(of_release)}")
    yield _comment("MACRO TABLE", f"{name}_in", f"{name} as a release published it")
    yield _macro(f"{name}_triangle(figure)", _triangle(table))
    yield _comment("MACRO TABLE", f"{name}_triangle", "revision triangle: the figure in each vintage of its month")
    yield _macro(f"{name}_first_latest(figure)", _first_latest(table))
    yield _comment(
        "MACRO TABLE",
        f"{name}_first_latest",
        "the figure as first and as last published; empty where it was withheld then",
    )
    yield _macro(f"{name}_revisions(figure)", _revisions(table))
    yield _comment(
        "MACRO TABLE",
        f"{name}_revisions",
        f"mean and mean absolute revision over months, by vintage; t of the mean from {FEWEST_MONTHS} months on",
    )


def _vintages(table: Table) -> str:
    """Replaced rows, and current rows with the release that the registry or the last replaced row of their key gives."""
    columns, key = ", ".join(f"current_row.{name}" for name in table.names), ", ".join(table.key)
    same_key = " AND ".join(f"ended.{name} = current_row.{name}" for name in table.key)
    return f"""
        CREATE VIEW {table.name}_vintages AS
        SELECT {", ".join(table.names)}, from_sequence, until_sequence FROM {history(table).name} WHERE existed
        UNION ALL
        SELECT {columns}, coalesce(ended.last_sequence, starts.sequence) AS from_sequence,
            CAST(NULL AS BIGINT) AS until_sequence
        FROM {table.name} AS current_row
        JOIN release_tables AS starts ON starts.table_name = '{table.name}' AND starts.month = current_row.month
        LEFT JOIN (
            SELECT {key}, max(until_sequence) AS last_sequence FROM {history(table).name} GROUP BY {key}
        ) AS ended ON {same_key}
    """


def _triangle(table: Table) -> str:
    key = ", ".join(f"vintages.{name}" for name in table.key)
    return f"""
        SELECT {key}, months.vintage, months.published_at, figure AS value
        FROM {table.name}_vintages AS vintages
        JOIN (
            SELECT release_months.month AS vintage_month, release_months.vintage,
                min(release_months.sequence) AS at_sequence, min(releases.published_at) AS published_at
            FROM release_months JOIN releases ON releases.release_id = release_months.release_id GROUP BY ALL
        ) AS months ON months.vintage_month = vintages.month AND {_VALID_AT.format("months.at_sequence")}
    """


def _first_latest(table: Table) -> str:
    key = ", ".join(table.key)
    return f"""
        SELECT {key}, first_value, latest_value, latest_value - first_value AS revision,
            CAST(latest_value - first_value AS DOUBLE) / nullif(CAST(first_value AS DOUBLE), 0) AS relative_revision, vintages
        FROM (
            SELECT {key}, arg_min_null(value, vintage) AS first_value, arg_max_null(value, vintage) AS latest_value,
                count(*) AS vintages
            FROM {table.name}_triangle(figure) GROUP BY {key}
        )
    """


def _revisions(table: Table) -> str:
    series = ", ".join(name for name in table.key if name != "month")
    deviation = "nullif(stddev_samp(revision), 0)"
    return f"""
        SELECT {series}, vintage, count(revision) AS months, avg(revision) AS mean_revision,
            avg(abs(revision)) AS mean_absolute_revision,
            CASE WHEN count(revision) >= {FEWEST_MONTHS}
                THEN avg(revision) * sqrt(count(revision)) / {deviation} END AS t_statistic
        FROM (
            SELECT {series}, vintage, value - lag(value) OVER (PARTITION BY {", ".join(table.key)} ORDER BY vintage) AS revision
            FROM {table.name}_triangle(figure)
        )
        WHERE vintage > 1 GROUP BY {series}, vintage
    """


def _macro(signature: str, query: str) -> str:
    return f"CREATE MACRO {signature} AS TABLE {query}"


def _comment(kind: str, name: str, text: str) -> str:
    return f"COMMENT ON {kind} {name} IS '{text}'"
