"""Which office gets which planted defects, and how many.

Belongs here: shares of the nation's planted rows. Does not belong here: what a defect does (`defects`).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from simulator.defects.enrolment_defects import DEFECTS, is_spare
from simulator.offices.file_formats import CSV
from simulator.offices.offices import Office

_PER_ROW = 2e-5
_AT_MOST = 100  # of each rule in the nation
_CONFLICT_FILES = 6


@dataclass(frozen=True)
class Planted:
    """`count` rows of one rule in one office; `first`: their numbers among all of the rule in the nation."""

    rule: str
    first: int
    count: int


@dataclass
class Load:
    """What is planted in one office's file, beside its own rows."""

    defects: list[Planted] = field(default_factory=list)
    ragged: int = 0
    same_file_copies: int = 0
    lent: int = 0  # rows that another office delivers a second time: never damaged
    copied_from: Office | None = None
    copies: int = 0
    conflicts: int = 0  # spare persons whose membership number another office gives to somebody else
    conflict_with: Office | None = None
    spare: int = 0  # number of the first spare person of the office


def spread(total: int, offices: Sequence[Office], turn: int) -> dict[int, int]:
    """Office number → its part of `total`, evenly, beginning at another office for every `turn`."""
    parts: dict[int, int] = defaultdict(int)
    for number in range(total):
        parts[offices[(turn * 7 + number * len(offices) // total) % len(offices)].number] += 1
    return parts


def schedule(offices: Sequence[Office], rows: int) -> dict[int, Load]:
    """Office number → its load; small, spreadsheet and Parquet files get none."""
    planted = min(max(1, round(rows * _PER_ROW)), _AT_MOST)
    loads = {office.number: Load() for office in offices}
    able = [office for office in offices if office.takes_defects]
    for turn, rule in enumerate(DEFECTS):
        _plant(loads, rule, planted, [office for office in able if can_show(office, rule)], turn)
    plain = [office for office in able if office.ending == CSV and not office.style.personal]
    for number, count in spread(planted, plain, 3).items():
        loads[number].ragged = count
    for number, count in spread(planted, able, 5).items():
        loads[number].same_file_copies = count
    _pair(loads, plain, planted)
    _number_spares(loads)
    return loads


def can_show(office: Office, rule: str) -> bool:
    """Whether the style can: programmes stand in a list or in columns; no early day has a serial of five digits."""
    if rule == "age_plausible":
        return office.style.dates != "serial"
    text = DEFECTS[rule].text
    listed = office.style.programmes != "columns"
    if text and text[0] == "programmes":
        return listed
    return not (listed and text and text[0] in ("jkk", "jkm", "jht", "jp", "jkp"))


def _plant(loads: dict[int, Load], rule: str, planted: int, able: Sequence[Office], turn: int) -> None:
    first = 0
    for number, count in sorted(spread(planted, able, turn).items()):
        loads[number].defects.append(Planted(rule, first, count))
        first += count


def _pair(loads: dict[int, Load], plain: Sequence[Office], planted: int) -> None:
    """Contradictions and second deliveries between few offices, so that few files have to be read again."""
    count = min(_CONFLICT_FILES, len(plain) // 2 * 2)
    chosen = [plain[i * len(plain) // count] for i in range(count)]
    pairs = list(zip(chosen[::2], chosen[1::2], strict=True))
    for turn, (one, other) in enumerate(pairs):
        part = planted // len(pairs) + (turn < planted % len(pairs))
        lender, borrower = loads[one.number], loads[other.number]
        lender.lent = borrower.copies = lender.conflicts = borrower.conflicts = part
        borrower.copied_from = borrower.conflict_with = one


def _number_spares(loads: dict[int, Load]) -> None:
    following = 0
    for number in sorted(loads):
        load = loads[number]
        load.spare = following
        following += load.conflicts + load.ragged + sum(p.count for p in load.defects if is_spare(DEFECTS[p.rule]))
