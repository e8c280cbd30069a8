"""The table `data_quality`: results of the rules by office, from the reports of each ingested extract.

Belongs here: the conversion of reports to rows. Not here: counting (ingestion), sums by office (the SQL).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from assets.ingest.report import FileReport, MonthReport
from assets.provenance import fingerprint
from assets.registers.persons import month_values
from assets.warehouse import MonthMetadata, Warehouse, query
from assets.warehouse.month_build import MonthBuild
from schemas.extracts.catalogue import BY_NAME, EXTRACTS, stored_table
from schemas.months import previous
from schemas.summaries import DATA_QUALITY
from schemas.tables import Table

HERE = Path(__file__).parent
OFFICE_MISSING = "office_missing"
_VOLUMES = ("rows_read", "rows_accepted", "rows_quarantined", "rows_collapsed")


def build_data_quality(warehouse: Warehouse, month: str, *, force: bool = False) -> dict[str, int]:
    """Build and promote `data_quality` of the month; return its row count."""
    stages, before = (
        [warehouse.month_metadata(stored_table(table).name, name) for table in EXTRACTS]
        for name in (month, previous(month))
    )
    input_digest = fingerprint(*(stage.get("fingerprint", "") for stage in [*stages, *before]), code=(__name__,))
    build = MonthBuild(warehouse, month, (DATA_QUALITY.name,), {"fingerprint": input_digest})
    if known := build.known(force=force):
        return dict(known["counts"]) | {"reused": 1}
    with warehouse.sql() as engine, build.candidates() as candidates:
        engine.register_frame("rule_counts", rule_counts(_reports(stages), _reports(before)))
        frame = query.compute(engine, HERE, DATA_QUALITY, month_values(month))
        counts = {"data_quality": frame.height}
        candidates.write_frame(DATA_QUALITY, frame)
        candidates.describe(DATA_QUALITY.name, {"counts": counts} | query.origin_metadata(engine, DATA_QUALITY))
    return counts | {"reused": 0}


def _reports(stages: list[MonthMetadata]) -> list[MonthReport]:
    return [MonthReport.from_json(stage["report"], reused=True) for stage in stages if "report" in stage]


def rule_counts(reports: list[MonthReport], before: Sequence[MonthReport] = ()) -> pl.DataFrame:
    """One row per file and rule: extract, office_code, rule, severity, applicable_rows, broken_rows.

    And one row per office without a readable file that had one in the month `before`.
    """
    rows = [row for report in reports for file in report.files for row in _file_rows(report.extract, file)]
    here = {office for report in reports for office in _offices(report)}
    there = [office for report in before for office in sorted(_offices(report))]
    rows += [(*office, OFFICE_MISSING, "volume", 1, 1) for office in there if office not in here]
    text = dict.fromkeys(("extract", "office_code", "rule", "severity"), pl.String())
    return pl.DataFrame(rows, schema={**text, "applicable_rows": pl.Int64(), "broken_rows": pl.Int64()}, orient="row")


def _offices(report: MonthReport) -> set[tuple[str, str]]:
    """The extract with each office that is known to have delivered it."""
    return {(report.extract, file.office_code) for file in report.files if file.office_code != "unknown"}


def _file_rows(extract: str, file: FileReport) -> Iterator[tuple[str, str, str, str, int, int]]:
    named = severities(BY_NAME[extract])
    where = (extract, file.office_code)
    for rule, severity in named.items():
        if not (file.rejected or file.repeats):
            applicable = file.applicable.get(rule, file.rows_read)
            yield (*where, rule, severity, applicable, file.broken.get(rule, 0))
    for volume in _VOLUMES:
        yield (*where, volume, "volume", file.rows_read, getattr(file, volume))
    yield (*where, "files_rejected", "volume", 1, int(bool(file.rejected)))
    yield (*where, "files_repeated", "volume", 1, int(bool(file.repeats)))


def severities(table: Table) -> dict[str, str]:
    """Rule → severity, including the rules across rows."""
    return {rule.name: rule.severity.value for rule in (*table.all_rules(), *table.cross_row_rules())}
