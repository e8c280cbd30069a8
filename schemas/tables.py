"""What a table is made of: fields, rules, code-list references.

Belongs here: the vocabulary in which every table of the product is declared, once. Does not belong here: any
particular table (its own module), projections to pandera, SQL or Markdown (`comments`), reading or writing.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

import polars as pl

from schemas import code_lists
from schemas.constraints import NO_CONSTRAINTS, TableConstraints
from schemas.qualifiers import Qualifier


class Severity(StrEnum):
    """What breaking a rule does to a row: quarantine it, flag it, or only count it."""

    FATAL = "fatal"
    CONVENTION = "convention"
    CHARACTERIZATION = "characterization"


class Kind(StrEnum):
    """How the text of a cell becomes a value; the unit of meaning, from which storage types follow."""

    TEXT = "text"  # free text, trimmed
    IDENTIFIER = "identifier"  # upper-case letters and digits, spreadsheet damage mended where that is certain
    NIK = "nik"  # the 16 digits of a person; replaced by person_id before storage
    CODE = "code"  # a value of a code list, any of its aliases accepted
    REGION = "region"  # a regency or province code of any vintage, stored as its present code
    AREA = "area"  # a regency of any vintage, a present province, or ID for the nation
    KBLI = "kbli"  # five digits of the business classification
    FLAG = "flag"  # yes or no
    LIST = "list"  # several flags named in one cell; fills the flag columns that the file does not have
    DATE = "date"
    MONTH = "month"  # stored as the first day of the month
    COUNT = "count"  # whole number
    NUMBER = "number"  # decimal number, thousands marks allowed
    PERCENT = "percent"  # decimal number without thousands marks
    INSTANT = "instant"  # a moment, with its time zone; in no extract


STORAGE: dict[Kind, pl.DataType] = {
    Kind.TEXT: pl.String(),
    Kind.IDENTIFIER: pl.String(),
    Kind.NIK: pl.String(),
    Kind.CODE: pl.String(),
    Kind.REGION: pl.String(),
    Kind.AREA: pl.String(),
    Kind.KBLI: pl.String(),
    Kind.FLAG: pl.Boolean(),
    Kind.LIST: pl.String(),
    Kind.DATE: pl.Date(),
    Kind.MONTH: pl.Date(),
    Kind.COUNT: pl.Int64(),
    Kind.NUMBER: pl.Float64(),
    Kind.PERCENT: pl.Float64(),
    Kind.INSTANT: pl.Datetime("us", "UTC"),
}


@dataclass(frozen=True, eq=False)
class Field:
    """One column; the same name always means the same quantity, unit and type.

    `aliases` are header texts seen in the wild (any case, any punctuation). `present`, `readable` and `intact` say
    what a row gets whose cell is empty, holds text that is no value of the kind, or was changed by a spreadsheet;
    None: that is no fault, or cannot be. `present_where` narrows the rows that must have a value. `width`: characters of an
    identifier. `rounded`: a count that is estimated, whose fraction is rounded. `first_of_month`: such a date is usually the
    first day of a month.
    In a summary: `also`, codes of the list `special_codes` that the column may hold beside those of its own list (totals,
    the unstated); `sensitive`, a small count could identify somebody; `of`, the sensitive fields of the row it is computed
    from, with which it is withheld; `internal`, needed to protect the table and never released;
    `formerly`, the name of the column in releases published before it was renamed.
    """

    name: str
    kind: Kind
    about: str
    unit: str = "-"
    source: str = ""
    aliases: tuple[str, ...] = ()
    codes: str | None = None
    also: tuple[str, ...] = ()
    default: bool | str | None = None
    present: Severity | None = None
    present_where: pl.Expr | None = None
    readable: Severity | None = None
    intact: Severity | None = None
    column_required: bool = False
    storage: pl.DataType | None = None
    width: int | None = None
    rounded: bool = False
    first_of_month: bool = False
    sensitive: bool = False
    of: tuple[str, ...] = ()
    internal: bool = False
    formerly: str = ""

    @property
    def dtype(self) -> pl.DataType:
        """The type in which the field is stored."""
        return self.storage or STORAGE[self.kind]

    @property
    def batch_dtype(self) -> pl.DataType:
        """The type in a batch: a code of a list is a small integer there, and a dictionary in Parquet."""
        if self.codes and self.storage is None and self.kind in (Kind.CODE, Kind.REGION):
            return code_lists.enum(self.codes)
        return self.dtype


@dataclass(frozen=True, eq=False)
class Rule:
    """A row-level expectation of one field.

    `holds` is true, false, or null where it says nothing; `applies` narrows the rows it speaks of. A broken
    convention rule with `clears` empties that field in the accepted row (a NIK that cannot be trusted).
    """

    name: str
    field: str
    severity: Severity
    holds: pl.Expr
    because: str
    remedy: str
    applies: pl.Expr | None = None
    clears: str | None = None


@dataclass(frozen=True, eq=False)
class Table:
    """A table: grain, key, fields, and the rules its rows obey."""

    name: str
    about: str
    grain: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    extract: str | None = None
    qualifiers: tuple[Qualifier, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()  # of each group of fields a file has at least one
    open_where: pl.Expr | None = None  # rows of a summary whose counts say nothing of a person
    may_be_empty: bool = False
    constraints: TableConstraints = NO_CONSTRAINTS

    def released(self) -> "Table":
        """The table as it leaves the warehouse: without its internal fields."""
        return replace(self, fields=tuple(field for field in self.fields if not field.internal))

    def field(self, name: str) -> Field:
        """The field of that name; KeyError where the table has none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"table {self.name} has no field {name}")

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [field.name for field in self.fields]

    @property
    def storage(self) -> dict[str, pl.DataType]:
        """Column names with the types they are stored in."""
        return {field.name: field.dtype for field in self.fields}

    def aligned(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Rows that an earlier release wrote, in the columns and types of today: new columns are empty, dropped ones go."""
        columns = []
        for field in self.fields:
            source = next((name for name in (field.name, field.formerly) if name in frame.columns), "")
            column = pl.col(source) if source else pl.lit(None)
            columns.append(column.cast(field.dtype, strict=False).alias(field.name))
        return frame.select(columns)

    @property
    def unrepeated(self) -> frozenset[str]:
        """Fields whose texts hardly repeat within a file: the number of a person, and the identifier of the row."""
        own = (self.key[0], Kind.IDENTIFIER)
        return frozenset(f.name for f in self.fields if f.kind is Kind.NIK or (f.name, f.kind) == own)

    def all_rules(self) -> tuple[Rule, ...]:
        """The generated rules (present, readable, intact) and the declared ones, in the order of the fields."""
        order = {name: place for place, name in enumerate(self.names)}
        generated = [rule for field in self.fields for rule in _generated(self, field)]
        return tuple(sorted([*generated, *self.rules], key=lambda rule: order[rule.field]))

    def cross_row_rules(self) -> tuple[Rule, ...]:
        """Fatal rules that no single typed row can break: its line is no row, or its key belongs to another row too."""
        said = {
            ROW_STRUCTURE: ("every line has as many cells as the header", "send the line again, whole"),
            ROW_TOTAL: (
                "a line is a row of the table, not a total, a title or a note",
                "take the line out of the file",
            ),
            ROW_MERGED: ("every cell of a row is its own", "unmerge the cells and fill in each of them"),
            self.conflict: (f"two different rows have the same {', '.join(self.key)}", "keep the row that is right"),
        }
        return tuple(
            Rule(name, self.key[0], Severity.FATAL, pl.lit(value=True), because, remedy)
            for name, (because, remedy) in said.items()
        )

    @property
    def conflict(self) -> str:
        """Name of the rule that a key belongs to one row."""
        return f"{self.key[0]}_conflict"

    def marks(self) -> list[str]:
        """What standardising can notice about a row; the place in the list is the bit in the column `MARKS`."""
        unreadable = [f"{field.name}:unreadable" for field in self.fields if field.readable]
        return unreadable + [f"{field.name}:damaged" for field in self.fields if field.intact]


ROW_STRUCTURE = "row_structure"
ROW_TOTAL = "row_total"
ROW_MERGED = "row_merged"
LINE_RULES = (ROW_STRUCTURE, ROW_TOTAL, ROW_MERGED)  # what a line can break before it is a row
MARKS = "marks"  # the working column that holds, a bit each, what standardising noticed about a row


def _generated(table: Table, field: Field) -> list[Rule]:
    """The rules that follow from a field's declaration alone."""
    rules = []
    noticed = [f"{field.name}:{what}" for what, on in (("unreadable", field.readable), ("damaged", field.intact)) if on]
    if field.present:
        # a NIK that was a number is flagged as damaged, and not as missing too; of other identifiers what is lost is missing
        excused = [mark for mark in noticed if mark.endswith(":unreadable") or field.kind is Kind.NIK]
        filled = [pl.col(field.name).is_not_null(), *(_unmarked(table, mark).not_() for mark in excused)]
        holds = pl.any_horizontal(filled)  # text that cannot be read is not missing
        because = f"the contract of the extract needs {field.name}"
        remedy = f"fill in {field.name}"
        rules.append(
            Rule(f"{field.name}_present", field.name, field.present, holds, because, remedy, field.present_where)
        )
    if field.readable:
        readable = _unmarked(table, f"{field.name}:unreadable")
        listed = f" of the list {field.codes}" if field.codes else ""
        because = f"the text is not a {field.kind.value}{listed}"
        remedy = f"write {field.name} as the contract shows it"
        rules.append(Rule(f"{field.name}_readable", field.name, field.readable, readable, because, remedy))
    if field.intact:
        because = "a spreadsheet stored the identifier as a number and changed it"
        remedy = f"format the column {field.name} as text before saving, and deliver again"
        clears = field.name if field.kind is Kind.NIK else None
        holds = _unmarked(table, f"{field.name}:damaged")
        rules.append(Rule(f"{field.name}_intact", field.name, field.intact, holds, because, remedy, clears=clears))
    return rules


def _unmarked(table: Table, mark: str) -> pl.Expr:
    bit = 1 << table.marks().index(mark)
    return (pl.col(MARKS) & bit) == 0
