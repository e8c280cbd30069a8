"""What became of each file: counts by rule, and the conservation of rows.

Belongs here: the record of an ingested file, its JSON form, sums over files. No value of a row ever enters it.
"""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from assets.ingest.validation import Verdict


@dataclass
class ColumnReport:
    """What a delivered column holds, in cells of the rows that have all their cells.

    `empty`: no value, or a word for nothing; `unreadable`: text that is no value of the field; `mended`: damage that was
    certain to mend. `most_frequent`: how often the most frequent text was met, at least; 0 where texts hardly repeat
    (numbers of persons and of the row), and never the text itself. `yes`: of a flag, the cells that say yes: how many hold a
    programme.
    """

    cells: int = 0
    empty: int = 0
    unreadable: int = 0
    repaired: int = 0
    most_frequent: int = 0
    yes: int = 0


COUNTS = tuple(ColumnReport.__dataclass_fields__)


@dataclass
class FileReport:
    """What became of one file. `rejected`: why the whole file was refused; `repeats`: the file it is a copy of.

    `columns`: by field, of the fields that the file has; `styles`: how its columns are written, by field or by what the
    file writes in one way (`flags`, `regions`); `ignored`: headers of columns that are no field.
    """

    name: str
    sha256: str
    bytes: int
    office_code: str = "unknown"
    rows_read: int = 0
    rows_accepted: int = 0
    rows_quarantined: int = 0
    rows_collapsed: int = 0
    rejected: str = ""
    message: str = ""
    repeats: str = ""
    rows_announced: int | None = None
    encodings: list[str] = field(default_factory=list)
    columns: dict[str, ColumnReport] = field(default_factory=dict)
    styles: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    broken: Counter[str] = field(default_factory=Counter)
    applicable: Counter[str] = field(default_factory=Counter)

    def count(self, verdict: Verdict) -> None:
        """Add what the rules found in a batch."""
        self.broken.update(verdict.counts())
        self.applicable.update(verdict.applicable)

    def is_conserved(self) -> bool:
        """Nothing lost, nothing doubled: every row read is accepted, quarantined or a collapsed duplicate."""
        return self.rows_read == self.rows_accepted + self.rows_quarantined + self.rows_collapsed

    def matches_announced_rows(self) -> bool:
        """Whether the rows read are the sender's control total, where there is one."""
        return (
            self.rows_announced is None or bool(self.rejected or self.repeats) or self.rows_announced == self.rows_read
        )

    def as_json(self) -> dict[str, Any]:
        """The report as plain values, in a fixed order."""
        values = asdict(self)
        counted = {name: dict(sorted(getattr(self, name).items())) for name in ("broken", "applicable")}
        ordered = {name: dict(sorted(values[name].items())) for name in ("columns", "styles")}
        return values | counted | ordered

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "FileReport":
        """A report as `as_json` gave it."""
        counted = {name: Counter(values[name]) for name in ("broken", "applicable")}
        # a month that an older version ingested has counts of other names: its offices are still compared
        columns = {
            name: ColumnReport(**{count: column[count] for count in COUNTS if count in column})
            for name, column in values["columns"].items()
        }
        return cls(**values | counted | {"columns": columns})


@dataclass
class MonthReport:
    """What became of an extract's delivery of a month."""

    extract: str
    month: str
    files: list[FileReport]
    missing: list[str] = field(default_factory=list)
    reused: bool = False
    missing_bytes: int = 0  # of the missing files, as announced

    def total(self, name: str) -> int:
        """Sum of a count over the files, for example rows_read."""
        return sum(getattr(file, name) for file in self.files)

    def broken(self) -> Counter[str]:
        """Rows that break each rule, over all files."""
        return sum((file.broken for file in self.files), Counter())

    def applicable(self) -> Counter[str]:
        """Rows each rule speaks of, over all files."""
        return sum((file.applicable for file in self.files), Counter())

    def rejected(self) -> list[FileReport]:
        """Files that could not be taken."""
        return [file for file in self.files if file.rejected]

    def ingested(self) -> list[FileReport]:
        """Files that were read: neither refused nor the copy of another, which may itself have been refused."""
        return [file for file in self.files if not (file.rejected or file.repeats)]

    def is_complete(self) -> bool:
        """Whether every announced file arrived and could be read."""
        return not (self.missing or self.rejected())

    def as_json(self) -> dict[str, Any]:
        """The report as plain values."""
        files = [file.as_json() for file in self.files]
        header = {"extract": self.extract, "month": self.month, "missing": self.missing}
        return header | {"missing_bytes": self.missing_bytes, "files": files}

    @classmethod
    def from_json(cls, values: dict[str, Any], *, reused: bool) -> "MonthReport":
        """A report as it was kept with the month."""
        files = [FileReport.from_json(file) for file in values["files"]]
        return cls(values["extract"], values["month"], files, values["missing"], reused, values.get("missing_bytes", 0))
