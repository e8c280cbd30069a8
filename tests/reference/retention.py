"""The table `retention`, computed independently. Source: docs/questions.md (retention), the fields of the table."""

from collections import defaultdict
from datetime import date

from tests.reference.codes import available, groups, ratio
from tests.reference.registers import Person, changes, persons
from tests.reference.rows import Nation, Row, index

MONTHS_FOLLOWED = 24


def retention(nation: Nation, month: date) -> list[Row]:
    now = persons(nation.members(month), month)
    by_membership = {person.primary.membership_key: person for person in now.values()}
    rows: dict[tuple[date, str, str], list[bool]] = defaultdict(list)
    for cohort in nation.run:
        if 0 <= index(month) - index(cohort) <= MONTHS_FOLLOWED:
            entered = (change.now for change in changes(nation, cohort) or [] if change.kind == "entered")
            for person in filter(None, entered):
                kept = _kept(person, now, by_membership)
                for segment in {*groups(person.primary.segment)} - {"formal", "informal"}:
                    for payer in (person.primary.payer or "not_stated", "all"):
                        rows[cohort, segment, payer].append(kept)
    return [
        available(
            month=month, cohort_month=cohort, segment=segment, payer=payer,
            months_since_entry=index(month) - index(cohort), entrants_persons=len(kept), retained_persons=sum(kept),
            retained_ratio=ratio(sum(kept), len(kept)),
        )
        for (cohort, segment, payer), kept in rows.items()
    ]  # fmt: skip


def _kept(entrant: Person, now: dict[int, Person], by_membership: dict[int, Person]) -> bool:
    """Protected in whatever segment; found by the person, else by the membership: a corrected NIK is not an exit."""
    found = now.get(entrant.primary.person_id) or by_membership.get(entrant.primary.membership_key)
    return found is not None and found.is_protected
