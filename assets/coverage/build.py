"""Build the table `coverage` of a month: working tables in order, then the result.

Belongs here: the inputs of `coverage` and the order of its steps. Not here: the metrics (the SQL), other tables (`summary`).
"""

from pathlib import Path

from assets.coverage.geography import geography
from assets.coverage.sums import broken_sums
from assets.coverage.survey import assemble
from assets.engines.engine import Engine
from assets.errors import MonthRefused
from assets.provenance import fingerprint
from assets.registers.persons import month_values
from assets.warehouse import Warehouse, query
from assets.warehouse.month_build import MonthBuild
from schemas.registers import PERSON_CELLS
from schemas.summaries import COVERAGE

HERE = Path(__file__).parent


def build_coverage(warehouse: Warehouse, month: str, *, force: bool = False) -> dict[str, str | int]:
    """Build and promote `coverage` of the month; return its row count and the survey wave of its denominators.

    Without a complete wave up to the month, protected persons are still counted, with denominator_id none.
    Raises MonthRefused where parts do not add up to their total; nothing is promoted then.
    """
    sources = [name for name in warehouse.months("workforce") if name <= month]
    inputs = [warehouse.month_metadata("person_cells", month)["fingerprint"]]
    inputs += [warehouse.month_metadata("workforce", name)["fingerprint"] for name in sources]
    input_digest = fingerprint(*inputs, code=(__name__,))
    build = MonthBuild(warehouse, month, ("coverage",), {"fingerprint": input_digest})
    if known := build.known(force=force):
        return dict(known["counts"]) | {"reused": 1}
    with warehouse.sql() as engine, build.candidates() as candidates:
        wave = _prepare(engine, warehouse, month)
        frame = query.compute(engine, HERE, COVERAGE, month_values(month))
        problems = broken_sums(frame, COVERAGE)
        if problems:
            raise MonthRefused(
                f"coverage of {month}: {'; '.join(problems)}; nothing was promoted", check="parts_add_up"
            )
        counts: dict[str, str | int] = {"coverage": frame.height, "survey_wave": wave}
        candidates.write_frame(COVERAGE, frame)
        candidates.describe("coverage", {"counts": counts} | query.origin_metadata(engine, COVERAGE))
    return counts | {"reused": 0}


def _prepare(engine: Engine, warehouse: Warehouse, month: str) -> str:
    """Create the views and working tables that the SQL reads; return the survey wave in use, empty without one."""
    query.register_months(engine, "person_cells", warehouse, PERSON_CELLS, [month])
    wave = assemble(engine, warehouse, month)
    query.register_code_lists(engine, "segments", "programmes")
    engine.register_frame("geography", geography())
    for name in ("population", "denominators", "numerators"):
        query.create_table(engine, HERE, name, month_values(month))
    return wave.isoformat() if wave else ""
