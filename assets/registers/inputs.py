"""The inputs of each register table, and their months.

Belongs here: the declaration, which Dagster and `assets/coverage/dependence` follow. Not: how a table is built.
"""

from assets.month_selection import MONTH_AND_BEFORE, THIS_MONTH, MonthSelection
from schemas.registers import (
    ENTRANTS,
    MEMBERSHIPS,
    PERSON_ATTRIBUTE_CODES,
    PERSON_CELLS,
    PERSON_STATUS_CODES,
    PERSONS,
    PREPAYMENTS,
    TRANSITIONS,
)

_COMPARED = ((PERSONS.name, MONTH_AND_BEFORE), (PERSON_STATUS_CODES.name, MONTH_AND_BEFORE))
INPUTS: dict[str, tuple[tuple[str, MonthSelection], ...]] = {
    PERSONS.name: ((MEMBERSHIPS.name, THIS_MONTH),),
    PERSON_STATUS_CODES.name: ((MEMBERSHIPS.name, THIS_MONTH),),
    PERSON_ATTRIBUTE_CODES.name: ((MEMBERSHIPS.name, THIS_MONTH),),
    # The codes are read too. They are not named: the webserver of Dagster 1.13 refuses a backfill in which one asset of a
    # step has several parents within the step ("does not match between person_cells and ...").
    PERSON_CELLS.name: ((PERSONS.name, THIS_MONTH),),
    TRANSITIONS.name: _COMPARED,
    ENTRANTS.name: _COMPARED,
    PREPAYMENTS.name: (("contributions", THIS_MONTH),),
}
