"""Groups of a month's files, and taking one group ahead of the month.

Belongs here: which file is in which group, and taking them one by one. Not: where they are kept (`taken`), who runs it.
"""

import heapq
from dataclasses import dataclass
from pathlib import Path

from assets.errors import CakupanError
from assets.ingest.delivery import EXTRACTS, DeliveredFile, Delivery
from assets.ingest.identity import PersonKey
from assets.ingest.month import stands
from assets.ingest.taken import Taken
from assets.ingest.unread import unread
from assets.ingest.workers import Assignment, taking
from assets.warehouse import Warehouse
from schemas.extracts import BY_NAME


@dataclass
class Volume:
    """What a run did: files it took, files taken before, files it refused (the month's run says why), rows it read."""

    files: int = 0
    files_known: int = 0
    files_rejected: int = 0
    rows_read: int = 0


def groups(delivery: Delivery, count: int) -> list[list[DeliveredFile]]:
    """The files to be read, in groups of much the same size: the largest first, each to the lightest group so far.

    The delivery alone decides, so every worker finds the same groups. Files of all extracts are dealt together.
    """
    files = [file for name in EXTRACTS for file in _read(delivery, name)]
    dealt: list[list[DeliveredFile]] = [[] for _ in range(count)]
    lightest = [(0, place) for place in range(count)]
    for file in sorted(files, key=lambda file: (-file.bytes, file.name)):
        size, place = heapq.heappop(lightest)
        dealt[place].append(file)
        heapq.heappush(lightest, (size + file.bytes, place))
    return dealt


def take_group(delivery: Delivery, warehouse: Warehouse, key: PersonKey, root: Path, group: int, count: int) -> Volume:
    """Take the files of group number `group` of `count` (from 0) that nobody took yet, into `root`.

    Extracts whose month stands already are left alone. Several runs may take the same group: each file is kept once.
    """
    volume = Volume()
    mine = groups(delivery, count)[group]
    for extract in sorted({file.extract for file in mine}):
        table, taken = BY_NAME[extract], Taken(root, extract, delivery, key)
        files = [file for file in mine if file.extract == extract]
        if not stands(table, delivery, warehouse, key):
            try:
                _take(taken, files, delivery, volume)
            except (OSError, CakupanError):
                if not stands(table, delivery, warehouse, key):
                    raise
        if stands(table, delivery, warehouse, key):  # ingested before, or meanwhile: what was taken serves nobody
            taken.clear()
    return volume


def _take(taken: Taken, files: list[DeliveredFile], delivery: Delivery, volume: Volume) -> None:
    left = [file for file in files if not taken.has(file)]
    volume.files_known += len(files) - len(left)
    with taken.candidate() as (accepted, quarantine):
        to = Assignment(taken.extract, delivery.month, str(accepted), str(quarantine), delivery.synthetic)
        with taking(to, tuple(left), workers=1) as take:
            for place, file in enumerate(left):
                digest = taken.digest(file)  # as it is before it is read
                report = take(place, file)
                volume.rows_read += report.rows_read
                if report.rejected:
                    volume.files_rejected += 1
                else:
                    taken.keep(digest, report, place, accepted, quarantine)
                    volume.files += 1


def _read(delivery: Delivery, extract: str) -> list[DeliveredFile]:
    left_out = unread(delivery, extract)
    return [file for file in delivery.of(extract) if file.name not in left_out]
