"""Measures of the delivery of a month as a whole: counts and shares by extract, office, column and region.

Belongs here: measuring, from the reports of ingested extracts and from tables of the month. Not here: comparing with limits
(`judge`). No measure contains the value of a cell of a person.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from assets.coverage.compliance import due_on
from assets.coverage.survey.findings import SEGMENT, SurveyFinding, survey_findings
from assets.warehouse import Warehouse, query
from schemas import code_lists
from schemas.extracts.catalogue import EXTRACTS, OPTIONAL, stored_table
from schemas.extracts.enrolments import ENROLMENTS, PROGRAMMES
from schemas.months import first_day, previous
from schemas.registers import MEMBERSHIPS, PAYMENTS, PERSONS
from schemas.summaries.common import ALL, NATION
from schemas.tables import Table

HERE = Path(__file__).parent
MEMBERS, SURVEY, PAID = ENROLMENTS.name, "workforce", PAYMENTS.name
REQUIRED = tuple(table.name for table in EXTRACTS if table.name not in OPTIONAL)
_EVERY_MONTH = (MEMBERS, "employers", PAID)  # complete in every month; others are lists, or survey waves of any detail
_COUNTS = ("cells", "empty", "unreadable", "most_frequent")
_SHOWN = 3
Report = Mapping[str, Any]


@dataclass(frozen=True)
class Measure:
    """A row of MEASURES: `rows` behind the measure, their `share` of all rows, `limit` where it is in another list."""

    extract: str
    measure: str
    subject: str
    observed: float
    rows: int
    share: float = 1.0
    limit: float | None = None


def measured(warehouse: Warehouse, month: str) -> list[Measure]:
    """All measures of a month with tables."""
    found: list[Measure] = []
    for table in EXTRACTS:
        report = warehouse.month_metadata(stored_table(table).name, month).get("report")
        if report:
            found += of_files(table.name, report, _sizes(warehouse, table, previous(month)))
    found += _of_registers(warehouse, month)
    found += of_survey(survey_findings(warehouse, month), first_day(month))
    found += of_coverage(_frame(warehouse, "coverage", month))
    found += of_flows(_frame(warehouse, "flows", month))
    return found


def _sizes(warehouse: Warehouse, table: Table, month: str) -> dict[str, int]:
    """File → bytes, of the readable files of the month."""
    files = warehouse.ingestion_report(stored_table(table).name, month)["files"]
    return {file["name"]: file["bytes"] for file in files if not file["rejected"]}


def of_files(extract: str, report: Report, before: Mapping[str, int]) -> Iterator[Measure]:
    """Measures of the files of an extract, from the report of ingestion: lost files, quarantined rows, filled columns.

    `before`: file → bytes in the month before; a lost file counts with its size of then, because it may be truncated.
    """
    files, rows = report["files"], _rows(report["files"], "rows_read")
    lost = [file for file in files if file["rejected"]]
    if lost or report["missing"]:
        unread = sum(max(file["bytes"], before.get(file["name"], 0)) for file in lost)
        unsent = max(report.get("missing_bytes", 0), sum(before.get(name, 0) for name in report["missing"]))
        whole = sum(file["bytes"] for file in files if not file["rejected"]) + unread + unsent
        named = sorted([*(file["name"] for file in lost), *report["missing"]])
        value = (unread + unsent) / whole if whole else 1.0
        yield Measure(extract, "files_lost", _named(named, len(files) + len(report["missing"])), value, len(named))
    if rows:
        if extract in _EVERY_MONTH:
            yield Measure(extract, "rows", ALL, _rows(files, "rows_accepted"), rows)
        yield Measure(extract, "rows_set_apart", ALL, _rows(files, "rows_quarantined") / rows, rows)
    for office, own in _by_office(files).items():
        read = _rows(own, "rows_read")
        if read:
            yield Measure(extract, "office_set_apart", office, _rows(own, "rows_quarantined") / read, read, read / rows)
            yield from _of_columns(extract, office, own, read / rows)


def _named(names: Sequence[str], of: int) -> str:
    """Some names, their number, and the total."""
    more = ", …" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more} ({len(names)}/{of})"


def _rows(files: Iterable[Report], name: str) -> int:
    return sum(file[name] for file in files)


def _by_office(files: Iterable[Report]) -> dict[str, list[Report]]:
    """The readable files by office."""
    found: dict[str, list[Report]] = defaultdict(list)
    for file in files:
        if not (file["rejected"] or file["repeats"]):
            found[file["office_code"]].append(file)
    return found


def _of_columns(extract: str, office: str, files: Sequence[Report], share: float) -> Iterator[Measure]:
    """For each column the shares of cells that are empty, unreadable, or have the most frequent value."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for file in files:
        for column, found in file.get("columns", {}).items():
            counts[column].update({name: found.get(name) or 0 for name in _COUNTS})
    for column, found in counts.items():
        cells, filled = found["cells"], found["cells"] - found["empty"]
        subject = f"{office} {column}"
        if cells:
            yield Measure(extract, "column_empty", subject, found["empty"] / cells, cells, share)
        if filled > 0:
            yield Measure(extract, "column_unreadable", subject, found["unreadable"] / filled, filled, share)
            yield Measure(extract, "column_one_value", subject, found["most_frequent"] / filled, filled, share)


