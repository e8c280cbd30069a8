"""Reports of ingested files and months: counts by rule and column, and the conservation of rows.

Belongs here: the report of a file, its JSON form, sums over files. A report never contains a value of a row.
"""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from assets.errors import FileRejected
from assets.ingest.validation import Verdict


@dataclass
class ColumnReport:
    """Counts of the cells of a delivered column, without broken lines.

    `empty`: no text, or one that means no value; `unreadable`: the text is not a value of the field; `repaired`: damage that
    could be repaired with certainty. `most_frequent`: a lower bound for the count of the most frequent text; 0 where texts
    hardly repeat (identifiers), and never the text itself. `yes`: the true cells of a flag, for example of a programme.
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
    """The report of one file.

    `rejected`: the reason code of a rejected file; `message` and `message_id`: the reason in English and in Bahasa Indonesia
    (empty in a month that an older version ingested); `repeats`: the file of which it is a copy.
    `columns`: by field of the file; `styles`: the styles of its columns, by field, or `regions` for all of them together;
    `ignored`: headers of columns that are not fields.
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
    message_id: str = ""
    repeats: str = ""
    rows_announced: int | None = None
    encodings: list[str] = field(default_factory=list)
    columns: dict[str, ColumnReport] = field(default_factory=dict)
    styles: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    broken: Counter[str] = field(default_factory=Counter)
    applicable: Counter[str] = field(default_factory=Counter)

    def count(self, verdict: Verdict) -> None:
        """Add the counts of a batch by rule."""
        self.broken.update(verdict.counts())
        self.applicable.update(verdict.applicable)

    def reject(self, refused: FileRejected) -> None:
        """Record why the file is rejected."""
        self.rejected, self.message, self.message_id = refused.reason, refused.text.en, refused.text.id

    def is_conserved(self) -> bool:
        """Whether every row read is accepted, quarantined or a collapsed duplicate, exactly once."""
        return self.rows_read == self.rows_accepted + self.rows_quarantined + self.rows_collapsed

    def matches_announced_rows(self) -> bool:
        """Whether the number of rows read equals the control total of the sender, if there is one."""
        return (
            self.rows_announced is None or bool(self.rejected or self.repeats) or self.rows_announced == self.rows_read
        )

    def as_json(self) -> dict[str, Any]:
        """The report as JSON values, in a fixed order."""
        values = asdict(self)
        counted = {name: dict(sorted(getattr(self, name).items())) for name in ("broken", "applicable")}
        ordered = {name: dict(sorted(values[name].items())) for name in ("columns", "styles")}
        return values | counted | ordered

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "FileReport":
        """A report from the values of `as_json`."""
        counted = {name: Counter(values[name]) for name in ("broken", "applicable")}
        # a month that an older version ingested has counts with other names; its offices are still compared
        columns = {
            name: ColumnReport(**{count: column[count] for count in COUNTS if count in column})
            for name, column in values["columns"].items()
        }
        return cls(**values | counted | {"columns": columns})


@dataclass
class MonthReport:
    """The report of a month of an extract."""

    extract: str
    month: str
    files: list[FileReport]
    missing: list[str] = field(default_factory=list)
    reused: bool = False
    missing_bytes: int = 0  # of the missing files, from the manifest

    def total(self, name: str) -> int:
        """Sum of a count over the files, for example rows_read."""
        return sum(getattr(file, name) for file in self.files)

    def broken(self) -> Counter[str]:
        """Rows that break each rule, over all files."""
        return sum((file.broken for file in self.files), Counter())

    def applicable(self) -> Counter[str]:
        """Rows to which each rule applies, over all files."""
        return sum((file.applicable for file in self.files), Counter())

    def rejected(self) -> list[FileReport]:
        """Rejected files."""
        return [file for file in self.files if file.rejected]

    def ingested(self) -> list[FileReport]:
        """Files that were read: neither rejected nor a copy of another file, which may itself be rejected."""
        return [file for file in self.files if not (file.rejected or file.repeats)]

    def is_complete(self) -> bool:
        """Whether every file of the manifest arrived and could be read."""
        return not (self.missing or self.rejected())

    def as_json(self) -> dict[str, Any]:
        """The report as JSON values."""
        files = [file.as_json() for file in self.files]
        header = {"extract": self.extract, "month": self.month, "missing": self.missing}
        return header | {"missing_bytes": self.missing_bytes, "files": files}

    @classmethod
    def from_json(cls, values: dict[str, Any], *, reused: bool) -> "MonthReport":
        """A report from the metadata of the month."""
        files = [FileReport.from_json(file) for file in values["files"]]
        return cls(values["extract"], values["month"], files, values["missing"], reused, values.get("missing_bytes", 0))
