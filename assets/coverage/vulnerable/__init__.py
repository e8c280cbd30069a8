"""Vulnerable workers: the potential of the survey, the protected in the register, and who pays for them.

Belongs here: the inputs of `vulnerable_workers`. Not here: who counts as vulnerable (`vulnerable_workers_cells.sql`), which survey
wave is used (`assets.coverage.survey`, the same for every table).
Without a survey the potential is empty; without the month before, the numbers of persons who became unpaid, left or are new are.
"""

from pathlib import Path

from assets.coverage import survey
from assets.coverage.regional import REGIONAL
from assets.coverage.summary import InputMonths, Summary, SummaryInput
from assets.month_selection import THIS_MONTH
from assets.warehouse import query
from schemas.registers import PERSON_STATUS_CODES, PERSONS, TRANSITIONS
from schemas.summaries.vulnerable import VULNERABLE_WORKERS


def _values(month: str, input_months: InputMonths) -> dict[str, query.Parameter]:
    return {"is_compared": bool(input_months["transitions"])}


VULNERABLE = Summary(
    VULNERABLE_WORKERS,
    Path(__file__).parent,
    inputs=(
        SummaryInput("persons", PERSONS, THIS_MONTH),
        SummaryInput("person_status_codes", PERSON_STATUS_CODES, THIS_MONTH),
        SummaryInput("transitions", TRANSITIONS, THIS_MONTH, is_required=False),
        survey.INPUT,
    ),
    codes=survey.CODES,
    working=(
        *survey.STEPS,
        ("regional_vulnerable", REGIONAL.folder),
        "vulnerable_workers_cells",
        "vulnerable_workers_potential",
    ),
    values=_values,
)
