"""How a summary table of a month is made: what it reads, the SQL in order, what must hold before it is promoted.

Belongs here: the one way from inputs to a promoted month, and what happens where an input is not there: the table then
has one row that says so. Not: any metric (the `.sql` of a question's folder) and which tables there are (`catalogue`).
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
MonthSelection = Callable[[list[str], str], list[str]]


@dataclass(frozen=True)
class SummaryInput:
    """A warehouse table offered to the SQL under `name`: the months `choose` picks of those there, for a month.

    `is_required`: without any month the summary is not available; otherwise the view is empty.
    """

    name: str
    table: Table
    select_months: MonthSelection
    is_required: bool = True


@dataclass(frozen=True, eq=False)
class Summary:
    """A summary table: the folder of its SQL, its reads, code lists, working tables in order, and its checks.

    The SQL of the table is `<table>.sql` in the folder, and so are its working tables, unless a folder is named with one.
    Those named in `views` are read once, so they are not stored. `values` gives further parameters; `prepare` offers what
    no read or list does; `check` returns what is wrong with the result. `notices` counts, under each of
    `notice_names`, the rows of it that somebody should look at: never a refusal, and an error where it `is_grave`.
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
    is_grave: Callable[[pl.DataFrame], bool] = lambda frame: False

    @property
    def code(self) -> tuple[str, ...]:
        """The modules that decide what the table holds: this one, and the package that declares the summary."""
        return __name__, f"{__package__}.{self.folder.name}"


@dataclass(frozen=True)
class SummaryResult:
    """What came of a summary: its rows, or why it is not available."""

    rows: int
    reason: str
    reused: bool


def build_summary(warehouse: Warehouse, month: str, summary: Summary, *, force: bool = False) -> SummaryResult:
    """Make and promote a month of the table. Raises MonthRefused where its check finds anything; nothing is promoted."""
    name = summary.table.name
    input_months = select_input_months(warehouse, month, summary)
    absent = (
        _absent(warehouse, read, month) for read in summary.inputs if read.is_required and not input_months[read.name]
    )
    reason = next(absent, "")
    made_from = _fingerprint(warehouse, summary, input_months, reason)
    build = MonthBuild(warehouse, month, (name,), {"fingerprint": made_from})
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
    """Months of the table that hold a delivery; a month of an extract nobody delivered is there and empty."""
    stages = {month: warehouse.month_metadata(table.name, month) for month in warehouse.months(table.name)}
    return [month for month, stage in stages.items() if "report" not in stage or _taken(stage["report"])]


def _taken(report: dict[str, list[dict[str, str]]]) -> bool:
    return any(not (file["rejected"] or file["repeats"]) for file in report["files"])


def _fingerprint(warehouse: Warehouse, summary: Summary, input_months: InputMonths, reason: str) -> str:
    stages = [
        f"{read.name} {month} {warehouse.month_metadata(read.table.name, month)['fingerprint']}"
        for read in summary.inputs
        for month in input_months[read.name]
    ]
    return fingerprint(summary.table.name, reason, *stages, code=summary.code)


def _absent(warehouse: Warehouse, read: SummaryInput, month: str) -> str:
    """One line that says what is missing or was refused, and how to mend it."""
    extract = read.table.extract
    if extract:
        report = warehouse.month_metadata(stored_table(BY_NAME[extract]).name, month).get("report", {"files": []})
        refused = [file for file in report["files"] if file["rejected"]]
        if refused:
            name, why = refused[0]["name"], refused[0]["message"]
            return f"{extract} of {month} came and was refused: {name}: {why}; mend it and run the month again"
        return f"no {extract} was delivered for {month}: put it in {month}/{extract}/ and run the month again"
    before = previous(month)
    return f"{read.table.name} of {before if read.select_months is month_before else month} is not there: run that month first"


def select_input_months(warehouse: Warehouse, month: str, summary: Summary) -> InputMonths:
    """The months that each of the reads takes."""
    return {read.name: read.select_months(_delivered(warehouse, read.table), month) for read in summary.inputs}


def persons_scale(warehouse: Warehouse, month: str) -> int:
    """How many persons each person of the month stands for: 1, but in a synthetic nation (`Delivery.persons_scale`)."""
    return int(warehouse.month_metadata(stored_table(ENROLMENTS).name, month).get("persons_scale", 1))


def register_inputs(
    engine: Engine, warehouse: Warehouse, month: str, summary: Summary, input_months: InputMonths
) -> dict[str, query.Parameter]:
    """All that the SQL of the table reads, working tables included; gives the values of its parameters."""
    for read in summary.inputs:
        query.register_months(engine, read.name, warehouse, read.table, input_months[read.name])
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
    """The table as the engine computes it, and how that was."""
    with warehouse.sql() as engine:
        values = register_inputs(engine, warehouse, month, summary, input_months)
        return query.compute(engine, summary.folder, summary.table, values), query.origin_metadata(
            engine, summary.table
        )


def _not_available(table: Table, month: str, reason: str) -> pl.DataFrame:
    """One row: the key of the month as a whole, every figure null, and why."""
    known: dict[str, object] = {
        "month": month_values(month)["month"],
        "availability": "not_available",
        "reason": reason,
    }
    row = {field.name: known.get(field.name, _whole(field.name, table, month)) for field in table.fields}
    return canonical(pl.DataFrame({name: [value] for name, value in row.items()}, schema=table.storage), table)


def _whole(name: str, table: Table, month: str) -> object:
    """What stands in a key column of that row."""
    if name not in table.key:
        return None
    dtype = table.storage[name]
    if dtype == pl.Date():
        return month_values(month)["month"]
    if dtype.is_integer():
        return 0
    return NATION if name in ("province_code", "region_code") else ALL


def this_month(there: list[str], month: str) -> list[str]:
    """The month itself."""
    return [month] if month in there else []


def month_before(there: list[str], month: str) -> list[str]:
    """The month before."""
    return [previous(month)] if previous(month) in there else []


def newest(there: list[str], month: str) -> list[str]:
    """The newest month up to the month: a list that stands until the next one replaces it."""
    return [name for name in there if name <= month][-1:]


def up_to_month(there: list[str], month: str) -> list[str]:
    """All months up to the month: a survey wave may be in any of them."""
    return [name for name in there if name <= month]


def last_months(count: int) -> MonthSelection:
    """Those of the last `count` months that are there, the month itself included."""

    def choose(there: list[str], month: str) -> list[str]:
        return [name for name in there if previous(month, count - 1) <= name <= month]

    return choose
