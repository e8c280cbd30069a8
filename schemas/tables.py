"""The declaration of a table: its fields, rules and code lists.

Belongs here: the classes with which every table of the product is declared, once. Not here: any particular table (its own module),
pandera schemas (`contracts`), SQL comments (`comments`), reading or writing.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

import polars as pl

from schemas import code_lists, rule_texts
from schemas.constraints import NO_CONSTRAINTS, TableConstraints
from schemas.qualifiers import UNIT, Qualifier, QualifierKind, units_of
from schemas.texts import LANGUAGES, Text


class Severity(StrEnum):
    """The effect of a broken rule on its row: fatal quarantines it, convention flags it, characterization only counts it."""

    FATAL = "fatal"
    CONVENTION = "convention"
    CHARACTERIZATION = "characterization"


class Kind(StrEnum):
    """The conversion of the text of a cell to a value; the storage type follows from it."""

    TEXT = "text"  # free text, trimmed
    IDENTIFIER = (
        "identifier"  # upper-case letters and digits, damage by spreadsheets is repaired where the value is certain
    )
    NIK = "nik"  # the national identity number, 16 digits; replaced by person_id before storage
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
    INSTANT = "instant"  # a moment with its time zone; no extract has one


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

    `aliases` are header texts found in deliveries (case and punctuation do not matter); the first is the usual Indonesian one.
    `present`, `readable` and `intact` are the severities of three generated rules: the cell is filled, its text is a value of the
    kind, no spreadsheet changed it. None: the rule does not exist. `present_where` limits the rows that must have a value. `width`:
    characters of an identifier. `rounded`: the count is an estimate, and a fraction is rounded. `first_of_month`: the date is
    usually the first day of a month.

    In a summary table:

    - `special`: codes of the list `special_codes` that the column may hold besides its own list (totals, not stated).
    - `sensitive`: a small count could identify a person.
    - `uses`: the sensitive fields of the row from which the figure is computed. It is withheld with them.
    - `internal`: needed to protect the table, and never released.
    - `formerly`: the name of the column in releases published before it was renamed.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = "-"
    source: str = ""
    aliases: tuple[str, ...] = ()
    codes: str | None = None
    special: tuple[str, ...] = ()
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
    uses: tuple[str, ...] = ()
    internal: bool = False
    formerly: str = ""

    @property
    def dtype(self) -> pl.DataType:
        """The type in which the field is stored."""
        return self.storage or STORAGE[self.kind]

    @property
    def header(self) -> Text:
        """The header of the column that texts for people name; `nik` is the usual header in both languages."""
        return Text(self.name, self.name if self.kind is Kind.NIK else next(iter(self.aliases), self.name))

    @property
    def expected(self) -> Text:
        """The form of a cell, for people."""
        kind = Kind.AREA if self.kind is Kind.REGION and self.storage else self.kind  # provinces are stored as text too
        expected = rule_texts.EXPECTED[kind]
        if self.codes:
            return rule_texts.CODE_LIST.filled(expected=expected, codes=self.codes)
        return rule_texts.SIZED.filled(expected=expected, width=self.width) if self.width else expected

    @property
    def batch_dtype(self) -> pl.DataType:
        """The type in a batch: a code of a list is a small integer there, and a dictionary in Parquet."""
        if self.codes and self.storage is None and self.kind in (Kind.CODE, Kind.REGION):
            return code_lists.enum(self.codes)
        return self.dtype


@dataclass(frozen=True, eq=False)
class Rule:
    """An expectation about one field of each row.

    `holds` is true, false, or null where the rule does not apply; `applies` limits the rows further. `reason` states the
    expectation and `remedy` how to correct the row; both are shown to people. A broken convention rule with `clears` empties that
    field in the accepted row (a NIK that cannot be trusted). `judges_column`: it compares all cells of the column, because a cell
    alone does not show the fault (amounts in thousands).
    """

    name: str
    field: str
    severity: Severity
    holds: pl.Expr
    reason: Text
    remedy: Text
    applies: pl.Expr | None = None
    clears: str | None = None
    judges_column: bool = False


@dataclass(frozen=True, eq=False)
class Table:
    """A table: its description, grain, fields, key and rules."""

    name: str
    description: str
    grain: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    extract: str | None = None
    qualifiers: tuple[Qualifier, ...] = ()
    void_where: pl.Expr | None = None  # the only rows that the status can make void; None: all
    aggregated: bool = False  # rows are figures of groups: an unknown column may divide them, so it refuses the file
    one_of: tuple[tuple[str, ...], ...] = ()  # a file must have at least one field of each group
    open_where: pl.Expr | None = None  # rows of a summary whose counts are not of persons
    may_be_empty: bool = False
    constraints: TableConstraints = NO_CONSTRAINTS

    def released(self) -> "Table":
        """The table as it is released: without its internal fields."""
        return replace(self, fields=tuple(field for field in self.fields if not field.internal))

    def field(self, name: str) -> Field:
        """The field of that name. Raises KeyError where the table has none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"table {self.name} has no field {name}")

    @cached_property
    def all_qualifiers(self) -> tuple[Qualifier, ...]:
        """The declared qualifiers, and the units of single fields where the extract has units."""
        measured = [
            field for field in self.fields if field.unit.split(" ")[0] in ("person", "IDR") and UNIT in self.qualifiers
        ]
        return (*self.qualifiers, *(units_of(field.name, (field.name, *field.aliases)) for field in measured))

    @property
    def has_status(self) -> bool:
        """Whether files may have a column of statuses."""
        return any(qualifier.kind is QualifierKind.STATUS for qualifier in self.qualifiers)

    @property
    def names(self) -> list[str]:
        """The column names in order."""
        return [field.name for field in self.fields]

    @property
    def storage(self) -> dict[str, pl.DataType]:
        """The column names with their storage types."""
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
        """Fields whose texts rarely repeat within a file: the NIK, and the identifier that is the key."""
        own = (self.key[0], Kind.IDENTIFIER)
        return frozenset(f.name for f in self.fields if f.kind is Kind.NIK or (f.name, f.kind) == own)

    def all_rules(self) -> tuple[Rule, ...]:
        """The generated rules (present, readable, intact) and the declared ones, in the order of the fields."""
        order = {name: index for index, name in enumerate(self.names)}
        generated = [rule for field in self.fields for rule in _generated(self, field)]
        if self.has_status:
            generated.append(_row_counts(self))
        return tuple(sorted([*generated, *self.rules], key=lambda rule: order[rule.field]))

    def cross_row_rules(self) -> tuple[Rule, ...]:
        """Fatal rules about lines and keys, which no single typed row can break."""
        keys = [self.field(name).header for name in self.key]
        key = Text(*(", ".join(header.to(language) for header in keys) for language in LANGUAGES))
        texts = rule_texts.LINES | {self.conflict: _filled(rule_texts.CONFLICT, key=key)}
        return tuple(
            Rule(name, self.key[0], Severity.FATAL, pl.lit(value=True), reason, remedy)
            for name, (reason, remedy) in texts.items()
        )

    @property
    def conflict(self) -> str:
        """The name of the rule that a key belongs to one row."""
        return f"{self.key[0]}_conflict"

    def marks(self) -> list[str]:
        """The findings of standardisation about a row; the position in the list is the bit in the column `MARKS`."""
        unreadable = [f"{field.name}:unreadable" for field in self.fields if field.readable]
        damaged = [f"{field.name}:damaged" for field in self.fields if field.intact]
        return [*unreadable, *damaged, *([VOID] if self.has_status else [])]


