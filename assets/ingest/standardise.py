"""Standardise the batches of a file: typed columns of all fields of the contract, and marks for texts that are not values.

Belongs here: the columns of a file, their styles, the marks. Not here: how a kind of column is read (`columns`), validation
(`validation`). The value of a text in a style does not depend on its row: distinct texts are converted once, and rows look
up their values. A cell that cannot be read is null and marked, so no cast error can ever quote a value.
"""

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import numpy as np
import polars as pl

from assets.ingest.batch import EPOCH, ROW_NUMBER, Batch, Dictionaries, decode, distinct_texts
from assets.ingest.columns import nik, qualifiers
from assets.ingest.columns.base import Column
from assets.ingest.columns.dates import DateColumn
from assets.ingest.columns.evidence import UNREADABLE, Counts, Style
from assets.ingest.columns.factory import column_of
from assets.ingest.columns.numbers import NumberColumn
from assets.ingest.columns.regions import REGIONS, RegionColumn
from assets.ingest.columns.typed_cells import native_cells, text_cells
from assets.ingest.header import Header
from assets.ingest.report import ColumnReport
from schemas import code_lists
from schemas.tables import MARKS, VOID, Field, Kind, Severity, Table

_NO_COUNTS = np.zeros(0, dtype=np.int64)
_NO_ROWS = pl.Series(dtype=pl.UInt32)
_FREQUENT = 8  # as many of the most frequent texts of each batch are counted over the file


@dataclass
class Cells:
    """The cells of a column in a batch. `indices`: index of each row's text in the distinct texts; None if texts hardly repeat."""

    column: Column
    indices: pl.Series | None
    counts: Counts
    typed: pl.Series | None


