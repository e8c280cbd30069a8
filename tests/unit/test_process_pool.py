"""The number of files that are read at once."""

import os

import pytest

from assets.errors import MonthRefused
from assets.ingest.process_pool import worker_count


def test_the_pool_uses_all_cores_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 3, 5})
    assert worker_count() == 3


@pytest.mark.parametrize(("text", "count"), [("1", 1), ("7", 7), ("256", 256)])
def test_the_setting_gives_another_number_of_workers(monkeypatch: pytest.MonkeyPatch, text: str, count: int) -> None:
    monkeypatch.setenv("CAKUPAN_WORKERS", text)
    assert worker_count() == count


@pytest.mark.parametrize("text", ["0", "257", "two", "-1", "1.5"])
def test_an_invalid_number_of_workers_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("CAKUPAN_WORKERS", text)
    with pytest.raises(MonthRefused, match="CAKUPAN_WORKERS is a whole number from 1 to 256"):
        worker_count()
