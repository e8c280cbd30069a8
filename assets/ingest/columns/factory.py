"""Choose the class of column for a kind of field.

Belongs here: only this choice.
"""

from datetime import date

from assets.ingest.columns.base import Column
from assets.ingest.columns.codes import CodeColumn, FlagColumn, KbliColumn, ListColumn, SexColumn, TextColumn
from assets.ingest.columns.dates import DateColumn
from assets.ingest.columns.identifiers import IdentifierColumn
from assets.ingest.columns.months import MonthColumn
from assets.ingest.columns.numbers import NumberColumn, PercentColumn
from assets.ingest.columns.regions import RegionColumn
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
    if field.codes == "sexes":
        return SexColumn(field, month, epoch)
    return _COLUMNS[field.kind](field, month, epoch)
