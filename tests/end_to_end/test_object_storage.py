"""A month of 1:10,000 by the command, on a folder and on a bucket of a real S3-compatible server: the same, byte for byte."""

from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from assets.coverage.build import build_coverage
from assets.warehouse import Warehouse
from pipelines.cli.main import app
from schemas.extracts.catalogue import EXTRACTS, stored_table
from schemas.registers import REGISTERS
from schemas.summaries import SUMMARIES
from simulator import simulate
from tests.nation import SCALE, live
from tests.objectstore import KEY_ID, SECRET, TestBucket
from tests.thresholds import by_threshold_alone

MONTH = "2024-12"
TABLES = [
    *(f"quarantine/{table.name}" for table in EXTRACTS),
    *(stored_table(table).name for table in EXTRACTS),
    *(table.name for table in (*REGISTERS, *SUMMARIES)),
]


def cakupan(*words: str) -> Result:
    with by_threshold_alone():
        return CliRunner().invoke(app, words, env={"COLUMNS": "200"}, catch_exceptions=False)


def content(warehouse: Warehouse, table: str) -> pl.DataFrame | None:
    """The sorted rows of the month; None if the table has no such month, or the month has no file."""
    files = warehouse.files(table, MONTH) if MONTH in warehouse.months(table) else []
    return pl.read_parquet(files).sort(pl.all()) if files else None


@pytest.mark.slow
def test_a_month_in_a_bucket_is_the_month_in_a_folder(
    bucket: TestBucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAKUPAN_HOME", str(tmp_path))
    simulate(tmp_path / "landing", MONTH, SCALE)
    assert cakupan("run", "--month", MONTH).exit_code == 0
    release = live(tmp_path / "releases").folder
    released = {path.relative_to(release): path.read_bytes() for path in release.rglob("*") if path.is_file()}
    release.rename(tmp_path / "put-aside")  # it is built again, with the time in the journal

    done = cakupan("run", "--month", MONTH, "--warehouse", bucket.url, "--releases", str(tmp_path / "releases"))
    assert done.exit_code == 0
    held = cakupan("quarantine", "--month", MONTH, "--warehouse", bucket.url)
    assert f"{bucket.url}/.store/quarantine\n" in held.output
    again = {path.relative_to(release): path.read_bytes() for path in release.rglob("*") if path.is_file()}
    assert again.keys() == released.keys()
    assert [name for name in released if again[name] != released[name]] == []

    monkeypatch.setenv("CAKUPAN_CACHE", str(tmp_path / "another machine"))
    here, there = Warehouse(tmp_path / "warehouse"), Warehouse(bucket.url)
    compared = []
    for table in TABLES:
        ours, theirs = content(here, table), content(there, table)
        assert (ours is None) == (theirs is None), table
        if ours is not None and theirs is not None:
            assert ours.equals(theirs), table
            compared.append(table)
    assert len(compared) > 30
    assert (tmp_path / "warehouse" / "key.fingerprint").read_text() == there.storage.put_if_absent(
        "key.fingerprint", "none"
    )
    assert [name for name in bucket.names() if name.startswith(".locks")] == [], "every lock was given back"

    assert build_coverage(there, MONTH)["reused"] == 1, "another machine recognises finished months"
    status = cakupan("status", "--warehouse", bucket.url)
    assert status.exit_code == 0
    assert MONTH in status.output

    reported = [done.output, status.output]
    reported += [path.read_bytes().decode(errors="replace") for path in tmp_path.rglob("*") if path.is_file()]
    assert not [text for text in reported if KEY_ID in text or SECRET in text]
