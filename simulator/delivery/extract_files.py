"""The files of the extracts beside the enrolments.

Belongs here: writing the rows of a file, and an extract as several files. Not here: file names and styles
(`national_extracts`, `office_files`), which rows a file has (`defects.extract_rows`).
"""

from collections.abc import Iterable, Mapping

import polars as pl

from schemas.extracts.catalogue import BY_NAME
from schemas.rule_texts import ROW_STRUCTURE
from schemas.tables import Table
from simulator.defects.catalogues import CATALOGUES
from simulator.defects.defect import Defect, damage_texts, reading_marks
from simulator.defects.extract_rows import FileRows, with_defects, without_defects
from simulator.delivery.delivery import Delivery
from simulator.delivery.ledger import with_reading_marks
from simulator.offices.file_formats import ragged_lines, write_file
from simulator.offices.rendering import PERSONAL, render
from simulator.offices.styles import Style, column_order, header


def write_extract(
    delivery: Delivery, extract: str, rows: pl.DataFrame, files: Mapping[str, tuple[int, Style]]
) -> pl.DataFrame:
    """Write an extract that fits into memory, in files of so many rows; return the rows that the pipeline must accept.

    All defects are planted in the first file.
    """
    table, first = BY_NAME[extract], 0
    rows, accepted = rows.select(table.names), []
    for name, (count, style) in files.items():
        part = rows.slice(first, count)
        file = without_defects(part, table) if first else with_defects(part, table, rows.height, delivery.first_day)
        write_extract_file(delivery, name, file, style)
        accepted.append(file.accepted)
        first += count
    return pl.concat(accepted)


def write_extract_file(delivery: Delivery, name: str, file: FileRows, style: Style) -> None:
    """Write one file and add it to the delivery."""
    table = file.table
    counts = delivery.counts_of(table.name)
    rows = pl.concat([file.good, file.damaged, file.copies, file.conflicting])
    marked = with_reading_marks(rows, table, reading_marks(CATALOGUES[table.name]))
    counts.add_broken_rules(marked, table, delivery.first_day)
    counts.add_quarantined(table.conflict, file.conflicting.height)
    counts.add_quarantined(ROW_STRUCTURE, file.ragged.height)
    counts.rows_collapsed += file.copies.height
    counts.rows_read += file.count
    counts.files += 1
    ragged = render(file.ragged, table, style).select(column_order(table, style))
    path = f"{table.name}/{name}"
    parts = (file.good, file.damaged, file.copies, file.conflicting)
    texts = texts_in_order(parts, table, style, CATALOGUES[table.name])
    write_file(delivery.folder / path, texts, style, ragged_lines(ragged, style))
    delivery.add_file(path, file.count)


def texts_in_order(
    parts: Iterable[pl.DataFrame], table: Table, style: Style, catalogue: Mapping[str, Defect]
) -> pl.DataFrame:
    """All unbroken rows as text with their defects, in the order of the file, under the headers of the style."""
    fields = column_order(table, style)
    columns = [*PERSONAL, *fields] if style.personal else fields
    texts = []
    for rows in parts:
        rendered = render(rows, table, style)
        damaged = damage_texts(rendered, catalogue) if "defect" in rows.columns else rendered
        texts.append(damaged.select("row", *columns))
    ordered = pl.concat(texts).sort("row", maintain_order=True).select(columns)
    return ordered.rename({name: header(table, name, style) for name in fields})
