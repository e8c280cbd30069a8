"""KUR: debtors of people's business credit, linked to the memberships of the month.

Belongs here: the inputs of `kur_linkage`. Not here: who is obliged (the list `kur_obligations`), who is protected (the list
`protected_rule`, through the same view as for the register of persons).
The SQL reads memberships, not persons: a person is protected as BPU even where the primary segment is another one.
"""

from pathlib import Path

from assets.coverage.summary import InputMonths, Summary, SummaryInput
from assets.month_selection import NEWEST, THIS_MONTH
from assets.registers.persons import MEMBERSHIP_STATUS
from assets.warehouse import query
from schemas.months import first_day
from schemas.registers import LOANS, MEMBERSHIPS, PERSONS
from schemas.summaries.kur import KUR_LINKAGE


def _values(month: str, input_months: InputMonths) -> dict[str, query.Parameter]:
    return {"delivered_month": first_day(input_months["loans"][-1])}


KUR = Summary(
    KUR_LINKAGE,
    Path(__file__).parent,
    inputs=(
        SummaryInput("loans", LOANS, NEWEST),
        SummaryInput(
            "persons", PERSONS, THIS_MONTH
        ),  # not read by the SQL: its checks guarantee one person per person_id
        SummaryInput("memberships", MEMBERSHIPS, THIS_MONTH),
    ),
    codes=("kur_obligations", "protected_rule", "segments"),
    working=(MEMBERSHIP_STATUS, "kur_debtor_rows"),
    views=("membership_status",),
    values=_values,
)