class Standardiser:
    """Converts the batches of one file to typed frames, in the style of each column that all texts so far determine."""

    def __init__(self, table: Table, month: date, *, scheme: str = "") -> None:
        """For rows of `table`; `month`: the first day; `scheme`: the scheme of region codes, if other files determine it."""
        self.table = table
        self.month = month
        self.columns: dict[str, Column] = {}
        self.report: dict[str, ColumnReport] = {}
        self.ignored: list[str] = []
        self._scheme = scheme
        self._marks = table.marks()
        self._used: dict[str, set[str]] = {}
        self._settled: dict[str, str] = {}
        self._frequent: dict[str, dict[str, int]] = {}

    def standardise(self, batch: Batch) -> pl.DataFrame:
        """The typed rows of a batch (see `standardise_rows`). Raises FileRejected if a qualifying column contradicts them."""
        if batch.header:
            self.ignored = list(batch.header.ignored)
            qualifiers.refuse_title_of_other_month(self.table, batch.header, self.month)
        return self.standardise_rows(
            batch.rows, batch.epoch, batch.header, batch.dictionaries, from_spreadsheet=batch.from_spreadsheet
        )

    def standardise_rows(
        self,
        rows: pl.DataFrame,
        epoch: date = EPOCH,
        header: Header | None = None,
        dictionaries: Dictionaries = MappingProxyType({}),
        *,
        from_spreadsheet: bool = False,
    ) -> pl.DataFrame:
        """All fields of the table, `marks`, `row_number`, `month`, and for a NIK its parts (`schemas.extracts.nik`)."""
        qualified = decode(rows, dictionaries) if qualifiers.has_qualifiers(self.table, rows) else rows
        cells = {}
        for field in self._fields_of(rows):
            column = self._column(field, epoch)
            if field.name in dictionaries and not (isinstance(column, RegionColumn) and qualified is not rows):
                texts, indices = dictionaries[field.name], rows[field.name]
                cells[field.name] = self._observe(column, texts, indices, None)
            else:
                cells[field.name] = self._observe_cells(column, qualified, from_spreadsheet)
        styles = self._styles()
        units = qualifiers.unit_factors(self.table, qualified, header)
        marks = pl.repeat(0, rows.height, dtype=pl.UInt32, eager=True)
        typed: dict[str, pl.Series] = {}
        for field in self.table.fields:
            if field.name in cells:
                value, marks = self._convert(cells[field.name], styles[field.name], units.get(field.name), marks)
            else:
                value = pl.repeat(None, rows.height, dtype=field.batch_dtype, eager=True)
            typed[field.name] = value
        marks = self._apply_qualifiers(typed, qualified, marks)
        self._fill_flags(typed, cells)
        self._fill_defaults(typed, styles)
        frame = pl.DataFrame({name: column.rename(name) for name, column in typed.items()})
        frame = frame.with_columns(rows[ROW_NUMBER], marks.alias(MARKS), pl.lit(self.month).alias("month"))
        return nik.add_nik_columns(frame) if "nik" in typed else frame

    def is_settled(self) -> bool:
        """Whether every batch was read in the style that the whole file determines; if not, read the file again.

        Raises FileRejected if the style of a required column remains open.
        """
        if self._settled:
            return True
        final = {name: self._final_style(column) for name, column in self.columns.items()}
        convert_texts = self._used
        if all(used <= {final[name], ""} for name, used in convert_texts.items()):
            return True
        self._settled, self._used, self.report, self._frequent = final, {}, {}, {}
        return False

    def styles(self) -> dict[str, str]:
        """Field → style of its column, for the report of the file; and the schemes that match its region codes."""
        others = {name: column for name, column in self.columns.items() if not isinstance(column, RegionColumn)}
        found = {name: self._final_style(column) for name, column in others.items()}
        return {name: style for name, style in found.items() if style} | self.region_schemes()

    def region_schemes(self) -> dict[str, str]:
        """The schemes that match the region codes, separated by a bar; empty if every scheme matches."""
        regions = [column for column in self.columns.values() if isinstance(column, RegionColumn)]
        for column in regions:
            schemes = column.matching_schemes(column.codes_of(regions))
            if len(schemes) < len(column.schemes):
                return {REGIONS: "|".join(schemes)}
        return {}

    def _fields_of(self, rows: pl.DataFrame) -> list[Field]:
        present = {column.partition(":")[0] for column in rows.columns}
        return [field for field in self.table.fields if field.name in present]

    def _column(self, field: Field, epoch: date) -> Column:
        """The column of the field in this file."""
        if field.name not in self.columns:
            self.columns[field.name] = column_of(field, self.table, self.month, epoch)
            self.columns[field.name].table = self.table.name
        column = self.columns[field.name]
        if isinstance(column, RegionColumn):
            column.known_scheme = self._scheme
        return column

    def _observe_cells(self, column: Column, rows: pl.DataFrame, from_spreadsheet: bool) -> Cells:
        """Let a column observe the cells of a batch, which are not dictionary-encoded."""
        field = column.field
        text = text_cells(field, rows, from_spreadsheet=from_spreadsheet)
        if isinstance(column, RegionColumn):
            text = qualifiers.add_schemes(self.table, text, rows)
        typed = native_cells(field, rows)
        if typed is not None and not self._settled and isinstance(column, DateColumn):
            column.collect_typed(typed)
        if field.name in self.table.unrepeated:
            column.observe(text, _NO_COUNTS, collect_evidence=False)
            return Cells(column, None, _NO_COUNTS, typed)
        return self._observe(column, *distinct_texts(text), typed)

    def _observe(self, column: Column, texts: pl.Series, indices: pl.Series, typed: pl.Series | None) -> Cells:
        """Let a column observe the distinct texts of a batch; `indices`: of each row's text."""
        filled = indices.drop_nulls() if indices.null_count() else indices
        counts = np.bincount(filled.to_numpy(), minlength=texts.len())
        column.observe(texts, counts, collect_evidence=not self._settled)
        return Cells(column, indices, counts, typed)

    def _styles(self) -> dict[str, str]:
        """The style of each column: of the whole file if known, else from all texts so far."""
        columns = list(self.columns.values())
        styles = self._settled or {name: column.determine_style(columns).name for name, column in self.columns.items()}
        for name, style in styles.items():
            self._used.setdefault(name, set()).add(style)
        return styles

    def _final_style(self, column: Column) -> str:
        """The style by the whole file; `unreadable` if it is open and the file does not need the column."""
        style: Style = column.determine_style(list(self.columns.values()))
        if not style.doubt:
            return style.name
        field = column.field
        if isinstance(column, RegionColumn) or field.readable is Severity.FATAL or field.column_required:
            raise style.doubt
        return UNREADABLE

    def _convert(
        self, cells: Cells, style: str, factor: pl.Series | int | None, marks: pl.Series
    ) -> tuple[pl.Series, pl.Series]:
        """(values, marks) of a column: its distinct texts are converted, then each row looks up its value."""
        column, field = cells.column, cells.column.field
        values = column.convert(style)
        lost = _NO_ROWS
        if values.null_count() != column.texts.null_count():
            lost = (values.is_null() & column.texts.is_not_null()).arg_true()
        lost_rows, damaged_rows = (_rows_with(cells.indices, which) for which in (lost, column.damaged))
        value = values if cells.indices is None else values[cells.indices]
        self._count(cells, value.len(), lost_rows.len())
        if isinstance(column, NumberColumn):
            value, lost_rows = _apply_factor(column, value, cells.typed, factor, lost_rows)
        elif cells.typed is not None:
            value = pl.select(pl.coalesce([value, cells.typed.cast(value.dtype)])).to_series()
        if field.kind is Kind.FLAG:
            self.report[field.name].yes += int(value.sum() or 0)
        marked_rows = {
            "unreadable": lost_rows if field.readable else None,
            "damaged": damaged_rows if field.intact else None,
        }
        for mark, rows in marked_rows.items():
            if rows is not None and rows.len():
                marks = self._add_mark(marks, f"{field.name}:{mark}", rows)
        return value.cast(field.batch_dtype), marks

    def _add_mark(self, marks: pl.Series, mark: str, rows: pl.Series) -> pl.Series:
        return marks.scatter(rows, marks.gather(rows) | (1 << self._marks.index(mark)))

    def _apply_qualifiers(self, typed: dict[str, pl.Series], rows: pl.DataFrame, marks: pl.Series) -> pl.Series:
        """Mark regions outside the province of their row as unreadable. Raises FileRejected for another period."""
        qualifiers.refuse_other_period(self.table, typed, rows, self.month)
        for name, outside in qualifiers.rows_outside_province(self.table, typed, rows).items():
            typed[name] = typed[name].scatter(outside, None)
            if self.table.field(name).readable:
                marks = self._add_mark(marks, f"{name}:unreadable", outside)
            self.report[name].unreadable += outside.len()
        if self.table.has_status and (void := qualifiers.void_rows(self.table, rows)).len():
            marks = self._add_mark(marks, VOID, void)
        return marks

    def _count(self, cells: Cells, height: int, lost: int) -> None:
        """Add the counts of a batch to the report of a column."""
        column, counts = cells.column, cells.counts
        report = self.report.setdefault(column.field.name, ColumnReport())
        typed = cells.typed.len() - cells.typed.null_count() if cells.typed is not None else 0
        nulls = height - int(counts.sum()) if cells.indices is not None else column.texts.null_count()
        report.cells += height
        report.unreadable += lost
        if cells.indices is None:
            report.empty += nulls - typed
            report.repaired += int(column.repaired.sum())
            return
        report.empty += nulls - typed + int(counts[column.empty].sum())
        report.repaired += int(counts[column.repaired].sum())
        frequent = self._frequent.setdefault(column.field.name, {})
        for at in np.argsort(-counts, kind="stable")[:_FREQUENT].tolist():
            if (text := column.texts[at]) is not None:
                frequent[text] = frequent.get(text, 0) + int(counts[at])
        report.most_frequent = max(frequent.values(), default=0)

    def _fill_flags(self, typed: dict[str, pl.Series], cells: dict[str, Cells]) -> None:
        """Set programme flags from the list column, if the file has no columns for them."""
        for name in (field.name for field in self.table.fields if field.kind is Kind.LIST and field.name in cells):
            for code in code_lists.values(self.table.field(name).codes or ""):
                if code in typed and code not in cells:
                    typed[code] = typed[name].str.contains(f"+{code}+", literal=True)

    def _fill_defaults(self, typed: dict[str, pl.Series], styles: dict[str, str]) -> None:
        schemes = [styles[name] for name, column in self.columns.items() if isinstance(column, RegionColumn)]
        for field in self.table.fields:
            if field.default is not None:
                by_codes = next(iter(schemes), field.default) if field.codes == "region_schemes" else field.default
                typed[field.name] = typed[field.name].fill_null(by_codes)


def _rows_with(indices: pl.Series | None, texts: pl.Series) -> pl.Series:
    """The rows with one of these texts."""
    if indices is None or texts.is_empty():
        return texts
    return indices.is_in(texts.implode()).arg_true()


def _apply_factor(
    column: NumberColumn, value: pl.Series, typed: pl.Series | None, factor: pl.Series | int | None, lost: pl.Series
) -> tuple[pl.Series, pl.Series]:
    """(figures in the unit of the field, rows that cannot be read)."""
    number = value if typed is None else pl.select(pl.coalesce([value, typed])).to_series()
    whole = column.to_field_type(number if factor is None else number * factor)
    fraction = (whole.is_null() & number.is_not_null()).arg_true()
    return whole, pl.concat([lost, fraction]).unique().sort() if fraction.len() else lost
