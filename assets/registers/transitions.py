"""Who came and who went between two month ends: persons of the month before beside persons of now, by what changed.

Belongs here: the order of the steps. What is an entry or a departure is in the SQL (`changes`).
"""

from pathlib import Path

from assets.engines.engine import Engine
from assets.provenance import fingerprint
from assets.registers.persons import month_values
from assets.warehouse import Warehouse, query
from assets.warehouse.month_build import MonthBuild
from schemas.months import previous
from schemas.registers import ENTRANTS, PERSON_STATUS_CODES, PERSONS, TRANSITIONS

HERE = Path(__file__).parent
_STEPS = ("compared_persons", "compared_memberships", "changes")


def build_transitions(warehouse: Warehouse, month: str, *, force: bool = False) -> dict[str, int]:
    """Make and promote `transitions` and `entrants` of the month; returns their row counts.

    Without persons of the month before nothing can be compared: nothing is made and the result is empty. What an earlier
    run promoted then stays.
    """
    months = (previous(month), month)
    stages = [warehouse.month_metadata("persons", name) for name in months]
    if not all(stages):
        return {}
    made_from = fingerprint("transitions", *(stage["fingerprint"] for stage in stages), code=(__name__,))
    build = MonthBuild(warehouse, month, (TRANSITIONS.name, ENTRANTS.name), {"fingerprint": made_from})
    if known := build.known(force=force):
        return dict(known["counts"]) | {"reused": 1}
    with warehouse.sql() as engine, build.candidates() as candidates:
        _compare(engine, warehouse, months)
        values, tables = month_values(month), (TRANSITIONS, ENTRANTS)
        counts = {table.name: candidates.write_sql(engine, HERE, table, values) for table in tables}
        for name in counts:
            candidates.describe(name, {"counts": counts})
    return counts | {"reused": 0}


def _compare(engine: Engine, warehouse: Warehouse, months: tuple[str, str]) -> None:
    """The working tables that both results are read from."""
    for table in (PERSONS, PERSON_STATUS_CODES):
        query.register_months(engine, table.name, warehouse, table, months)
    for name in _STEPS:
        query.create_table(engine, HERE, name, month_values(months[1]))
