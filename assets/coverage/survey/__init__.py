"""The survey behind every ratio: one complete wave, assembled in the same way for all tables.

Belongs here: the steps from deliveries of `workforce` to the cells of one wave (`STEPS`, for `coverage`, `regional_programmes` and
`vulnerable_workers`). Not here: rules of single rows (`schemas.extracts.workforce`), the limits (the list `survey_limits`),
problems of a wave (`findings`).
"""

from datetime import date
from pathlib import Path

from assets.coverage.summary import SummaryInput
from assets.engines.engine import Engine
from assets.month_selection import UP_TO_MONTH
from assets.registers.persons import month_values
from assets.warehouse import Warehouse, query
from schemas.extracts.catalogue import stored_table
from schemas.extracts.workforce import WORKFORCE

HERE = Path(__file__).parent
INPUT = SummaryInput("workforce", stored_table(WORKFORCE), UP_TO_MONTH, is_required=False)
CODES = ("employment_statuses", "provinces", "regencies", "survey_limits")
STEPS = tuple((name, HERE) for name in ("survey_delivered", "survey_provinces", "survey_waves", "survey_cells"))


def assemble(engine: Engine, warehouse: Warehouse, month: str) -> date | None:
    """Register the inputs of `STEPS`, run them, and return the wave in use; None where no wave is complete."""
    query.register_months(
        engine, INPUT.name, warehouse, INPUT.table, INPUT.select_months(warehouse.months(INPUT.name), month)
    )
    query.register_code_lists(engine, *CODES)
    for name, folder in STEPS:
        query.create_table(engine, folder, name, month_values(month))
    used = engine.query("SELECT survey_wave FROM survey_waves WHERE is_used")["survey_wave"]
    return used.item() if len(used) else None
