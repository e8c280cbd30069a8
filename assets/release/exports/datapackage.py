"""Data Package: `datapackage.json` at the root of the release, every CSV with its Table Schema.

Belongs here: types, units, keys, references to the code lists, sources and licences of the files. Not: the files.
"""

import hashlib
from pathlib import Path
from typing import Any

import polars as pl

from assets.release.exports import codes, rounded
from assets.release.exports.files import GUARD, NAME, TITLE, months, write_json
from schemas.columns import definition, title
from schemas.tables import Field, Kind, Table

TYPES = {
    Kind.COUNT: "integer",
    Kind.NUMBER: "number",
    Kind.PERCENT: "number",
    Kind.MONTH: "date",
    Kind.DATE: "date",
    Kind.FLAG: "boolean",
}
ODBL = {
    "name": "ODbL-1.0",
    "title": "Open Data Commons Open Database License; names and codes of regencies from idn-area-data 4.0.1",
    "path": "https://opendatacommons.org/licenses/odbl/1-0/",
}
OF_REGENCIES = ("regencies", "regions")
SOURCES = (
    "Extracts of the employment social-security scheme, by office: see manifest.json",
    "Sakernas (BPS)",
    "Code lists: each row of codes/ names its source",
)


def write(folder: Path, tables: tuple[Table, ...]) -> None:
    """Write the description of every CSV in the folder."""
    first, last = months(folder, tables[0])
    lists = sorted((folder / codes.FOLDER).glob("*.csv"))
    registry = sorted((folder / "codes").glob("*.csv"))
    package = {
        "profile": "tabular-data-package",
        "name": NAME,
        "title": TITLE["en"],
        "title_id": TITLE["id"],
        "description": f"Figures of employment social security by month. A withheld figure is empty, never zero, and "
        f"conf_status says why. In every CSV, {GUARD}.",
        "temporal": {"start": first, "end": last},
        "sources": [{"title": text} for text in SOURCES],
        "resources": [
            *(_resource(folder, f"csv/{table.name}.csv", table.name, schema(table.released())) for table in tables),
            *(_resource(folder, path, "protected-persons-rounded", rounded.SCHEMA) for path in _open(folder)),
            *(_resource(folder, f"{codes.FOLDER}/{path.name}", f"codes-{path.stem}", LISTED) for path in lists),
            *(_resource(folder, f"codes/{path.name}", f"registry-{path.stem}", _plain(path)) for path in registry),
        ],
    }
    write_json(folder / "datapackage.json", package)


def _open(folder: Path) -> list[str]:
    """The open-data cube, which exists if the release has the table `coverage`."""
    return [rounded.PATH] if (folder / rounded.PATH).exists() else []


def schema(table: Table) -> dict[str, Any]:
    """The Table Schema of a table. Its coded columns refer to their code lists."""
    coded = [field for field in table.fields if field.codes]
    return {
        "fields": [_field(field, table) for field in table.fields],
        "missingValues": [""],
        "primaryKey": list(table.key),
        "foreignKeys": [
            {"fields": [field.name], "reference": {"resource": f"codes-{field.codes}", "fields": ["code"]}}
            for field in coded
        ],
    }


def _field(field: Field, table: Table) -> dict[str, Any]:
    names = title(field, table.name)
    about = definition(field, table.name)
    flags = {"trueValues": ["true"], "falseValues": ["false"]} if field.kind is Kind.FLAG else {}
    return {
        "name": field.name,
        "type": TYPES.get(field.kind, "string"),
        "title": names["en"],
        "description": about["en"],
        **{f"{key}_id": texts["id"] for key, texts in (("title", names), ("description", about)) if "id" in texts},
        **({"unit": field.unit} if field.unit != "-" else {}),
        **({"source": field.source} if field.source else {}),
        **flags,
        "constraints": {"required": field.name in table.key},
    }


LISTED = {
    "fields": [{"name": name, "type": "string", "description": about} for name, about in codes.COLUMNS.items()],
    "missingValues": [""],
    "primaryKey": ["code"],
}


def _plain(path: Path) -> dict[str, Any]:
    """All columns of a code list are text."""
    header = pl.read_csv(path, n_rows=0).columns
    return {"fields": [{"name": name, "type": "string"} for name in header], "missingValues": [""]}


def _resource(folder: Path, path: str, name: str, fields: dict[str, Any]) -> dict[str, Any]:
    content = (folder / path).read_bytes()
    return {
        "name": name,
        "path": path,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        **({"licenses": [ODBL]} if Path(path).stem in OF_REGENCIES else {}),
        "schema": fields,
    }
