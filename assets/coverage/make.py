"""The summary tables of a month: working tables in order, then one result a `.sql` file.

Belongs here: which inputs a summary reads and in which order its steps run. The metrics are in the SQL.
"""

from datetime import date
from pathlib import Path

import polars as pl

from assets import query
from assets.coverage.adding_up import unequal
from assets.coverage.geography import geography
from assets.engines.engine import Engine
from assets.errors import MonthRefused
from assets.provenance import fingerprint
from assets.registers.persons import month_values
from assets.warehouse import Warehouse
from schemas.extracts import stored_table
from schemas.registers import PERSON_CELLS
from schemas.summaries import COVERAGE
from schemas.workforce import WORKFORCE

HERE = Path(__file__).parent


def make_coverage(warehouse: Warehouse, month: str, *, force: bool = False) -> dict[str, str | int]:
    """Make and promote `coverage` of the month; returns its row count and the survey wave it divides by.

    Without a wave up to the month the protected are still counted, with denominator_id none.
    Raises MonthRefused where parts and whole disagree; nothing is promoted then.
    """
    sources = [name for name in warehouse.months("workforce") if name <= month]
    inputs = [warehouse.stage("person_cells", month)["fingerprint"]]
    inputs += [warehouse.stage("workforce", name)["fingerprint"] for name in sources]
    made_from = fingerprint(*inputs, code=(__name__,))
    stage = warehouse.stage("coverage", month)
    if stage.get("fingerprint") == made_from and not force:
        return dict(stage["counts"]) | {"reused": 1}
    with warehouse.sql() as engine, warehouse.candidate("coverage", month) as candidate:
        wave = _prepare(engine, warehouse, month, sources)
        frame = query.result(engine, HERE, COVERAGE, month_values(month))
        problems = unequal(frame, COVERAGE)
        if problems:
            raise MonthRefused(f"coverage of {month}: {'; '.join(problems)}; nothing was promoted")
        counts: dict[str, str | int] = {"coverage": frame.height, "survey_wave": wave}
        made = {"fingerprint": made_from, "counts": counts} | query.origin(engine, COVERAGE)
        warehouse.promote("coverage", month, candidate, made | query.store(frame, candidate))
    return counts | {"reused": 0}


def _prepare(engine: Engine, warehouse: Warehouse, month: str, sources: list[str]) -> str:
    query.attach(engine, "person_cells", warehouse, PERSON_CELLS, [month])
    files = [path for source in sources for path in warehouse.files("workforce", source)]
    wave = _newest_wave(files, month)
    engine.offer("workforce", _wave_rows(files, wave))
    query.offer_codes(engine, "segments", "programmes", "employment_statuses")
    engine.offer("geography", geography())
    values = {"survey_wave": date.fromisoformat(wave or "1900-01-01")}
    for name in ("population", "denominators", "numerators"):
        query.define(engine, HERE, name, values)
    return wave


def _newest_wave(files: list[Path], month: str) -> str:
    """The newest survey wave up to the month; empty where none was delivered."""
    if not files:
        return ""
    waves = pl.scan_parquet(files).select("survey_wave").unique().collect()["survey_wave"].cast(pl.String)
    return max((wave for wave in waves if wave[:7] <= month), default="")


def _wave_rows(files: list[Path], wave: str) -> pl.DataFrame:
    """The wave's cells; a wave delivered in several months counts once, as delivered last."""
    stored = stored_table(WORKFORCE)
    rows = pl.concat([pl.read_parquet(path) for path in files]) if files else pl.DataFrame(schema=stored.storage)
    newest = rows.filter(pl.col("survey_wave").cast(pl.String) == wave)
    return newest.filter(pl.col("month") == pl.col("month").max())
