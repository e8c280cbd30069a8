"""Who came and who went between two month ends: persons of the month before beside persons of now, by what changed.

Belongs here: the order of the steps, and the numbers that keep a person narrow while two whole registers meet. What is
an entry or a departure is in the SQL (`changes`).
"""

from pathlib import Path

import duckdb
import polars as pl

from assets import query
from assets.ingest.month import previous
from assets.provenance import fingerprint
from assets.registers.persons import month_values
from assets.warehouse import Warehouse
from schemas import codelists
from schemas.registers import ENTRANTS, PERSONS, TRANSITIONS

HERE = Path(__file__).parent
_STATUSES = ("protected", "grace", "lapsed", "ended")
_STEPS = (
    ("VIEW", "person_traits"),
    ("TABLE", "compared_persons"),
    ("TABLE", "compared_memberships"),
    ("TABLE", "changes"),
)


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
        _compare(con, [path for name in months for path in warehouse.files("persons", name)], month)
        counts = {}
        for table, folder in ((TRANSITIONS, transitions), (ENTRANTS, entrants)):
            ordered = f"SELECT * FROM ({query.sql_text(HERE, table.name)}) ORDER BY ALL"
            counts[table.name] = query.write(con, ordered, table, folder / "part-00000.parquet", month_values(month))
        for name, folder in (("transitions", transitions), ("entrants", entrants)):
            warehouse.promote(name, month, folder, {"fingerprint": made_from, "counts": counts})
    return counts | {"reused": 0}


def _compare(con: duckdb.DuckDBPyConnection, persons: list[Path], month: str) -> None:
    """The view and working tables that both results are read from."""
    query.offer_files(con, "persons", persons, PERSONS)
    traits, weights, flags = _numbered()
    query.offer_frame(con, "traits", traits)
    for name, frame in weights.items():
        query.offer_frame(con, f"{name}_weights", frame)
    values = month_values(month) | flags
    for kind, name in _STEPS:
        query.define(con, kind, name, query.sql_text(HERE, name), values)


def _numbered() -> tuple[pl.DataFrame, dict[str, pl.DataFrame], dict[str, int]]:
    """Every combination of codes as one number: the combinations, the weights that add up to it, those of the flags."""
    lists: dict[str, tuple[str | None, ...]] = {
        "status": _STATUSES,
        "segment": codelists.values("segments"),
        "payer": (None, *codelists.values("payers")),
        "basis": (None, *codelists.values("vulnerable_bases")),
    }
    flags, step = {"declared_weight": 1, "began_weight": 2}, 4
    weights: dict[str, pl.DataFrame] = {}
    traits = pl.DataFrame({"is_declared": [False, True, False, True], "began": [False, False, True, True]})
    traits = traits.with_columns(pl.Series("trait", [0, 1, 2, 3], dtype=pl.Int16))
    for name, listed in lists.items():
        weight = pl.Series("weight", range(0, step * len(listed), step), dtype=pl.Int16)
        frame = pl.DataFrame({"code": pl.Series(listed, dtype=pl.String), "weight": weight})
        weights[name] = frame.drop_nulls("code")
        traits = traits.join(frame.rename({"code": name}), how="cross")
        traits = traits.with_columns(pl.col("trait") + pl.col("weight")).drop("weight")
        step *= len(listed)
    return traits.rename({"basis": "vulnerable_basis"}), weights, flags
