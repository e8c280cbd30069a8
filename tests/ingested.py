"""The content of an ingested month, byte for byte, for tests that compare two ways of ingesting it.

Belongs here: reading it. Not: any expectation.
"""

from pathlib import Path
from typing import Any

from assets.warehouse import Warehouse
from schemas.extracts.catalogue import stored_table
from schemas.tables import Table

Contents = dict[str, bytes]


def contents(warehouse: Warehouse, table: Table, month: str) -> Contents:
    """Every file of the extract's month, accepted and quarantined, by its name."""
    tables = (stored_table(table).name, f"quarantine/{table.name}")
    folders = [Path(warehouse.root, name, f"month={month}").resolve() for name in tables]
    return {
        f"{kind} {path.relative_to(folder)}": path.read_bytes()
        for kind, folder in zip(("accepted", "quarantined"), folders, strict=True)
        for path in folder.rglob("*")
        if path.is_file() and path.name != "_stage.json"
    }


def stage(warehouse: Warehouse, table: Table, month: str) -> dict[str, Any]:
    """The metadata of the month with its report, except the modification times of the landed files."""
    return {
        name: value
        for name, value in warehouse.month_metadata(stored_table(table).name, month).items()
        if name != "landed"
    }


def released(folder: Path) -> Contents:
    """Every released table as Parquet and CSV, by its name."""
    return {path.name: path.read_bytes() for kind in ("parquet", "csv") for path in (folder / kind).iterdir()}
