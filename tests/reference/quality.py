"""The table `data_quality`, computed independently, from the result of each row. Source: the fields of the table, docs/deliveries.md.

Rules that only count rows (characterization) leave no mark on a row, and the number of rows that a rule applies to depends on the rule: the reference does not check these.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from tests.reference.rows import Row

VOLUMES = ("rows_read", "rows_accepted", "rows_quarantined", "rows_collapsed", "files_rejected", "files_repeated")


@dataclass(frozen=True)
class File:
    """The rows of an office, and the rules that they break, one text of names per row."""

    extract: str
    office: str
    rows_read: int = 0
    accepted: tuple[str, ...] = ()
    quarantined: tuple[str, ...] = ()
    is_rejected: bool = False
    is_repeated: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """A file that is refused or a copy of another counts as a file, and none of its rows does."""
        counts = (self.rows_read, len(self.accepted), len(self.quarantined))
        rows = dict(zip(VOLUMES, (*counts, counts[0] - counts[1] - counts[2]), strict=False))
        return rows | {"files_rejected": int(self.is_rejected), "files_repeated": int(self.is_repeated)}


def volumes(files: list[File], month: date) -> list[Row]:
    """Rows of severity volume: of an office and extract, what came and what became of it."""
    found: dict[tuple[str, str], list[File]] = defaultdict(list)
    for file in files:
        found[file.extract, file.office].append(file)
    return [
        {
            "month": month,
            "extract": extract, "office_code": office, "rule": name, "severity": "volume", "status": "passed",
            "applicable_rows": len(of) if name.startswith("files") else sum(file.rows_read for file in of),
            "broken_rows": sum(file.counts[name] for file in of),
        }
        for (extract, office), of in found.items()
        for name in VOLUMES
    ]  # fmt: skip


def rules_broken(files: list[File]) -> dict[tuple[str, str, str], int]:
    """Extract, office and rule → rows that break it; a rule that no row breaks is not there."""
    return dict(Counter(
        (file.extract, file.office, rule)
        for file in files for rules in (*file.accepted, *file.quarantined) for rule in rules.split()
    ))  # fmt: skip