VOID = "row:void"  # the mark of a row with the status of a record without effect
MARKS = "marks"  # working column: one bit per finding of standardisation


def _row_counts(table: Table) -> Rule:
    """The rule about the column of statuses."""
    reason, remedy = rule_texts.STATUS
    holds = _unmarked(table, VOID)
    return Rule(rule_texts.ROW_COUNTS, table.key[0], Severity.FATAL, holds, reason, remedy, table.void_where)


def _generated(table: Table, field: Field) -> list[Rule]:
    """The rules that follow from the declaration of a field alone."""
    rules = []
    found = [f"{field.name}:{mark}" for mark, on in (("unreadable", field.readable), ("damaged", field.intact)) if on]
    if field.present:
        # A damaged NIK is flagged as damaged, not as missing too. Of any other identifier the lost value is missing.
        excused = [mark for mark in found if mark.endswith(":unreadable") or field.kind is Kind.NIK]
        filled = [pl.col(field.name).is_not_null(), *(_unmarked(table, mark).not_() for mark in excused)]
        holds = pl.any_horizontal(filled)  # text that cannot be read is not missing
        reason, remedy = _filled(rule_texts.PRESENT, field=field.header)
        rules.append(
            Rule(f"{field.name}_present", field.name, field.present, holds, reason, remedy, field.present_where)
        )
    if field.readable:
        readable = _unmarked(table, f"{field.name}:unreadable")
        reason, remedy = _filled(rule_texts.READABLE, field=field.header, expected=field.expected)
        rules.append(Rule(f"{field.name}_readable", field.name, field.readable, readable, reason, remedy))
    if field.intact:
        reason, remedy = _filled(rule_texts.INTACT, field=field.header)
        clears = field.name if field.kind is Kind.NIK else None
        holds = _unmarked(table, f"{field.name}:damaged")
        rules.append(Rule(f"{field.name}_intact", field.name, field.intact, holds, reason, remedy, clears=clears))
    return rules


def _filled(texts: tuple[Text, Text], **details: str | Text) -> tuple[Text, Text]:
    """The reason and the remedy with values in their placeholders."""
    reason, remedy = texts
    return reason.filled(**details), remedy.filled(**details)


def _unmarked(table: Table, mark: str) -> pl.Expr:
    bit = 1 << table.marks().index(mark)
    return (pl.col(MARKS) & bit) == 0
