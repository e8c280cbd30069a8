"""The schedule of defects: how many of each rule the enrolments of each office get.

Belongs here: the division among offices. Not here: what a defect is (`defect`), which rows it damages (`office_rows`).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from simulator.defects.enrolment_defects import DEFECTS, needs_spare_person
from simulator.offices.file_formats import CSV
from simulator.offices.offices import Office

_PER_ROW, _MOST = 2e-5, 100  # of each rule in the nation
_CONFLICT_FILES = 6


@dataclass(frozen=True)
class PlantedDefect:
    """`count` rows of one rule in one office; `first` is the number of the first one among all of the rule in the nation."""

    rule: str
    first: int
    count: int


@dataclass
class OfficeDefects:
    """The defects in the file of one office."""

    defects: list[PlantedDefect] = field(default_factory=list)
    ragged: int = 0
    same_file_copies: int = 0
    copied_elsewhere: int = 0  # first rows of the office, which another office delivers too: never damaged
    copied_from: Office | None = None
    copies: int = 0
    conflicts: int = 0  # spare persons whose membership number another office gives to another person
    conflict_with: Office | None = None
    first_spare: int = 0  # number of the first spare person of the office


def spread(total: int, offices: Sequence[Office], start: int) -> dict[int, int]:
    """`total` evenly over the offices, by number of the office; each `start` begins at another office."""
    parts: dict[int, int] = defaultdict(int)
    for number in range(total):
        parts[offices[(start * 7 + number * len(offices) // total) % len(offices)].number] += 1
    return parts


def schedule_defects(offices: Sequence[Office], rows: int) -> dict[int, OfficeDefects]:
    """The defects of each office, by its number. Small files, spreadsheets and Parquet files get none."""
    count = min(max(1, round(rows * _PER_ROW)), _MOST)
    scheduled = {office.number: OfficeDefects() for office in offices}
    candidates = [office for office in offices if office.has_defects]
    for start, rule in enumerate(DEFECTS):
        able = [office for office in candidates if style_can_show(office, rule)]
        first = 0
        for number, part in sorted(spread(count, able, start).items()):
            scheduled[number].defects.append(PlantedDefect(rule, first, part))
            first += part
    plain = [office for office in candidates if office.suffix == CSV and not office.style.personal]
    for number, part in spread(count, plain, 3).items():
        scheduled[number].ragged = part
    for number, part in spread(count, candidates, 5).items():
        scheduled[number].same_file_copies = part
    _pair_offices(scheduled, plain, count)
    _number_spare_persons(scheduled)
    return scheduled


def style_can_show(office: Office, rule: str) -> bool:
    """Whether the style of the office can write the defect."""
    if rule == "age_plausible":  # days before 1927 have no serial number of five digits
        return office.style.dates != "serial"
    text = DEFECTS[rule].text
    has_list = office.style.programmes != "columns"
    if text and text[0] == "programmes":
        return has_list
    return not (has_list and text and text[0] in ("jkk", "jkm", "jht", "jp", "jkp"))


def _pair_offices(scheduled: dict[int, OfficeDefects], plain: Sequence[Office], count: int) -> None:
    """Plant conflicts and copies between few offices, so that the pipeline must read few files a second time."""
    files = min(_CONFLICT_FILES, len(plain) // 2 * 2)
    chosen = [plain[i * len(plain) // files] for i in range(files)]
    pairs = list(zip(chosen[::2], chosen[1::2], strict=True))
    for number, (one, other) in enumerate(pairs):
        part = count // len(pairs) + (number < count % len(pairs))
        copied, copying = scheduled[one.number], scheduled[other.number]
        copied.copied_elsewhere = copying.copies = copied.conflicts = copying.conflicts = part
        copying.copied_from = copying.conflict_with = one


def _number_spare_persons(scheduled: dict[int, OfficeDefects]) -> None:
    first = 0
    for number in sorted(scheduled):
        office = scheduled[number]
        office.first_spare = first
        extra = sum(planted.count for planted in office.defects if needs_spare_person(DEFECTS[planted.rule]))
        first += office.conflicts + office.ragged + extra
