"""The views and macros of `coverage.duckdb` that tell vintages: what stood when, and how figures were revised.

Belongs here: their SQL, made from the declared tables, in words that DuckDB 1.5 and later read. Not: the rows they read
(`history`, `vintages`).
"""

from collections.abc import Iterator

from schemas.releases import history
from schemas.tables import Table

FEWEST_MONTHS = 12  # a t-test of a mean revision says nothing below
_STOOD = "from_sequence <= {0} AND (until_sequence IS NULL OR until_sequence > {0})"


def statements(table: Table) -> Iterator[str]:
    """CREATE and COMMENT statements for one summary table; its history and the registry must be there."""
    name, columns = table.name, ", ".join(table.released().names)
    yield _vintages(table.released())
    yield _comment("VIEW", f"{name}_vintages", f"every row of {name} as every release published it; until_sequence empty: "
                   "it still stands")  # fmt: skip
    at = "(SELECT max(sequence) FROM releases WHERE published_at <= CAST(moment AS TIMESTAMPTZ))"
    yield _macro(f"{name}_as_of(moment)", f"SELECT {columns} FROM {name}_vintages WHERE {_STOOD.format(at)}")
    yield _comment("MACRO TABLE", f"{name}_as_of", f"{name} as it was published at a moment with time zone")
    of = "(SELECT max(sequence) FROM releases WHERE releases.release_id = release)"
    yield _macro(f"{name}_in(release)", f"SELECT {columns} FROM {name}_vintages WHERE {_STOOD.format(of)}")
    yield _comment("MACRO TABLE", f"{name}_in", f"{name} as a release published it")
    yield _macro(f"{name}_triangle(figure)", _triangle(table))
    yield _comment("MACRO TABLE", f"{name}_triangle", "revision triangle: the figure in each vintage of its month")
    yield _macro(f"{name}_first_latest(figure)", _first_latest(table))
    yield _comment("MACRO TABLE", f"{name}_first_latest", "the figure as first and as last published; empty where it was "
                   "withheld then")  # fmt: skip
    yield _macro(f"{name}_revisions(figure)", _revisions(table))
    yield _comment("MACRO TABLE", f"{name}_revisions", "mean and mean absolute revision over months, by vintage; t of the mean "
                   f"from {FEWEST_MONTHS} months on")  # fmt: skip


def _vintages(table: Table) -> str:
    """Replaced rows, and current ones since the release that the registry or the last replaced row of their key says."""
    own, key = ", ".join(f"c.{name}" for name in table.names), ", ".join(table.key)
    same = " AND ".join(f"h.{name} = c.{name}" for name in table.key)
    return f"""
        CREATE VIEW {table.name}_vintages AS
        SELECT {", ".join(table.names)}, from_sequence, until_sequence FROM {history(table).name} WHERE existed
        UNION ALL
        SELECT {own}, coalesce(h.last_sequence, s.sequence) AS from_sequence, CAST(NULL AS BIGINT) AS until_sequence
        FROM {table.name} AS c
        JOIN release_tables AS s ON s.table_name = '{table.name}' AND s.month = c.month
        LEFT JOIN (
            SELECT {key}, max(until_sequence) AS last_sequence FROM {history(table).name} GROUP BY {key}
        ) AS h ON {same}
    """


def _triangle(table: Table) -> str:
    key = ", ".join(f"v.{name}" for name in table.key)
    return f"""
        SELECT {key}, m.vintage, m.published_at, figure AS value
        FROM {table.name}_vintages AS v
        JOIN (
            SELECT e.month AS vintage_month, e.vintage, min(e.sequence) AS at_sequence, min(r.published_at) AS published_at
            FROM release_months AS e JOIN releases AS r ON r.release_id = e.release_id GROUP BY ALL
        ) AS m ON m.vintage_month = v.month AND {_STOOD.format("m.at_sequence")}
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
    spread = "nullif(stddev_samp(revision), 0)"
    return f"""
        SELECT {series}, vintage, count(revision) AS months, avg(revision) AS mean_revision,
            avg(abs(revision)) AS mean_absolute_revision,
            CASE WHEN count(revision) >= {FEWEST_MONTHS} THEN avg(revision) * sqrt(count(revision)) / {spread} END AS t_statistic
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
