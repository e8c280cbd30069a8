"""Who of a stream is out in a month: pauses, lapses and moves as classes of a person's turn.

Belongs here: the classes, and counting them in a run of numbers without drawing up anybody. Does not belong here: how
far the numbers have moved on (`windows`).
A person's turn is the number plus a phase of the place, modulo the period of the stream. What happens in a month depends
on the turn and the month of entry alone, so that the persons of any run of numbers are counted by division.
"""

from functools import cache

from simulator.months import month_index
from simulator.population.calibration import HISTORY_BEGINS
from simulator.population.residues import Class, class_of

BASE = month_index(HISTORY_BEGINS)  # up to this month nobody comes, goes, pauses or moves
PERIODS = {"PU": 300, "JAKON": 320, "BPU": 320, "PMI": 320, "subsidised": 480}
HERE, ENDED, GONE = 0, 8, 9  # states of a person; 1 to 3: out, for so many months
_PAUSE_FROM, _PAUSE_UPTO = 10, 100  # turns of wage earners who pause at all: apart from those with two memberships
_WAGE_EARNERS, _OWN_ACCOUNT = 30, 40  # months from one pause of a person to the next
BATCHES = 12  # of a budget year's subsidised, two twelfths lapse, half of them for good


def follows_budget(place: int) -> bool:
    """Whether the place's subsidies are paid for the budget year and lapse with it."""
    return place % 2 == 0


@cache
def states(stream: str, month: int, cohort: int, *, by_budget: bool) -> tuple[int, ...]:
    """The state of each turn in the month, for persons who entered in the month `cohort`."""
    turns = range(PERIODS[stream])
    if stream == "subsidised" and by_budget:
        return tuple(_lapsed(turn, month, cohort) for turn in turns)
    begun = [month - late for late in (0, 1)]
    counted = [(late + 1, start) for late, start in enumerate(begun) if max(BASE, cohort) < start]
    return tuple(next((out for out, start in counted if _pauses(stream, turn, start)), HERE) for turn in turns)


def _pauses(stream: str, turn: int, begun: int) -> bool:
    """Whether a pause of two months begins in the month; of own-account workers, those who pay month by month pause."""
    if stream == "BPU":
        return turn % 8 < 3 and turn // 8 == begun % _OWN_ACCOUNT
    able = stream == "PU" and _PAUSE_FROM <= turn < _PAUSE_UPTO
    return able and (turn - _PAUSE_FROM) // 3 == begun % _WAGE_EARNERS


def _lapsed(turn: int, month: int, cohort: int) -> int:
    """With each budget year since entry, two batches are unpaid until March; one of them comes back in April."""
    for year in range((BASE + 1) // 12, month // 12 + 1):
        january, batch = year * 12, turn % BATCHES - year * 2 % BATCHES
        if cohort < january and batch in (0, 1):
            if month < january + 3:
                return month - january + 1
            if batch == 1:
                return GONE
    return HERE


@cache
def in_state(stream: str, month: int, cohort: int, state: int, *, by_budget: bool) -> Class:
    """The class of turns in a state."""
    found = states(stream, month, cohort, by_budget=by_budget)
    return class_of(PERIODS[stream], (turn for turn, known in enumerate(found) if known == state))


def cohort_ends(stream: str, month: int) -> list[int]:
    """Months of entry, ascending, after which the states of the month differ; the last is the month itself."""
    ends = {month - 1, month}
    if stream in ("PU", "BPU"):
        ends.add(month - 2)
    if stream == "subsidised":
        ends |= {year * 12 - 1 for year in range((BASE + 1) // 12, month // 12 + 1)}
    return sorted(end for end in ends if end >= BASE) or [month]


@cache
def everybody(stream: str) -> Class:
    """All turns."""
    return class_of(PERIODS[stream], range(PERIODS[stream]))


@cache
def continuing() -> Class:
    """Wage earners who go on as own-account members when they leave; every hundredth was one already."""
    return class_of(PERIODS["PU"], (turn for turn in range(PERIODS["PU"]) if turn % 100 < 3))


@cache
def reported_end() -> Class:
    """Wage earners whose employer reports the end of the membership, once."""
    return class_of(PERIODS["PU"], (turn for turn in range(PERIODS["PU"]) if 4 <= turn % 10 < 8))


@cache
def moving(stream: str, month: int) -> Class:
    """Persons who live in another province from this month on; the turns half a period away from the first."""
    period = PERIODS[stream]
    turns = {(month - BASE - 1 + period // 2) % period} if BASE < month <= BASE + period else set()
    return class_of(period, turns)
