"""Planted damage that a small file has no row for goes to the next file that has one.

Belongs here: the one kind of row that few files may lack. Not: which office gets what at first (`schedule`), and the damage
itself (`planting`). A nation whose files all hold what they are to hold stays as it was, to the byte.
"""

from collections.abc import Sequence

from simulator.defects.defect_schedule import Planted, can_show
from simulator.defects.enrolment_defects import DEFECTS
from simulator.defects.office_rows import Nation, free_rows
from simulator.offices.offices import Office

_RARE = ("leading_zero", "employer_zero")  # few numbers begin with a zero
_SURE = 20_000  # rows of a file from which it has some, for certain


def place_rare(nation: Nation, offices: Sequence[Office]) -> None:
    """Move what an office cannot hold, within the loads of the nation. Raises ValueError where no file can hold it."""
    able = [office for office in offices if office.takes_defects]
    for place, office in enumerate(able):
        for planted in _rare(nation, office):
            if not _holds(nation, office, planted):
                after = [*able[place + 1 :], *able[:place]]
                _move(nation, planted, office, after)


def _rare(nation: Nation, office: Office) -> list[Planted]:
    return [planted for planted in nation.loads[office.number].defects if DEFECTS[planted.rule].victim in _RARE]


def _holds(nation: Nation, office: Office, planted: Planted) -> bool:
    return office.rows >= _SURE or len(free_rows(office, nation, DEFECTS[planted.rule].victim)) >= planted.count


def _move(nation: Nation, planted: Planted, office: Office, others: Sequence[Office]) -> None:
    for other in others:
        held = {DEFECTS[other_one.rule].victim for other_one in _rare(nation, other)}
        if (
            DEFECTS[planted.rule].victim not in held
            and can_show(other, planted.rule)
            and _holds(nation, other, planted)
        ):
            nation.loads[office.number].defects.remove(planted)
            nation.loads[other.number].defects.append(planted)
            return
    raise ValueError(
        f"no file has {planted.count} rows of kind {DEFECTS[planted.rule].victim} to be damaged as {planted.rule}"
    )
