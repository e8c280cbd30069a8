"""Build the transitions between two month ends: persons of the month before compared with those of the month.

Belongs here: the order of the steps. Not here: what is an entry or a departure (`changes.sql`).
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
    """Build and promote `transitions` and `entrants` of the month; return their row counts.

    Without persons of the month before there is nothing to compare: nothing is built and the result is empty. Tables that an
    earlier run promoted stay.
    """
    months = (previous(month), month)
    stages = [warehouse.month_metadata("persons", name) for name in months]
    if not all(stages):
        return {}
    input_digest = fingerprint("transitions", *(stage["fingerprint"] for stage in stages), code=(__name__,))
    build = MonthBuild(warehouse, month, (TRANSITIONS.name, ENTRANTS.name), {"fingerprint": input_digest})
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
    """Create the working tables that both results read."""
    for table in (PERSONS, PERSON_STATUS_CODES):
        query.register_months(engine, table.name, warehouse, table, months)
    for name in _STEPS:
        query.create_table(engine, HERE, name, month_values(months[1]))
