"""A month of a warehouse that holds a text instead of rows."""

from pathlib import Path

from assets.warehouse import Warehouse

MONTH = "2024-12"


def promote(warehouse: Warehouse, text: str, table: str = "persons", month: str = MONTH) -> Path:
    with warehouse.candidate(table, month) as candidate:
        (candidate / "part-00000.parquet").write_text(text)
        warehouse.promote(table, month, candidate, {"fingerprint": text})
    return warehouse.files(table, month)[0]
