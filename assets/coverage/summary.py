"""Build a summary table of a month: its inputs, its SQL in order, its checks before it is promoted.

Belongs here: the way from inputs to a promoted month. Where a required input is missing, the table has one row that gives the
reason. Not here: any metric (the `.sql` in the folder of a question), the list of tables (`catalogue`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from assets.coverage.geography import geography
from assets.engines.canonical import canonical
from assets.engines.engine import Engine
from assets.errors import MonthRefused
from assets.month_selection import MONTH_BEFORE, MonthSelection
from assets.provenance import fingerprint
from assets.registers.persons import month_values
from assets.warehouse import Warehouse, query
from assets.warehouse.month_build import MonthBuild
from schemas.extracts.catalogue import BY_NAME, stored_table
from schemas.extracts.enrolments import ENROLMENTS
from schemas.months import previous
from schemas.summaries.common import ALL, NATION
from schemas.tables import Table

InputMonths = Mapping[str, list[str]]
Values = Callable[[str, InputMonths], dict[str, query.Parameter]]


@dataclass(frozen=True)
class SummaryInput:
    """A warehouse table that the SQL reads under `name`. `select_months` selects its months, from those available, for a month.

    `is_required`: without any month the summary is not available; otherwise the table is empty.
    """

    name: str
    table: Table
    select_months: MonthSelection
    is_required: bool = True


@dataclass(frozen=True, eq=False)
class Summary:
    """A summary table: the folder of its SQL, its inputs, code lists, working tables in order, and checks.

    The SQL of the table is `<table>.sql` in the folder; a working table is there too, unless its folder is given. Working tables
    in `views` are read once, so they are not stored. `values` returns further parameters; `prepare` registers further frames;
    `check` returns errors of the result, which refuse the month. `notices` counts, under each of `notice_names`, rows that a
    person should look at: a warning, or an error where `is_error`.
    """

    table: Table
    folder: Path
    inputs: tuple[SummaryInput, ...]
    codes: tuple[str, ...] = ()
    working: tuple[str | tuple[str, Path], ...] = ()
    views: tuple[str, ...] = ()
    values: Values = lambda month, input_months: {}
    prepare: Callable[[Engine, str, InputMonths], None] = lambda engine, month, input_months: None
    check: Callable[[pl.DataFrame], list[str]] = lambda frame: []
    notice_names: tuple[str, ...] = ()
    notices: Callable[[pl.DataFrame], dict[str, int]] = lambda frame: {}
    is_error: Callable[[pl.DataFrame], bool] = lambda frame: False

    @property
    def code(self) -> tuple[str, ...]:
        """The modules that decide the content of the table: this one, and the package that declares the summary."""
        return __name__, f"{__package__}.{self.folder.name}"


@dataclass(frozen=True)
class SummaryResult:
    """The result of a build: the number of rows, or the reason why the table is not available."""

    rows: int
    reason: str
    reused: bool


def build_summary(warehouse: Warehouse, month: str, summary: Summary, *, force: bool = False) -> SummaryResult:
    """Build and promote a month of the table. Raises MonthRefused where its check fails; nothing is promoted then."""
    name = summary.table.name
    input_months = select_input_months(warehouse, month, summary)
    absent = (
        _absent(warehouse, source, month)
        for source in summary.inputs
        if source.is_required and not input_months[source.name]
    )
    reason = next(absent, "")
    input_digest = _fingerprint(warehouse, summary, input_months, reason)
    build = MonthBuild(warehouse, month, (name,), {"fingerprint": input_digest})
    if known := build.known(force=force):
        return SummaryResult(known["rows"], known["reason"], reused=True)
    with build.candidates() as candidates:
        frame, origin = _not_available(summary.table, month, reason), dict[str, Any]()
        if not reason:
            frame, origin = _summarised(warehouse, month, summary, input_months)
            problems = summary.check(frame)
            if problems:
                raise MonthRefused(f"{name} of {month}: {'; '.join(problems)}; nothing was promoted")
        candidates.write_frame(summary.table, frame)
        candidates.describe(name, {"reason": reason} | origin)
    return SummaryResult(frame.height, reason, reused=False)


def _delivered(warehouse: Warehouse, table: Table) -> list[str]:
    """Months of the table with a delivery. A month of an extract without a delivery is stored too, and empty."""
    stages = {month: warehouse.month_metadata(table.name, month) for month in warehouse.months(table.name)}
    return [month for month, stage in stages.items() if "report" not in stage or _has_readable_file(stage["report"])]


def _has_readable_file(report: dict[str, list[dict[str, str]]]) -> bool:
    return any(not (file["rejected"] or file["repeats"]) for file in report["files"])


def _fingerprint(warehouse: Warehouse, summary: Summary, input_months: InputMonths, reason: str) -> str:
    stages = [
        f"{source.name} {month} {warehouse.month_metadata(source.table.name, month)['fingerprint']}"
        for source in summary.inputs
        for month in input_months[source.name]
    ]
    return fingerprint(summary.table.name, reason, *stages, code=summary.code)


def _absent(warehouse: Warehouse, source: SummaryInput, month: str) -> str:
    """One line: the input that is missing or was refused, and the remedy."""
    extract = source.table.extract
    if extract:
        report = warehouse.ingestion_report(stored_table(BY_NAME[extract]).name, month)
        refused = [file for file in report["files"] if file["rejected"]]
        if refused:
            name, why = refused[0]["name"], refused[0]["message"]
            return f"{extract} of {month} was delivered and refused: {name}: {why}; correct it and run the month again"
        return f"no {extract} was delivered for {month}: put it in {month}/{extract}/ and run the month again"
    before = previous(month)
    missing = before if source.select_months == MONTH_BEFORE else month
    return f"the table {source.table.name} of {missing} is not there: run that month first"


def select_input_months(warehouse: Warehouse, month: str, summary: Summary) -> InputMonths:
    """Input → the months that it reads."""
    return {source.name: source.select_months(_delivered(warehouse, source.table), month) for source in summary.inputs}


def persons_scale(warehouse: Warehouse, month: str) -> int:
    """Real persons per person of the month: 1, except in a synthetic nation (`Delivery.persons_scale`)."""
    return int(warehouse.month_metadata(stored_table(ENROLMENTS).name, month).get("persons_scale", 1))


def register_inputs(
    engine: Engine, warehouse: Warehouse, month: str, summary: Summary, input_months: InputMonths
) -> dict[str, query.Parameter]:
    """Register the inputs of the SQL and create its working tables; return the values of its parameters."""
    for source in summary.inputs:
        query.register_months(engine, source.name, warehouse, source.table, input_months[source.name])
    query.register_code_lists(engine, *summary.codes)
    engine.register_frame("geography", geography())
    summary.prepare(engine, month, input_months)
    values = (
        month_values(month) | {"persons_scale": persons_scale(warehouse, month)} | summary.values(month, input_months)
    )
    for step in summary.working:
        name, folder = (step, summary.folder) if isinstance(step, str) else step
        create = query.create_view if name in summary.views else query.create_table
        create(engine, folder, name, values)
    return values


def _summarised(
    warehouse: Warehouse, month: str, summary: Summary, input_months: InputMonths
) -> tuple[pl.DataFrame, dict[str, Any]]:
    """The computed table, and the metadata of its computation."""
    with warehouse.sql() as engine:
        values = register_inputs(engine, warehouse, month, summary, input_months)
        return query.compute(engine, summary.folder, summary.table, values), query.origin_metadata(
            engine, summary.table
        )


def _not_available(table: Table, month: str, reason: str) -> pl.DataFrame:
    """One row: the key of the month as a whole, every figure null, and the reason."""
    known: dict[str, object] = {
        "month": month_values(month)["month"],
        "availability": "not_available",
        "reason": reason,
    }
    row = {field.name: known.get(field.name, _key_value(field.name, table, month)) for field in table.fields}
    return canonical(pl.DataFrame({name: [value] for name, value in row.items()}, schema=table.storage), table)


def _key_value(name: str, table: Table, month: str) -> object:
    """The value of a key column in that row."""
    if name not in table.key:
        return None
    dtype = table.storage[name]
    if dtype == pl.Date():
        return month_values(month)["month"]
    if dtype.is_integer():
        return 0
    return NATION if name in ("province_code", "region_code") else ALL
