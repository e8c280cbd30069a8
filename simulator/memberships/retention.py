"""The truth about retention: of those who entered in a month, how many are protected so many months later.

Belongs here: cohorts by segment and payer at entry, counted from the windows. Does not belong here: flows.
"""

from simulator.memberships.membership_rows import OWN_PAYERS
from simulator.months import month_text
from simulator.population.absences import BASE, HERE, PERIODS, continuing, everybody, follows_budget, in_state
from simulator.population.history import Movement, movement
from simulator.population.residues import Class, both, class_of
from simulator.population.row_plan import SEGMENT_OF

LONGEST = 24  # months after entry


def payers(stream: str) -> dict[str, Class]:
    """The class of turns of each payer."""
    period = PERIODS[stream]
    if stream == "BPU":
        by_turn = [OWN_PAYERS[turn % len(OWN_PAYERS)] for turn in range(period)]
    elif stream == "subsidised":
        by_turn = ["village_fund" if turn % 10 == 9 else "regional_government" for turn in range(period)]
    else:
        return {"self" if stream == "PMI" else "employer": everybody(stream)}
    return {
        payer: class_of(period, (turn for turn in range(period) if by_turn[turn] == payer)) for payer in set(by_turn)
    }


def retention(month: int, scale: float, seed: int) -> list[dict[str, object]]:
    """One entry a cohort, segment and payer with entrants: those of the last 24 months, from 2024-01 on."""
    if month <= BASE:
        return []
    moved = movement(month, scale, seed)
    found: list[dict[str, object]] = []
    for cohort in range(max(BASE + 1, month - LONGEST), month + 1):
        for stream in moved.streams:
            for payer, of in sorted(payers(stream).items()):
                entrants, retained = _counted(moved, stream, cohort, month, of)
                if entrants:
                    found.append({
                        "cohort_month": month_text(cohort), "segment": SEGMENT_OF[stream],
                        "payer": payer, "months_since_entry": month - cohort, "entrants": entrants, "retained": retained,
                    })  # fmt: skip
    return found


def _counted(moved: Movement, stream: str, cohort: int, month: int, of: Class) -> tuple[int, int]:
    window = moved.streams[stream]
    entrants = retained = 0
    for place, (first, last) in enumerate(zip(window.high[cohort - 1], window.high[cohort], strict=True)):
        if first == last:
            continue
        entrants += of.count(first, last, place)
        there = in_state(stream, month, cohort, HERE, by_budget=follows_budget(place))
        low = window.low[month][place]
        retained += both(there, of).count(max(first, low), last, place)
        if stream == "PU":
            retained += continuing().count(max(first, moved.kept_from[month][place]), min(last, low), place)
    return entrants, retained
