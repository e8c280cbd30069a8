"""The enrolment file of one office: text in the style of the office, and its counts in the ledger.

Belongs here: writing and counting its rows. Not here: which rows it has (`defects.office_rows`), bytes.
"""

from pathlib import Path

from schemas.extracts.enrolments import ENROLMENTS
from schemas.rule_texts import ROW_STRUCTURE
from simulator.defects.defect import reading_marks
from simulator.defects.enrolment_defects import DEFECTS
from simulator.defects.office_rows import EnrolmentMonth, OfficeRows
from simulator.delivery.extract_files import texts_in_order
from simulator.delivery.ledger import ExtractCounts, with_reading_marks
from simulator.offices.file_formats import ragged_lines, write_file
from simulator.offices.offices import Office
from simulator.offices.rendering import render
from simulator.offices.styles import column_order


def write_enrolments(path: Path, office: Office, rows: OfficeRows, month: EnrolmentMonth, counts: ExtractCounts) -> int:
    """Write the office's file, add it to the counts, and return its number of data rows."""
    parts = (rows.intact, rows.copies, rows.conflicting, rows.damaged)
    texts = texts_in_order(parts, ENROLMENTS, office.style, DEFECTS)
    ragged = render(rows.ragged, ENROLMENTS, office.style).select(column_order(ENROLMENTS, office.style))
    write_file(path, texts, office.style, ragged_lines(ragged, office.style))
    damaged = with_reading_marks(rows.damaged, ENROLMENTS, reading_marks(DEFECTS))
    counts.add_broken_rules(damaged, ENROLMENTS, month.first_day)
    counts.add_quarantined(ROW_STRUCTURE, rows.ragged.height)
    counts.add_quarantined(ENROLMENTS.conflict, rows.conflicting.height)
    counts.rows_collapsed += rows.copies.height
    data_rows = texts.height + rows.ragged.height
    counts.rows_read += data_rows
    return data_rows
