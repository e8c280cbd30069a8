"""Regional programmes: the delivered regulations beside the persons of the month and the newest survey wave.

Belongs here: the inputs of `regional_programmes`. Not here: the contribution at a date (the list `subsidy_premiums`).
A list of regulations is valid until the next one replaces it. Without a survey wave, need and adequacy are unknown.
"""

from pathlib import Path

from assets.coverage import survey
from assets.coverage.summary import InputMonths, Summary, SummaryInput
from assets.month_selection import NEWEST, THIS_MONTH
from assets.warehouse import query
from schemas.extracts.catalogue import BY_NAME, stored_table
from schemas.months import first_day
from schemas.registers import PERSON_STATUS_CODES, PERSONS
from schemas.summaries.regional import REGIONAL_PROGRAMMES_SUMMARY


def _values(month: str, input_months: InputMonths) -> dict[str, query.Parameter]:
    return {"delivered_month": first_day(input_months["regulations"][-1])}


REGIONAL = Summary(
    REGIONAL_PROGRAMMES_SUMMARY,
    Path(__file__).parent,
    inputs=(
        SummaryInput("regulations", stored_table(BY_NAME["regional_programmes"]), NEWEST),
        SummaryInput("persons", PERSONS, THIS_MONTH),
        SummaryInput("person_status_codes", PERSON_STATUS_CODES, THIS_MONTH),
        survey.INPUT,
    ),
    codes=("subsidy_premiums", "payers", *survey.CODES),
    working=(*survey.STEPS, "regional_in_force", "regional_budgets", "regional_beneficiaries", "regional_vulnerable"),
    values=_values,
)
