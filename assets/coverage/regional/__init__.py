"""Regional programmes: the delivered list of regulations against the month's persons and the newest survey wave.

Belongs here: what `regional_programmes` reads. Not: the contribution of a date (the list `subsidy_premiums`).
The list of regulations stands until the next one replaces it; without a wave there is no need and no adequacy.
"""

from pathlib import Path

from assets.coverage import survey
from assets.coverage.summary import InputMonths, Summary, SummaryInput, newest, this_month
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
        SummaryInput("regulations", stored_table(BY_NAME["regional_programmes"]), newest),
        SummaryInput("persons", PERSONS, this_month),
        SummaryInput("person_status_codes", PERSON_STATUS_CODES, this_month),
        survey.INPUT,
    ),
    codes=("subsidy_premiums", "payers", *survey.CODES),
    working=(*survey.STEPS, "regional_in_force", "regional_budgets", "regional_beneficiaries", "regional_vulnerable"),
    values=_values,
)
