"""Ingestion of one delivered file: read, standardise, validate and write it, batch by batch.

Belongs here: the sequence of these steps. Not here: what concerns several files (`month`, `duplicates`).
"""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from assets.errors import FileRejected, contained, explained
from assets.ingest import duplicates, stored_rows
from assets.ingest.batch import ROW_NUMBER, Batch
from assets.ingest.delivery import DeliveredFile
from assets.ingest.pseudonyms import PersonKey
from assets.ingest.readers.files import read_batches
from assets.ingest.report import FileReport
from assets.ingest.standardise import Standardiser
from assets.ingest.validation import validate
from schemas.refusals import NO_ROWS
from schemas.rule_texts import LINE_RULES
from schemas.tables import Table


class FileIngest:
    """Ingests the files of one extract and month into two folders: accepted parts and quarantined parts."""

    def __init__(self, table: Table, month: date, key: PersonKey, accepted: Path, quarantine: Path) -> None:
        """Parts are named by the position of the file in the delivery, so that order and content are reproducible."""
        self.table = table
        self.month = month
        self.key = key
        self.accepted = accepted
        self.quarantine = quarantine

    def ingest_file(self, position: int, file: DeliveredFile, scheme: str = "") -> FileReport:
        """Ingest a file. A file that cannot be read leaves no rows; its report states the reason.

        `scheme`: the scheme of its region codes, if the other files of the month determine it.
        """
        standardiser = Standardiser(self.table, self.month, scheme=scheme)
        try:
            report = self._ingest_batches(position, file, standardiser)
            if not report.rows_read:
                raise FileRejected(NO_ROWS)
        except FileRejected as refused:
            return self.reject(position, file, refused, standardiser)
        return report

    def reject(
        self, position: int, file: DeliveredFile, refused: FileRejected, standardiser: Standardiser | None = None
    ) -> FileReport:
        """Remove the parts of a rejected file and return its report."""
        self._remove_parts(position)
        report = FileReport(file.name, file.sha256, file.bytes, rows_announced=file.rows)
        report.reject(refused)
        if standardiser:
            report.ignored, report.styles = standardiser.ignored, standardiser.region_schemes()
        return report

    def _ingest_batches(self, position: int, file: DeliveredFile, standardiser: Standardiser) -> FileReport:
        """Read the file in the style of its first texts; read it again if later texts change the style."""
        while True:
            report = FileReport(file.name, file.sha256, file.bytes, rows_announced=file.rows)
            for number, batch in enumerate(read_batches(file.path, self.table, file.sha256)):
                part = f"part-{position:05d}-{number:05d}.parquet"
                with contained():
                    accepted, quarantined = self._ingest_batch(batch, standardiser, report)
                # every reader scans whole months: statistics and a denser codec would only cost time
                _write_part(accepted, self.accepted / part, compression="lz4", statistics=False)
                _write_part(quarantined, self.quarantine / part)
            if standardiser.is_settled():
                break
            self._remove_parts(position)
        report.styles, report.columns, report.ignored = standardiser.styles(), standardiser.report, standardiser.ignored
        return report

    def _remove_parts(self, position: int) -> None:
        """Remove the parts of a file."""
        for folder in (self.accepted, self.quarantine):
            for part in folder.glob(f"part-{position:05d}-*.parquet"):
                part.unlink()

    def _ingest_batch(
        self, batch: Batch, standardiser: Standardiser, report: FileReport
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """(accepted rows, quarantined rows) of a batch; also adds their counts to the report."""
        name, frame = report.name, standardiser.standardise(batch)
        verdict = validate(frame, self.table)
        report.count(verdict)
        report.broken.update(dict(batch.broken.group_by("rule").len().iter_rows()))
        report.applicable.update(dict.fromkeys(LINE_RULES, batch.rows.height + batch.broken.height))
        report.rows_read += batch.rows.height + batch.broken.height
        if batch.encoding not in report.encodings:
            report.encodings.append(batch.encoding)
        every = stored_rows.to_stored_rows(frame, verdict, self.table, name, self.key)
        accepted = duplicates.collapse_copies(every, self.table)
        report.rows_collapsed += every.height - accepted.height
        parts = [
            stored_rows.to_quarantine_rows(batch, verdict, self.table, name),
            _broken_lines(batch, self.table, name),
        ]
        quarantined = pl.concat([rows for rows in parts if rows.height] or parts[:1])
        report.rows_accepted += accepted.height
        report.rows_quarantined += quarantined.height
        if "office_code" in accepted.columns and report.office_code == "unknown" and accepted.height:
            report.office_code = accepted["office_code"][0]
        return accepted, quarantined


def _write_part(rows: pl.DataFrame, part: Path, **how: Any) -> None:  # noqa: ANN401  options of write_parquet
    """Write the part if it has rows. Raises CakupanError, because a failure to write is not an error of the file."""
    try:
        if rows.height:
            rows.write_parquet(part, **how)
    except Exception as error:  # noqa: BLE001  each becomes one line
        raise explained(error, part.parent) from None


def _broken_lines(batch: Batch, table: Table, name: str) -> pl.DataFrame:
    if batch.broken.is_empty():
        return stored_rows.empty_quarantine(table)
    parts = batch.broken.select(ROW_NUMBER, "line", pl.col("rule").alias("rules"))
    return stored_rows.to_quarantine_columns(parts, table, name)
