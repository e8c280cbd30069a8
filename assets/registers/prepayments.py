"""Build the register of prepayments: the payments of a month that later months need.

Belongs here: building and promoting it. Not here: amounts due (`assets/coverage/compliance`). Person-level, never released.
A month without a delivery of payments has an empty register, marked in its metadata: it does not count as a month of history.
"""

from pathlib import Path

from assets.provenance import fingerprint
from assets.registers.persons import month_values
from assets.warehouse import MonthMetadata, Warehouse, query
from assets.warehouse.month_build import MonthBuild
from schemas.registers import PAYMENTS, PREPAYMENTS

HERE = Path(__file__).parent


def build_prepayments(warehouse: Warehouse, month: str, *, force: bool = False) -> dict[str, int]:
    """Build and promote `prepayments` of the month; return its row count."""
    source = warehouse.month_metadata(PAYMENTS.name, month)
    input_digest = fingerprint("prepayments", source.get("fingerprint", ""), code=(__name__,))
    build = MonthBuild(warehouse, month, (PREPAYMENTS.name,), {"fingerprint": input_digest})
    if known := build.known(force=force):
        return dict(known["counts"]) | {"reused": 1}
    delivered = [month] if month in warehouse.months(PAYMENTS.name) else []
    with warehouse.sql() as engine, build.candidates() as candidates:
        query.register_months(engine, "contributions", warehouse, PAYMENTS, delivered)
        counts = {"prepayments": candidates.write_sql(engine, HERE, PREPAYMENTS, month_values(month))}
        candidates.describe(PREPAYMENTS.name, {"counts": counts} | _delivery(source, delivered))
    return counts | {"reused": 0}


def _delivery(source: MonthMetadata, delivered: list[str]) -> dict[str, object]:
    """The report of the delivery, copied from the payments; a report without files where nothing was delivered."""
    if not delivered:
        return {"report": {"files": []}}
    return {"report": source["report"]} if "report" in source else {}
