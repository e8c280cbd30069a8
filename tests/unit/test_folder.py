"""The warehouse in a folder: links that move in one rename, names for engines, files that are gone."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from assets.disk import replace_symlink
from assets.errors import MonthRefused
from assets.warehouse import Warehouse
from tests.unit.promoted import MONTH, promote

ROOT = Path(__file__).parents[2]


def test_point_moves_a_link_in_one_rename(tmp_path):
    for name in ("old", "new"):
        (tmp_path / "store" / name).mkdir(parents=True)
        replace_symlink(tmp_path / "links" / "current", tmp_path / "store" / name)
        assert (tmp_path / "links" / "current").resolve().name == name
    assert [path.name for path in (tmp_path / "links").iterdir()] == ["current"]


def test_a_link_stays_right_when_the_whole_warehouse_is_moved(tmp_path):
    promote(Warehouse(tmp_path / "here"), "one")
    (tmp_path / "here").rename(tmp_path / "there")
    assert Warehouse(tmp_path / "there").files("persons", MONTH)[0].read_text() == "one"


def test_a_month_is_an_immutable_folder_that_a_link_names(tmp_path):
    file = promote(Warehouse(tmp_path), "one")
    assert file.parent == tmp_path / ".store" / "persons" / MONTH / "1"
    assert (tmp_path / "persons" / f"month={MONTH}").resolve() == file.parent


def test_a_killed_run_lets_go_of_its_lock_at_once(tmp_path):
    code = f"import os, pathlib; from assets.warehouse import Warehouse\nwith Warehouse(pathlib.Path({str(tmp_path)!r})).lock('persons'): os._exit(9)"
    killed = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(ROOT)}, check=False, timeout=60)
    assert killed.returncode == 9
    with Warehouse(tmp_path).lock("persons"):
        pass


@pytest.mark.parametrize("harm", [Path.unlink, lambda file: file.write_text("on")], ids=["gone", "cut short"])
def test_a_file_that_is_not_there_in_full_is_one_clear_line(tmp_path, harm):
    warehouse = Warehouse(tmp_path)
    harm(promote(warehouse, "one"))
    for ask in (warehouse.files, warehouse.uris):
        with pytest.raises(
            MonthRefused,
            match=r"^persons of 2024-12: part-00000.parquet is missing or incomplete: run that month again with --force$",
        ):
            ask("persons", MONTH)


def test_a_month_without_listed_files_is_read_from_its_folder(tmp_path):
    warehouse = Warehouse(tmp_path)
    file = promote(warehouse, "one")
    (file.parent / "_stage.json").write_text(json.dumps({"fingerprint": "one"}))
    assert warehouse.files("persons", MONTH) == [file]


def test_an_engine_writes_into_the_candidate_by_its_uri(tmp_path):
    warehouse = Warehouse(tmp_path)
    with warehouse.candidate("persons", MONTH) as candidate:
        assert warehouse.uri(candidate) == f"file://{candidate}"
        written = Path(warehouse.uri(candidate / "rows").removeprefix("file://"))
        written.mkdir()
        for name in ("part-0.parquet", "_SUCCESS", ".part-0.parquet.crc"):
            (written / name).write_text(name)
        warehouse.promote("persons", MONTH, candidate, {})
    [file] = warehouse.files("persons", MONTH)
    assert (file.parent.name, file.name) == ("rows", "part-0.parquet")
    assert warehouse.uris("persons", MONTH) == [f"file://{file}"]
    assert warehouse.month_metadata("persons", MONTH)["files"] == {"rows/part-0.parquet": {"bytes": 14}}
