"""The views of a release: summary tables with the names of their codes, and the headline of coverage.

Belongs here: their columns and SQL, generated from the declared tables for DuckDB and PostgreSQL alike. Not here: creating
them (`assets.release`), views of vintages (`assets.release.views`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from schemas.comments import described
from schemas.summaries import SUMMARIES
from schemas.summaries.coverage import COVERAGE
from schemas.tables import Field, Kind, Table

CODE_NAMES = Table(
    "code_names",
    "the names of every code that a column of the release may have",
    "one row per list and code",
    (
        Field("list_name", Kind.TEXT, "code list, as the data dictionary names it for the column"),
        Field("code", Kind.TEXT, "code as in the column"),
        Field("name", Kind.TEXT, "name in English; of a region its own name"),
        Field("name_id", Kind.TEXT, "name in Bahasa Indonesia; empty: the list has none"),
    ),
    key=("list_name", "code"),
)
_REGIONS = ("provinces", "regions")  # lists whose names are the same in both languages
_HEADLINE_ROW = {
    "geography_basis": "home",
    "programme": "any",
    "sex": "all",
    "age_band": "all",
    "denominator_id": "potential",
}
_HEADLINE_COLUMNS = (
    "month", "geography_level", "region_code", "region_name", "segment", "segment_name", "segment_name_id",
    "protected_persons", "denominator_persons", "coverage_ratio", "ratio_low", "ratio_high", "gap_persons", "conf_status",
)  # fmt: skip


@dataclass(frozen=True)
class View:
    """A view of a release: what it shows, its columns with their comments, and its query."""

    name: str
    description: str
    grain: str
    columns: tuple[Field, ...]
    query: str

    @property
    def about(self) -> str:
        """The comment of the view."""
        return f"{self.description}. Grain: {self.grain}."

    def comments(self) -> dict[str, str]:
        """Column → its comment."""
        return {field.name: described(field) for field in self.columns}


def views() -> tuple[View, ...]:
    """Every view, in an order in which they can be created."""
    return (*map(_named, SUMMARIES), _headline())


def _named(table: Table) -> View:
    """The table with two columns of names after each column of codes."""
    columns: list[Field] = []
    selected, joins = [], []
    for field in table.released().fields:
        columns.append(replace(field, meaning=described(field, table.name), unit="-", source=""))
        selected.append(f"{table.name}.{field.name}")
        if field.codes:
            source = f"{field.name}_names"
            columns += _names(field)
            selected += [
                f"{source}.{column} AS {name.name}"
                for column, name in zip(("name", "name_id"), _names(field), strict=True)
            ]
            joins.append(
                f"LEFT JOIN code_names AS {source}\n"
                f"    ON {source}.list_name = '{field.codes}' AND {source}.code = {table.name}.{field.name}"
            )
    query = "\n".join([f"SELECT {', '.join(selected)}", f"FROM {table.name}", *joins])
    return View(f"{table.name}_named", f"{table.name} with the names of its codes", table.grain, tuple(columns), query)


def _names(field: Field) -> tuple[Field, Field]:
    stem = field.name.removesuffix("_code").removesuffix("_id")
    english = "; a region has its own name" if field.codes in _REGIONS else " in English"
    return (
        Field(f"{stem}_name", Kind.TEXT, f"name of {field.name}{english}"),
        Field(f"{stem}_name_id", Kind.TEXT, f"name of {field.name} in Bahasa Indonesia"),
    )


def _headline() -> View:
    named = {column.name: column for column in _named(COVERAGE).columns}
    chosen = tuple(named[name] for name in _HEADLINE_COLUMNS)
    conditions = "\n    AND ".join(f"{name} = '{code}'" for name, code in _HEADLINE_ROW.items())
    query = f"SELECT {', '.join(_HEADLINE_COLUMNS)}\nFROM coverage_named\nWHERE {conditions}"
    return View(
        "coverage_headline",
        "coverage by residence, any programme, both sexes and all ages, of eligible workers (potential)",
        "one row per month, region and segment",
        chosen,
        query,
    )


def statements() -> Iterator[str]:
    """CREATE and COMMENT statements of all views, for DuckDB."""
    for view in views():
        yield f"CREATE VIEW {view.name} AS {view.query}"
        yield f"COMMENT ON VIEW {view.name} IS {_quoted(view.about)}"
        for name, comment in view.comments().items():
            yield f"COMMENT ON COLUMN {view.name}.{name} IS {_quoted(comment)}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
