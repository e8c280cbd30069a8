"""The simulated nation: published figures at every scale, reproducible bytes, and no delivery overwritten."""

import hashlib
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from simulator import simulate
from simulator.apportionment import apportion
from simulator.months import month_index
from simulator.population.calibration import (
    EMPLOYERS,
    by_regency,
    employers_by_regency,
    national_persons,
    persons_at,
    published_figures,
)
from simulator.population.month_plan import plan_month
from simulator.population.regencies import regencies


def test_whole_nation_has_the_published_figures() -> None:
    """At full scale, by province and segment, in December 2023 and later."""
    parents = regencies()["parent_2020"]
    for segment in ("PU", "JAKON", "BPU"):
        counts = by_regency(segment, persons_at(segment, month_index("2023-12")))
        totals: Counter[str] = Counter()
        for parent, count in zip(parents, counts, strict=True):
            totals[parent] += count
        assert totals == {
            parent: published_figures("protected_persons", segment, parent)["2023-12"] for parent in set(parents)
        }
    assert sum(employers_by_regency(1)) == EMPLOYERS
    assert (
        national_persons(month_index("2024-12"), 1)["PU"] + national_persons(month_index("2024-12"), 1)["JAKON"]
        == 35_300_000
    )
    march = {"PU": 26_094_749, "JAKON": 4_881_838, "BPU": 9_219_509, "PMI": 592_392}
    assert national_persons(month_index("2025-03"), 1) == march


@pytest.mark.parametrize("scale", [1e-4, 3e-4, 1e-3, 1 / 7, 1])
def test_segments_add_up_at_every_scale(scale: float) -> None:
    """The total is rounded once, and the segments are parts of it."""
    full, part = national_persons(month_index("2024-12"), 1), national_persons(month_index("2024-12"), scale)
    segments = ("PU", "JAKON", "BPU")
    assert sum(part[name] for name in segments) == round(sum(full[name] for name in segments) * scale)
    assert all(abs(part[name] - full[name] * scale) <= 1 for name in full)


def test_apportion_splits_whole_numbers() -> None:
    """Parts add up and do not exceed the quota rounded up; without any weight all are 0."""
    assert apportion(10, [1, 1, 1]) in ([4, 3, 3], [3, 4, 3], [3, 3, 4])
    assert apportion(7, [2, 0, 5]) == [2, 0, 5]
    assert apportion(5, [0, 0]) == [0, 0]


def test_persons_keep_their_numbers_from_month_to_month() -> None:
    """Members of two months have the same number in both; few enter within a quarter."""
    keys = ["regency", "stratum", "membership", "segment", "person_number"]
    months = [plan_month(month_index(month), 1e-3, 2024) for month in ("2024-09", "2024-12")]
    before, after = (plan.persons(pl.int_range(plan.rows, eager=True)).filter(pl.col("stratum") < 3) for plan in months)
    assert before.select(keys).is_unique().all()
    new = after.join(before, on=keys, how="anti")
    assert new.height < before.height // 8


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below the folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_same_seed_gives_same_bytes_and_another_seed_other_persons(tmp_path: Path) -> None:
    """Month, scale and seed determine every byte; a simulated month can be simulated again."""
    for landing, seed in (("one", 2024), ("two", 2024), ("three", 7)):
        simulate(tmp_path / landing, "2025-02", 1e-4, seed=seed)
    simulate(tmp_path / "three", "2025-02", 1e-4, seed=7)
    one, two, three = (digests(tmp_path / landing) for landing in ("one", "two", "three"))
    assert one == two
    assert one.keys() == three.keys()
    assert one["2025-02/enrolments/K0101.csv"] != three["2025-02/enrolments/K0101.csv"]


def test_progress_counts_files_up_to_all(tmp_path: Path) -> None:
    """The last call reports that every file is written."""
    calls: list[tuple[int, int]] = []
    folder = simulate(tmp_path, "2024-12", 1e-4, progress=lambda done, every: calls.append((done, every)))
    written = sum(path.is_file() for path in folder.rglob("*")) - 1  # without the manifest
    assert calls[-1] == (written, written)
    assert [done for done, _ in calls] == sorted(done for done, _ in calls)


def test_a_delivery_that_was_not_simulated_is_not_overwritten(tmp_path: Path) -> None:
    """A month without a ledger was not simulated."""
    (tmp_path / "2024-12").mkdir()
    with pytest.raises(FileExistsError, match="not simulated"):
        simulate(tmp_path, "2024-12", 1e-4)


@pytest.mark.parametrize("scale", [0, -1, 1.5])
def test_scale_must_be_a_share_of_the_nation(tmp_path: Path, scale: float) -> None:
    """For any other scale nothing is written."""
    with pytest.raises(ValueError, match="share of the nation"):
        simulate(tmp_path, "2024-12", scale)
    assert not list(tmp_path.iterdir())
