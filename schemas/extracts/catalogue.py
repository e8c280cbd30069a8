"""All extracts, and the table in which each is stored.

Belongs here: the list of extracts, which of them are optional, and the names of their stored tables. Not here: any field.
"""

from functools import cache

from schemas.extracts.contributions import CONTRIBUTIONS
from schemas.extracts.employers import EMPLOYERS
from schemas.extracts.enrolments import ENROLMENTS
from schemas.extracts.kur_debtors import KUR_DEBTORS
from schemas.extracts.outreach import OUTREACH_ACTIVITIES
from schemas.extracts.regional_programmes import REGIONAL_PROGRAMMES
from schemas.extracts.targets import TARGETS
from schemas.extracts.workforce import WORKFORCE
from schemas.registers import LINEAGE, LOANS, MEMBERSHIPS, MONTH, PAYMENTS
from schemas.tables import Kind, Table

EXTRACTS = (
    ENROLMENTS,
    EMPLOYERS,
    WORKFORCE,
    CONTRIBUTIONS,
    KUR_DEBTORS,
    REGIONAL_PROGRAMMES,
    OUTREACH_ACTIVITIES,
    TARGETS,
)
BY_NAME = {table.name: table for table in EXTRACTS}
OPTIONAL = frozenset(table.name for table in EXTRACTS[3:])  # without one, its summaries are not available
_PSEUDONYMISED = {"enrolments": MEMBERSHIPS, "contributions": PAYMENTS, "kur_debtors": LOANS}
_RENAMED = {"regional_programmes": "regional_regulations", "outreach": "outreach_activities"}  # a summary has that name


@cache
def stored_table(table: Table) -> Table:
    """The stored table of an extract: month, its fields (without lists, which fill other fields), lineage."""
    if table.name in _PSEUDONYMISED:
        return _PSEUDONYMISED[table.name]
    kept = tuple(field for field in table.fields if field.kind is not Kind.LIST)
    name = _RENAMED.get(table.name, table.name)
    return Table(name, table.description, table.grain, (MONTH, *kept, *LINEAGE), table.key, table.rules, table.extract)
