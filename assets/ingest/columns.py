"""Which column reads which kind of field.

Belongs here: that choice alone.
"""

from datetime import date

from assets.ingest.code_columns import CodeColumn, FlagColumn, KbliColumn, ListColumn, TextColumn
from assets.ingest.column import Column
from assets.ingest.date_columns import DateColumn
from assets.ingest.identifiers import IdentifierColumn
from assets.ingest.month_columns import MonthColumn
from assets.ingest.number_columns import NumberColumn, PercentColumn
from assets.ingest.region_columns import RegionColumn
from schemas.tables import Field, Kind, Table

_COLUMNS: dict[Kind, type[Column]] = {
    Kind.TEXT: TextColumn,
    Kind.IDENTIFIER: IdentifierColumn,
    Kind.NIK: IdentifierColumn,
    Kind.CODE: CodeColumn,
    Kind.KBLI: KbliColumn,
    Kind.FLAG: FlagColumn,
    Kind.LIST: ListColumn,
    Kind.DATE: DateColumn,
    Kind.MONTH: MonthColumn,
    Kind.COUNT: NumberColumn,
    Kind.NUMBER: NumberColumn,
    Kind.PERCENT: PercentColumn,
}


def column_of(field: Field, table: Table, month: date, epoch: date) -> Column:
    """A column for the field in a file of the month."""
    if field.kind in (Kind.REGION, Kind.AREA):
        return RegionColumn(field, month, epoch, scoped="region_scheme" in table.names)
    return _COLUMNS[field.kind](field, month, epoch)
