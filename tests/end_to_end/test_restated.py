"""A month restated after a later one was released, through landing and Dagster: new vintages of what changed, no more."""

import hashlib
import re
import shutil
from pathlib import Path

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

from assets.ingest.delivery import write_manifest
from assets.release.verify import verify_release
from pipelines.cli.main import app
from schemas.summaries import SUMMARIES
from tests.nation import Nation, live
from tests.thresholds import by_threshold_alone

PAGE = (Path(__file__).parents[2] / "docs" / "releases.md").read_text(encoding="utf-8")


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.slow
def test_november_restated_after_december_is_a_vintage_of_what_changed(
    nation: Nation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("landing", "warehouse", "releases"):
        shutil.copytree(nation.root / folder, tmp_path / folder, symlinks=True)
    monkeypatch.setenv("CAKUPAN_HOME", str(tmp_path))
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    first = live(tmp_path / "releases")
    before, untouched = first.summaries(), digests(first.folder)
    november = tmp_path / "landing" / "2024-11"
    largest = max((november / "enrolments").iterdir(), key=lambda path: path.stat().st_size)
    largest.unlink()  # an office takes its file back
    write_manifest(november, "2024-11", synthetic=True)

    alone = ["run", "--month", "2024-11"]
    refused = CliRunner().invoke(app, alone)  # December's flows begin with another November, so it is built again
    assert "2024-12: reads a new delivery" in refused.output
    assert refused.exit_code == 1
    assert "held, because figures would be wrong: 2024-12: (1)" in str(refused.exception)  # it rose against November
    assert live(tmp_path / "releases") == first
    done = CliRunner().invoke(app, [*alone, "--reason", "an office took its file back"])
    assert done.exit_code == 1  # the reason is for November, and December is already built
    assert "cakupan run --month 2024-12" in str(done.exception)
    both = [*alone, "--month", "2024-12"]
    with by_threshold_alone():
        done = CliRunner().invoke(app, [*both, "--reason", "an office took its file back"])
    assert done.exit_code == 0, done.output

    second = live(tmp_path / "releases")
    assert (digests(first.folder), verify_release(first)) == (untouched, [])
    with by_threshold_alone():  # it has no proof
        assert verify_release(second) == []
    after = second.summaries()
    with duckdb.connect(second.database, read_only=True) as con:
        vintages = con.execute("SELECT strftime(month, '%Y-%m'), vintage, status, reason_class FROM release_months"
                               " WHERE release_id = ?", [second.release_id]).fetchall()  # fmt: skip
        assert sorted(vintages) == [(month, 2, "revised", "R") for month in ("2024-11", "2024-12")]
        for query in re.findall(r"```sql\n(.*?)```", PAGE, re.S):
            assert bool(con.execute(query).fetchall()) is ("2025-02-01" not in query), (
                query
            )  # nothing was published then
        for table in (table.released() for table in SUMMARIES):
            key, both = (
                list(table.key),
                before[table.name].join(after[table.name], on=list(table.key), how="full", suffix="_now"),
            )
            others = [name for name in table.names if name not in key]
            here, now = (
                pl.col(others[-1]).is_not_null(),
                pl.col(f"{others[-1]}_now").is_not_null(),
            )  # conf_status: never empty
            same = pl.all_horizontal(here, now, *(pl.col(n).eq_missing(pl.col(f"{n}_now")) for n in others))
            kept = con.sql(f"SELECT * FROM {table.name}_history").pl()
            assert kept.height == both.filter(~same).height - _of_new_months(both, before[table.name]), table.name
            reported = con.sql(f"SELECT * FROM {table.name}_in('{first.release_id}')").pl().sort(key)
            assert reported.equals(before[table.name]), table.name


def _of_new_months(both: pl.DataFrame, before: pl.DataFrame) -> int:
    """Rows of months without earlier rows: no history is kept."""
    return both.filter(
        pl.col("month").is_null(), pl.col("month_now").is_in(before["month"].unique().implode()).not_()
    ).height
