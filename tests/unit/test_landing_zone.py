"""The landing sensor: complete months, missing files, folders that are not months, and months that read others."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assets.coverage.dependence import deliveries_read
from assets.ingest.delivery import write_manifest
from pipelines.landing_zone import Cursor, Landed, followed, look
from tests.unit.landing import land

NOW = datetime(2025, 1, 25, tzinfo=UTC)
MONTHS = ("2024-06", "2024-10", "2024-11", "2024-12")


@pytest.mark.parametrize("name", ["2018-12", "2024-13", "2025-02", "Desember", "2024-12 (1)", "202412"])
def test_a_folder_that_is_not_a_month_is_reported_and_the_others_run(tmp_path: Path, name: str) -> None:
    land(tmp_path, "2024-12")
    (land(tmp_path, "2024-11")).rename(tmp_path / name)
    seen = look(tmp_path, NOW)
    assert list(seen.complete) == ["2024-12"]
    assert list(seen.invalid) == [name]
    assert f"{name} is not run: it is no month from 2019-01 to 2025-01" in seen.messages()[0]


def test_missing_files_of_a_month_are_reported(tmp_path: Path) -> None:
    land(tmp_path, "2024-12")
    (tmp_path / "2024-12" / "workforce" / "a.csv").unlink()
    land(tmp_path, "2024-11")
    (tmp_path / "2024-11" / "manifest.json").write_text("{")
    seen = look(tmp_path, NOW)
    assert seen.complete == {}
    assert seen.messages() == [
        "2024-11 is not complete yet: 2024-11/manifest.json cannot be read: write it again with `cakupan manifest`",
        "2024-12 is not complete yet: waits for workforce/a.csv",
    ]


def keys(seen: Landed, cursor: Cursor) -> dict[str, str]:
    found = seen.keys(cursor.contents)
    cursor.contents |= seen.contents
    return found


def changed(root: Path, month: str, cursor: Cursor, **files: str) -> set[str]:
    """The months whose key changes with this new delivery."""
    before = keys(look(root, NOW), cursor)
    land(root, month, **files)
    after = keys(look(root, NOW), cursor)
    return {name for name, key in after.items() if before.get(name) != key}


def test_a_new_delivery_changes_the_keys_of_the_months_that_read_it(tmp_path: Path) -> None:
    for month in MONTHS:
        land(tmp_path, month)
    cursor = Cursor()
    assert changed(tmp_path, "2024-12", cursor, enrolments="new") == {"2024-12"}
    assert changed(tmp_path, "2024-11", cursor, enrolments="new") == {"2024-11", "2024-12"}
    assert changed(tmp_path, "2024-06", cursor, workforce="new") == set(MONTHS)  # a wave is read until the next one
    assert changed(tmp_path, "2024-06", cursor, targets="new") == set(MONTHS)  # and so is a list of targets
    assert changed(tmp_path, "2024-12", cursor, targets="new") == {"2024-12"}
    assert changed(tmp_path, "2024-06", cursor, targets="newer") == {"2024-06", "2024-10", "2024-11"}


def test_an_incomplete_new_delivery_changes_no_other_month(tmp_path: Path) -> None:
    for month in MONTHS:
        land(tmp_path, month)
    cursor = Cursor()
    before = keys(look(tmp_path, NOW), cursor)
    file = tmp_path / "2024-11" / "enrolments" / "a.csv"
    file.write_text("much longer")
    assert keys(look(tmp_path, NOW), cursor) == {month: key for month, key in before.items() if month != "2024-11"}
    write_manifest(tmp_path / "2024-11", "2024-11", synthetic=True)
    after = keys(look(tmp_path, NOW), cursor)
    assert {month for month in MONTHS if before[month] != after[month]} == {"2024-11", "2024-12"}


def test_a_cursor_survives_its_text_and_an_unknown_text_is_empty() -> None:
    cursor = Cursor({"2024-12": {"memberships": "a"}}, {"2024-12": "b"})
    assert Cursor.parse(cursor.as_text()) == cursor
    for text in (None, "", "x", json.dumps([1]), json.dumps({"keys": 3})):
        assert Cursor.parse(text) == Cursor()


def test_a_month_reads_the_deliveries_of_its_declared_inputs() -> None:
    delivered = {"memberships": list(MONTHS), "workforce": ["2024-06"], "contributions": ["2024-10", "2024-12"]}
    read = deliveries_read("2024-12", delivered)
    assert {of for name, of in read if name == "memberships"} >= {"2024-11", "2024-12"}
    assert ("workforce", "2024-06") in read
    assert ("contributions", "2024-10") in read  # prepayments
    assert {of for _, of in deliveries_read("2024-06", delivered)} == {"2024-06"}


def test_the_months_that_read_a_month_follow_it() -> None:
    contents = {month: {"memberships": month} for month in MONTHS}
    assert followed("2024-11", ["2024-12"], contents)
    assert not followed("2024-12", [], contents)
    assert not followed("2024-12", ["2024-11"], contents)