def _of_registers(warehouse: Warehouse, month: str) -> Iterator[Measure]:
    """Measures of the accepted rows."""
    with warehouse.sql() as engine:
        for name, table in (("memberships", MEMBERSHIPS), ("persons", PERSONS), ("contributions", PAYMENTS)):
            there = [month] if month in warehouse.months(table.name) else []
            query.register_months(engine, name, warehouse, table, there)
        offices, per_person, payments = (
            engine.query(query.sql_text(HERE, name)) for name in ("offices", "memberships_per_person", "payments")
        )
    yield from of_offices(offices)
    yield from of_memberships_per_person(per_person.row(0, named=True))
    paid = payments.row(0, named=True)
    if paid["payments"] and paid["last_paid_on"]:
        yield of_payments(month, paid["payments"], paid["last_paid_on"])


def of_offices(offices: pl.DataFrame) -> Iterator[Measure]:
    """Rows, programmes and missing identities of each office; grain of the frame: as `offices.sql`."""
    whole = int(offices["memberships"].sum())
    for row in offices.iter_rows(named=True):
        office, members = row["office_code"], row["memberships"]
        yield Measure(MEMBERS, "office_rows", office, members, members, members / whole)
        yield Measure(MEMBERS, "without_nik", office, row["without_nik"] / members, members, members / whole)
        for name in PROGRAMMES:
            yield Measure(MEMBERS, "programme", f"{office} {name}", row[name] / members, members, members / whole)


def of_memberships_per_person(row: Mapping[str, Any]) -> Iterator[Measure]:
    """Memberships per person, from the row of `memberships_per_person.sql`."""
    if row["persons"]:
        yield Measure(MEMBERS, "memberships_per_person", ALL, row["memberships"] / row["persons"], row["persons"])
        yield Measure(MEMBERS, "most_memberships", ALL, row["most_memberships"], row["persons"])


def of_payments(month: str, payments: int, last_paid_on: date) -> Measure:
    """Days from the last payment to the due day of wage earners for the month."""
    return Measure(PAID, "payments_missing_days", ALL, (due_on(month, following=True) - last_paid_on).days, payments)


def of_coverage(coverage: pl.DataFrame) -> Iterator[Measure]:
    """Denominators of the nation and of provinces, and the coverage of the nation."""
    whole = coverage.filter(
        pl.col("geography_basis") == "home",
        pl.col("programme") == "any",
        pl.col("segment") == ALL,
        pl.col("sex") == ALL,
        pl.col("age_band") == ALL,
        pl.col("denominator_persons").is_not_null(),
        pl.col("geography_level").is_in(["nation", "province"]),
    ).sort("denominator_id", "region_code")
    for row in whole.iter_rows(named=True):
        persons, kind = row["denominator_persons"], row["denominator_id"]
        is_nation = row["region_code"] == NATION
        measure = "denominator_nation" if is_nation else "denominator_province"
        yield Measure(SURVEY, measure, f"{row['region_code']} {kind}", persons, persons)
        if is_nation and kind == "potential" and row["coverage_ratio"] is not None:
            yield Measure(SURVEY, "coverage_ratio", NATION, row["coverage_ratio"], persons)


def of_survey(found: Iterable[SurveyFinding], month: date) -> Iterator[Measure]:
    """Problems of survey waves with rows delivered in the month; an older wave was judged in its own month."""
    for each in found:
        if each.last_delivered == month:
            share = each.delivered / each.expected if each.expected else 0.0
            value = 1 - share if each.name == SEGMENT else share
            yield Measure(SURVEY, each.name, f"{each.wave:%Y-%m} {each.region_code}", value, each.expected)


def of_flows(flows: pl.DataFrame) -> Iterator[Measure]:
    """Changes of protected persons above the list drift_limits, without an exception."""
    limits = {row["segment"]: int(row["limit_permille"]) / 1000 for row in _drift_limits()}
    for row in flows.filter(pl.col("drift") == "unusual").iter_rows(named=True):
        measure = "drift_nation" if row["province_code"] == NATION else "drift_province"
        change = abs(row["change_ratio"]) if row["change_ratio"] is not None else 1.0
        persons = max(row["opening_persons"], row["closing_persons"])
        subject = f"{row['province_code']} {row['segment']}"
        yield Measure(MEMBERS, measure, subject, change, persons, limit=limits[row["segment"]])


def _drift_limits() -> Iterator[dict[str, str]]:
    return code_lists.codes("drift_limits").iter_rows(named=True)


def _frame(warehouse: Warehouse, table: str, month: str) -> pl.DataFrame:
    return pl.read_parquet(warehouse.files(table, month))
