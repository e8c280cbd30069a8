"""The months that were built from a delivery that has changed: by content for a release, also by code for a run."""

from pathlib import Path

import polars as pl
import pytest

from assets.coverage.dependence import Ingested, later_months
from assets.errors import ReleaseRefused
from assets.release.assets import refuse_outdated
from assets.warehouse import Warehouse

MONTHS = ("2024-06", "2024-10", "2024-11", "2024-12")


def put(warehouse: Warehouse, name: str, month: str, record: dict[str, object]) -> None:
    with warehouse.candidate(name, month) as folder:
        pl.DataFrame({"month": [month]}).write_parquet(folder / "part-00000.parquet")
        warehouse.promote(name, month, folder, record)


def ingest(warehouse: Warehouse, month: str, content: str, fingerprint: str = "") -> None:
    report = {"files": [{"sha256": content, "rejected": "", "repeats": ""}], "missing": []}
    put(warehouse, "memberships", month, {"fingerprint": fingerprint or content, "report": report})


def judge(warehouse: Warehouse, month: str) -> None:
    put(warehouse, "plausibility", month, {"fingerprint": "f", **Ingested(warehouse).inputs(month)})


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    """Four months, of which three follow each other; all made."""
    found = Warehouse(tmp_path)
    for month in MONTHS:
        ingest(found, month, "first")
    for month in MONTHS:
        judge(found, month)
    return found


def outdated(warehouse: Warehouse, by: str = "inputs") -> list[str]:
    return [month for month in MONTHS if Ingested(warehouse).is_outdated(month, by)]


def test_a_delivery_that_changed_makes_those_outdated_that_read_it(warehouse: Warehouse) -> None:
    assert outdated(warehouse) == []
    ingest(warehouse, "2024-11", "second")
    assert outdated(warehouse) == outdated(warehouse, "deliveries") == ["2024-11", "2024-12"]
    with pytest.raises(ReleaseRefused, match=r"cakupan run --month 2024-11 --month 2024-12;"):
        refuse_outdated(warehouse)
    for month in ("2024-11", "2024-12"):
        judge(warehouse, month)
    refuse_outdated(warehouse)


def test_the_same_delivery_read_by_other_code_is_followed_and_refuses_no_release(warehouse: Warehouse) -> None:
    ingest(warehouse, "2024-11", "first", "by other code")
    assert (outdated(warehouse), outdated(warehouse, "deliveries")) == (["2024-11", "2024-12"], [])
    refuse_outdated(warehouse)


def test_a_month_that_comes_late_is_read_by_those_after_it(warehouse: Warehouse) -> None:
    ingest(warehouse, "2024-09", "first")
    judge(warehouse, "2024-09")
    assert outdated(warehouse) == ["2024-10", "2024-11", "2024-12"]  # flows, and what was compared with three months


def test_later_months_are_those_after_the_first_that_are_not_named() -> None:
    class Three:
        def months(self, _: str) -> list[str]:
            return ["2024-10", "2024-11", "2024-12"]

    assert later_months(Three(), ["2024-11"]) == ["2024-12"]  # type: ignore[arg-type]
    assert later_months(Three(), ["2024-10", "2024-12"]) == ["2024-11"]  # type: ignore[arg-type]
