"""CSV on the Web: `csv/<table>.csv-metadata.json` beside each CSV, where the standard expects it.

Belongs here: types, key and titles of the CSV files in both languages. Not: the files.
"""

from pathlib import Path
from typing import Any

from assets.release.exports.files import GUARD, write_json
from schemas.columns import definition, title
from schemas.tables import Field, Kind, Table

DATATYPES: dict[Kind, Any] = {
    Kind.COUNT: "integer",
    Kind.NUMBER: "double",
    Kind.PERCENT: "double",
    Kind.MONTH: "date",
    Kind.DATE: "date",
    Kind.FLAG: {"base": "boolean", "format": "true|false"},
}


def write(folder: Path, tables: tuple[Table, ...]) -> None:
    """Write one description per table."""
    for table in tables:
        write_json(folder / "csv" / f"{table.name}.csv-metadata.json", describe_table(table.released()))


def describe_table(table: Table) -> dict[str, Any]:
    """The metadata of the table's CSV."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": f"{table.name}.csv",
        "dc:title": table.description,
        "dc:description": f"Grain: {table.grain}. In the file, {GUARD}.",
        "dialect": {"header": True, "encoding": "utf-8", "delimiter": ",", "quoteChar": '"', "doubleQuote": True},
        "tableSchema": {
            "columns": [_column(field, table) for field in table.fields],
            "primaryKey": list(table.key),
        },
    }


def _column(field: Field, table: Table) -> dict[str, Any]:
    """The name in the file is the first title, because readers match column and description by it."""
    names = title(field, table.name)
    about = definition(field, table.name)
    unit = {"schema:unitText": field.unit} if field.unit != "-" else {}
    return {
        "name": field.name,
        "titles": {"en": [field.name, names["en"]]} | ({"id": [names["id"]]} if "id" in names else {}),
        "dc:description": [{"@value": text, "@language": language} for language, text in about.items()],
        **unit,
        "datatype": DATATYPES.get(field.kind, "string"),
        "required": field.name in table.key,
    }
