"""KUR: debtors of people's business credit against the month's memberships.

Belongs here: what `kur_linkage` reads. Not: who is obliged (the list `kur_obligations`) and when somebody is protected
(the list `protected_rule`, through the view that the register of persons is made with).
The memberships say all that is asked of a debtor, so the month is scanned once: whoever has one is in the register, and
protected as BPU is seen although the primary segment is another.
"""

from pathlib import Path

from assets.coverage.summary import InputMonths, Summary, SummaryInput, newest, this_month
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
        SummaryInput("loans", LOANS, newest),
        SummaryInput("persons", PERSONS, this_month),  # for its checks: no two persons share an identity
        SummaryInput("memberships", MEMBERSHIPS, this_month),
    ),
    codes=("kur_obligations", "protected_rule", "segments"),
    working=(MEMBERSHIP_STATUS, "kur_debtor_rows"),
    views=("membership_status",),
    values=_values,
)
