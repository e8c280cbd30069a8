"""Open Data Contract Standard 3.1: `exports/contract.odcs.yaml`, what a user of the tables can rely on.

Belongs here: schema, quality rules, service levels, terms and team as a contract. Every SQL rule counts wrong rows of
`coverage.duckdb`; its result must be 0. Not: the audit that refuses a release (`assets/release/verify.py`).
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from assets.release.exports.files import NAME, TITLE
from assets.release.layout import DATABASE
from schemas.columns import code_list, title
from schemas.comments import described
from schemas.tables import Field, Table

API = "v3.1.0"
VERSION = "1.0.0"
LOGICAL: dict[pl.DataType, tuple[str, str]] = {
    pl.String(): ("string", "VARCHAR"),
    pl.Int64(): ("integer", "BIGINT"),
    pl.Float64(): ("number", "DOUBLE"),
    pl.Boolean(): ("boolean", "BOOLEAN"),
    pl.Date(): ("date", "DATE"),
}
TERMS = {
    "purpose": "Coverage of employment social security among eligible workers, by region, and what would close the gap.",
    "usage": "Select one value of every dimension before adding rows: the tables have totals and their parts. "
    "A ratio is a fraction of 1. Null with "
    "conf_status other than F: withheld, never zero.",
    "limitations": "Denominators are survey estimates with an error. Outreach figures are associations, not effects. Trying to "
    "recover withheld counts or to recognise a person is not allowed.",
}
LEVELS = (
    {"property": "frequency", "value": 1, "unit": "m", "description": "one reference month after another"},
    {
        "property": "retention",
        "value": "unlimited",
        "description": "a release is never changed; a restated month gives a new release",
    },
    {
        "property": "timeliness",
        "value": "when the month's delivery is complete",
        "description": "no fixed day: the manifest of "
        "the delivery starts the run; months whose extracts are missing say so in availability",
    },
)


class _Plain(yaml.SafeDumper):  # type: ignore[misc]  # the library has no types
    """YAML without anchors: a shared list is written out. N and Y are quoted, because YAML 1.1 reads them as no and yes."""

    def ignore_aliases(self, data: object) -> bool:
        """Write no anchors."""
        return True

    def quoted(self, text: str) -> yaml.Node:
        """A text as a scalar."""
        return self.represent_scalar("tag:yaml.org,2002:str", text, style="'" if text in ("n", "N", "y", "Y") else None)


_Plain.add_representer(str, _Plain.quoted)


def write(folder: Path, tables: tuple[Table, ...]) -> None:
    """Write the contract of all tables."""
    text = yaml.dump(build_contract(tables), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)
    (folder / "exports" / "contract.odcs.yaml").write_text(text, encoding="utf-8")


def build_contract(tables: tuple[Table, ...]) -> dict[str, Any]:
    """The contract as data. Its version depends on the schema: another column, rule or code gives another version."""
    schema = [_object(table.released()) for table in tables]
    digest = hashlib.sha256(json.dumps(schema).encode()).hexdigest()[:10]
    return {
        "apiVersion": API,
        "kind": "DataContract",
        "id": NAME,
        "name": TITLE["en"],
        "version": f"{VERSION}+{digest}",
        "status": "active",
        "domain": "employment social security",
        "dataProduct": NAME,
        "description": TERMS,
        "servers": [
            {"server": "duckdb", "type": "duckdb", "database": DATABASE, "schema": "main"},
            {"server": "parquet", "type": "local", "path": "parquet/{table}.parquet", "format": "parquet"},
            {"server": "csv", "type": "local", "path": "csv/{table}.csv", "format": "csv"},
        ],
        "schema": schema,
        "slaProperties": list(LEVELS),
        "team": {"name": "producer", "description": "the statistics unit that runs Cakupan; it names its members here"},
    }


def _object(table: Table) -> dict[str, Any]:
    key = list(table.key)
    rules: list[dict[str, Any]] = [
        _rule("one row per key", "uniqueness", metric="duplicateValues", arguments={"properties": key}, mustBe=0),
    ]
    if not table.may_be_empty:
        rules.append(_rule("every release has rows", "completeness", metric="rowCount", mustBeGreaterThan=0))
    return {
        "name": table.name,
        "logicalType": "object",
        "physicalType": "table",
        "description": table.description,
        "dataGranularityDescription": table.grain,
        "properties": [_property(field, table) for field in table.fields],
        "quality": [*rules, *_counts(table)],
    }


def _property(field: Field, table: Table) -> dict[str, Any]:
    logical, physical = LOGICAL[field.dtype]
    names = title(field, table.name)
    key = {"primaryKey": True, "primaryKeyPosition": table.key.index(field.name) + 1} if field.name in table.key else {}
    properties = {
        "unit": field.unit,
        "title_id": names.get("id"),
        "code_list": field.codes and f"exports/codes/{field.codes}.csv",
    }
    custom = [{"property": name, "value": value} for name, value in properties.items() if value and value != "-"]
    return {
        "name": field.name,
        "businessName": names["en"],
        "description": described(field, table.name),
        "logicalType": logical,
        "physicalType": physical,
        "required": field.name in table.key,
        **key,
        **({"customProperties": custom} if custom else {}),
        "quality": _column(field, table),
    }


def _column(field: Field, table: Table) -> list[dict[str, Any]]:
    rules = []
    if field.name in table.key:
        rules.append(_rule("never empty", "completeness", metric="nullValues", mustBe=0))
    if field.codes:
        known = code_list(field)["code"].to_list()
        rules.append(
            _rule(
                "a code of its list", "conformity", metric="invalidValues", arguments={"validValues": known}, mustBe=0
            )
        )
    return rules


def _counts(table: Table) -> list[dict[str, Any]]:
    counts = [field.name for field in table.fields if field.sensitive]
    if not counts:
        return []
    negative = " OR ".join(f"{name} < 0" for name in counts)
    query = f"SELECT count(*) FROM {table.name} WHERE {negative}"
    return [_rule("no count is negative", "accuracy", query=query, mustBe=0)]


def _rule(name: str, dimension: str, **rest: object) -> dict[str, Any]:
    kind = "sql" if "query" in rest else "library"
    return {"name": name, "type": kind, "dimension": dimension, "severity": "error", **rest}
