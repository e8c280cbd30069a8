"""Who came and who went between two month ends: persons of the month before beside persons of now, by what changed.

Belongs here: the order of the steps. What is an entry or a departure is in the SQL (`changes`).
"""

from pathlib import Path

import duckdb

from assets import query
from assets.ingest.month import previous
from assets.provenance import fingerprint
from assets.registers.persons import month_values
from assets.warehouse import Warehouse
from schemas.registers import ENTRANTS, PERSONS, STANDINGS, TRANSITIONS

HERE = Path(__file__).parent
_STEPS = ("compared_persons", "compared_memberships", "changes")


def make_transitions(warehouse: Warehouse, month: str, *, force: bool = False) -> dict[str, int]:
    """Make and promote `transitions` and `entrants` of the month; returns their row counts.

    Without persons of the month before nothing can be compared: nothing is made and the result is empty. What an earlier
    run promoted then stays.
    """
    months = (previous(month), month)
    stages = [warehouse.stage("persons", name) for name in months]
    if not all(stages):
        return {}
    made_from = fingerprint("transitions", *(stage["fingerprint"] for stage in stages))
    kept = [warehouse.stage(name, month) for name in ("transitions", "entrants")]
    if all(stage.get("fingerprint") == made_from for stage in kept) and not force:
        return dict(kept[0]["counts"]) | {"reused": 1}
    with (
        warehouse.sql() as con,
        warehouse.candidate("transitions", month) as transitions,
        warehouse.candidate("entrants", month) as entrants,
    ):
        _compare(con, warehouse, months)
        counts = {}
        for table, folder in ((TRANSITIONS, transitions), (ENTRANTS, entrants)):
            ordered = f"SELECT * FROM ({query.sql_text(HERE, table.name)}) ORDER BY ALL"
            counts[table.name] = query.write(con, ordered, table, folder / "part-00000.parquet", month_values(month))
        for name, folder in (("transitions", transitions), ("entrants", entrants)):
            warehouse.promote(name, month, folder, {"fingerprint": made_from, "counts": counts})
    return counts | {"reused": 0}


def _compare(con: duckdb.DuckDBPyConnection, warehouse: Warehouse, months: tuple[str, str]) -> None:
    """The working tables that both results are read from."""
    for table in (PERSONS, STANDINGS):
        files = [path for name in months for path in warehouse.files(table.name, name)]
        query.offer_files(con, table.name, files, table)
    for name in _STEPS:
        query.define(con, "TABLE", name, query.sql_text(HERE, name), month_values(months[1]))
