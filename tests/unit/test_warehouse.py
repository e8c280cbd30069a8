"""The warehouse: months replaced as a whole, candidates that leave no trace, one writer, one key."""

import errno
import json
import multiprocessing
import os
from pathlib import Path

import pytest

from assets.engines.embedded import DuckDB
from assets.errors import KeyRefused, MonthRefused
from assets.warehouse import Warehouse, point

MONTH = "2024-12"


def promote(warehouse: Warehouse, text: str, table: str = "persons", month: str = MONTH) -> Path:
    with warehouse.candidate(table, month) as candidate:
        (candidate / "part-00000.parquet").write_text(text)
        warehouse.promote(table, month, candidate, {"fingerprint": text})
    return warehouse.files(table, month)[0]


def test_a_promoted_month_is_what_readers_see(tmp_path):
    warehouse = Warehouse(tmp_path)
    assert promote(warehouse, "one").read_text() == "one"
    assert warehouse.stage("persons", MONTH) == {"fingerprint": "one"}


def test_months_are_listed_in_order(tmp_path):
    warehouse = Warehouse(tmp_path)
    for month in ("2024-12", "2023-01", "2024-02"):
        promote(warehouse, "x", month=month)
    assert warehouse.months("persons") == ["2023-01", "2024-02", "2024-12"]


def test_a_month_never_promoted_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(MonthRefused, match="persons has no month 2024-12: run the stage that makes it first"):
        Warehouse(tmp_path).files("persons", MONTH)
    assert Warehouse(tmp_path).stage("persons", MONTH) == {}
    assert Warehouse(tmp_path).months("persons") == []


def test_a_candidate_that_fails_leaves_nothing(tmp_path):
    warehouse = Warehouse(tmp_path)

    def fail() -> None:
        with warehouse.candidate("persons", MONTH) as candidate:
            (candidate / "part-00000.parquet").write_text("half")
            raise OSError(errno.ENOSPC, "full")

    with pytest.raises(OSError, match="full"):
        fail()
    assert warehouse.months("persons") == []
    assert list((tmp_path / ".store" / "persons" / MONTH).iterdir()) == []


def _die_half_way(root: Path) -> None:
    warehouse = Warehouse(root)
    with warehouse.lock("persons"), warehouse.candidate("persons", MONTH) as candidate:
        (candidate / "part-00000.parquet").write_text("half")
        os._exit(9)


def test_a_killed_run_leaves_the_old_month_visible_and_lets_go_of_the_lock(tmp_path):
    warehouse = Warehouse(tmp_path)
    promote(warehouse, "old")
    killed = multiprocessing.get_context("fork").Process(target=_die_half_way, args=(tmp_path,))
    killed.start()
    killed.join(20)
    assert killed.exitcode == 9
    assert [path.read_text() for path in warehouse.files("persons", MONTH)] == ["old"]
    with warehouse.lock("persons"):
        assert promote(warehouse, "new").read_text() == "new"


def test_readers_of_the_version_before_keep_it(tmp_path):
    warehouse = Warehouse(tmp_path)
    old = promote(warehouse, "old")
    new = promote(warehouse, "new")
    assert (old.read_text(), new.read_text()) == ("old", "new")


def test_two_versions_are_kept_and_no_more(tmp_path):
    warehouse = Warehouse(tmp_path)
    files = [promote(warehouse, text) for text in ("one", "two", "three", "four")]
    assert [path.exists() for path in files] == [False, False, True, True]


def test_versions_are_numbered_on_also_past_nine(tmp_path):
    warehouse = Warehouse(tmp_path)
    names = [promote(warehouse, str(number)).parent.name for number in range(1, 13)]
    assert names == [str(number) for number in range(1, 13)]


def test_a_private_candidate_is_for_its_owner_alone(tmp_path):
    with Warehouse(tmp_path).candidate("quarantine/enrolments", MONTH, private=True) as candidate:
        assert candidate.stat().st_mode & 0o777 == 0o700
        assert (tmp_path / ".store" / "quarantine" / "enrolments").stat().st_mode & 0o777 == 0o700


def test_the_record_of_a_month_is_promoted_with_its_rows(tmp_path):
    warehouse = Warehouse(tmp_path)
    file = promote(warehouse, "one")
    assert json.loads((file.parent / "_stage.json").read_text()) == {"fingerprint": "one"}


def test_point_moves_a_link_in_one_rename(tmp_path):
    for name in ("old", "new"):
        (tmp_path / "store" / name).mkdir(parents=True)
        point(tmp_path / "links" / "current", tmp_path / "store" / name)
        assert (tmp_path / "links" / "current").resolve().name == name
    assert [path.name for path in (tmp_path / "links").iterdir()] == ["current"]


def test_a_link_stays_right_when_the_whole_warehouse_is_moved(tmp_path):
    promote(Warehouse(tmp_path / "here"), "one")
    (tmp_path / "here").rename(tmp_path / "there")
    assert Warehouse(tmp_path / "there").files("persons", MONTH)[0].read_text() == "one"


def test_a_second_run_of_the_same_is_refused_with_one_line(tmp_path):
    warehouse = Warehouse(tmp_path)
    with warehouse.lock("memberships-2024-12"):
        with (
            pytest.raises(
                MonthRefused, match=r"^another run is writing memberships-2024-12: wait until it ends"
            ) as caught,
            warehouse.lock("memberships-2024-12"),
        ):
            pass
        with warehouse.lock("memberships-2024-11"):
            pass
    assert "\n" not in str(caught.value)
    with warehouse.lock("memberships-2024-12"):
        pass


def test_a_lock_is_let_go_when_the_work_fails(tmp_path):
    warehouse = Warehouse(tmp_path)
    with pytest.raises(ValueError, match="work"), warehouse.lock("x"):
        raise ValueError("work")
    with warehouse.lock("x"):
        pass


def test_the_warehouse_stays_with_the_key_it_was_made_with(tmp_path):
    warehouse = Warehouse(tmp_path / "new")
    warehouse.hold_key("aaaa")
    warehouse.hold_key("aaaa")
    with pytest.raises(KeyRefused, match="is not the key this warehouse was made with") as caught:
        warehouse.hold_key("bbbb")
    assert "aaaa" not in str(caught.value)
    assert "bbbb" not in str(caught.value)


def test_sql_works_within_the_limits_and_fetches_nothing(tmp_path):
    with Warehouse(tmp_path, DuckDB(memory_limit="512MB", threads=1)).sql() as engine:
        names = ("threads", "autoinstall_known_extensions", "autoload_known_extensions", "preserve_insertion_order")
        set_to = [engine.query(f"SELECT current_setting('{name}')").item() for name in names]
    assert set_to == [1, False, False, False]
