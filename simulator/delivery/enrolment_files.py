"""One office's enrolment file, written in the office's style and entered into the ledger.

Belongs here: rows become text in the order of the file. Does not belong here: which rows (`planting`), bytes.
"""

from pathlib import Path

import polars as pl

from schemas.extracts.enrolments import ENROLMENTS
from schemas.tables import ROW_STRUCTURE
from simulator.defects.defect import marks, overwritten
from simulator.defects.enrolment_defects import DEFECTS
from simulator.defects.office_rows import Nation, OfficeRows
from simulator.delivery.ledger import Account, marked
from simulator.offices.file_formats import ragged_lines, write
from simulator.offices.offices import Office
from simulator.offices.rendering import PERSONAL, render
from simulator.offices.styles import Style, column_order, heading


def write_office(path: Path, office: Office, rows: OfficeRows, nation: Nation, account: Account) -> int:
    """Write the office's file, enter it into the account, and return its number of data rows."""
    texts = _in_order(rows, office.style)
    broken = render(rows.ragged, ENROLMENTS, office.style).select(column_order(ENROLMENTS, office.style))
    write(path, texts, office.style, ragged_lines(broken, office.style))
    _enter(rows, nation, account)
    account.rows_read += texts.height + rows.ragged.height
    return texts.height + rows.ragged.height


def _enter(rows: OfficeRows, nation: Nation, account: Account) -> None:
    account.judge(marked(rows.harmed, ENROLMENTS, marks(DEFECTS)), ENROLMENTS, nation.first_day)
    account.rows_collapsed += rows.copies.height
    account.quarantine(ROW_STRUCTURE, rows.ragged.height)
    account.quarantine(ENROLMENTS.conflict, rows.conflicting.height)


def _in_order(rows: OfficeRows, style: Style) -> pl.DataFrame:
    """All whole rows as text, in the order of their row numbers, under the office's headings."""
    columns = column_order(ENROLMENTS, style)
    own = [*PERSONAL, *columns] if style.personal else columns
    texts = [render(part, ENROLMENTS, style) for part in (rows.intact, rows.copies, rows.conflicting)]
    texts.append(overwritten(render(rows.harmed, ENROLMENTS, style), DEFECTS))
    ordered = pl.concat([text.select("row", *own) for text in texts]).sort("row", maintain_order=True)
    return ordered.select(own).rename({name: heading(ENROLMENTS, name, style) for name in columns})
