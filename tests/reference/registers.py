"""The registers, computed independently: the status of a membership, one row per person, and entries and exits between two months.

Source: docs/method.md (who is protected, one row per person), list protected_rule; docs/questions.md (flows).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tests.reference.codes import SEGMENT_RANK, listed
from tests.reference.rows import Membership, Nation, index, last_day, shift

PROGRAMMES = ("jkk", "jkm", "jht", "jp", "jkp")
RULES = {line["segment"]: line for line in listed("protected_rule")}
BEST_FIRST = ("protected", "grace", "lapsed", "ended")


def status(held: Membership, month: date) -> str:
    """Ended comes first; then the payments, or for projects and contracts abroad the interval alone."""
    if held.end_date is not None and held.end_date <= last_day(month):
        return "ended"
    rule = RULES[held.segment]
    if rule["basis"] == "interval":
        return "protected"
    if held.paid_through is None:
        return "lapsed"
    behind = index(month) - index(held.paid_through)
    if behind <= int(rule["protected_arrears_months"]):
        return "protected"
    return "grace" if behind <= int(rule["grace_arrears_months"]) else "lapsed"


def dormant_months(held: Membership, month: date) -> int:
    """Months since the last month at whose end the membership was protected; 0: it is now. Found by going back month by month."""
    back = 0
    while status(held, shift(month, -back)) != "protected":
        back += 1
    return back


def age_band(birth: date, month: date) -> str:
    """A person is of an age from the month of the birthday."""
    years = (index(month) - index(birth)) // 12
    return next(line["code"] for line in listed("age_bands") if int(line["from_age"]) <= years <= int(line["to_age"]))


@dataclass(frozen=True)
class Person:
    """The state of a person at the end of a month: the primary membership, and the programmes of all protected ones."""

    primary: Membership
    status: str
    programmes: frozenset[str]
    memberships: int
    is_dual: bool
    dormant_months: int

    @property
    def home(self) -> str:
        return self.primary.home_region or "0000"

    @property
    def is_protected(self) -> bool:
        return self.status == "protected"


def persons(memberships: Iterable[Membership], month: date) -> dict[int, Person]:
    """One person for each person_id among the memberships of the month."""
    of_person: dict[int, list[Membership]] = defaultdict(list)
    for held in memberships:
        of_person[held.person_id].append(held)
    return {number: _person(held, month) for number, held in of_person.items()}


def _person(held: list[Membership], month: date) -> Person:
    primary = min(
        held,
        key=lambda m: (
            BEST_FIRST.index(status(m, month)), SEGMENT_RANK[m.segment], m.start_date, m.membership_key
        ),
    )  # fmt: skip
    protected = [m for m in held if status(m, month) == "protected"]
    united = frozenset(name for name in PROGRAMMES for m in protected if getattr(m, name))
    is_dual = len({m.segment for m in protected}) > 1
    months = min(dormant_months(m, month) for m in held)
    return Person(primary, status(primary, month), united, len(protected), is_dual, months)


@dataclass(frozen=True)
class Change:
    """A person protected at the end of the month before, of the month, or of both."""

    kind: str
    before: Person | None
    now: Person | None

    @property
    def was(self) -> bool:
        return self.before is not None and self.before.is_protected

    @property
    def is_now(self) -> bool:
        return self.now is not None and self.now.is_protected

    @property
    def is_restated(self) -> bool:
        """Whether a change of residence does not count as a move, because it was not declared in both months."""
        return not all(end and end.primary.home_basis == "declared" for end in (self.before, self.now))


def changes(nation: Nation, month: date) -> list[Change] | None:
    """Entries and exits; None if the previous month was not run."""
    earlier = shift(month, -1)
    if not {earlier, month} <= set(nation.run):
        return None
    before, now = (persons(nation.members(end), end) for end in (earlier, month))
    met = [(before.get(number), now[number]) for number in now if number in before]
    left = {before[number].primary.membership_key: before[number] for number in before if number not in now}
    for number in now:  # a NIK that was damaged or corrected: the membership number identifies the person
        if number not in before:
            met.append((left.pop(now[number].primary.membership_key, None), now[number]))
    pairs: list[tuple[Person | None, Person | None]] = [*met, *((gone, None) for gone in left.values())]
    compared = (Change(_kind(b, n, month), b, n) for b, n in pairs)
    return [change for change in compared if change.was or change.is_now]


def _kind(before: Person | None, now: Person | None, month: date) -> str:
    if now is None:
        return "left_absent"
    if now.is_protected:
        if before is not None:
            return "stayed" if before.is_protected else "re_entered"
        return "entered" if now.primary.start_date >= month else "re_entered"
    return "left_ended" if now.status == "ended" else "became_unpaid"
