"""Ticks of the landing sensor: what runs, by which job, what is logged, and that no folder stops the others."""

from pathlib import Path

import dagster as dg
import polars as pl

from pipelines.definitions import build_definitions
from tests.nation import locations_at
from tests.unit.landing import land


def tick(root: Path, cursor: str | None = None) -> tuple[dict[str, str], str, str]:
    """Month → job of each request, the cursor, and the skip reason."""
    locations = locations_at(root)
    definitions = build_definitions(locations=locations)
    with dg.build_sensor_context(
        cursor=cursor, resources={"locations": locations}, repository_def=definitions.get_repository_def()
    ) as context:
        data = definitions.resolve_sensor_def("month_has_landed").evaluate_tick(context)
    jobs = {str(request.partition_key): str(request.job_name) for request in data.run_requests or []}
    return jobs, data.cursor or "", data.skip_message or ""


def made(root: Path, *months: str) -> None:
    """Months whose tables stand."""
    warehouse = locations_at(root).warehouse
    for month in months:
        with warehouse.candidate("plausibility", month) as folder:
            pl.DataFrame({"month": [month]}).write_parquet(folder / "part-00000.parquet")
            warehouse.promote("plausibility", month, folder, {"fingerprint": month})


def test_odd_folders_and_late_files_are_named_and_the_others_run(tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    land(landing, "2024-12")
    for name in ("2018-12", "2024-13", "2099-01"):
        land(landing, "2024-10").rename(landing / name)
    jobs, cursor, reason = tick(tmp_path)
    assert (jobs, reason) == ({"2024-12": "month"}, "")
    jobs, cursor, reason = tick(tmp_path, cursor)
    assert jobs == {}  # nothing landed anew
    assert "2099-01 is not run" in reason
    (landing / "2024-12" / "workforce" / "a.csv").unlink()
    jobs, _, reason = tick(tmp_path, cursor)
    assert jobs == {}
    assert "2024-12 is not complete yet: waits for workforce/a.csv" in reason
    assert all(f"{name} is not run" in reason for name in ("2018-12", "2024-13", "2099-01"))


def test_a_late_file_is_named_while_another_month_is_complete(tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    land(landing, "2024-11")
    _, cursor, _ = tick(tmp_path)
    land(landing, "2024-12")
    (landing / "2024-12" / "workforce" / "a.csv").unlink()
    (landing / "2025-01" / "enrolments").mkdir(parents=True)
    jobs, _, reason = tick(tmp_path, cursor)
    assert jobs == {}
    assert "2024-12 is not complete yet: waits for workforce/a.csv" in reason
    assert "2025-01 is not complete yet: manifest.json is missing" in reason


def test_a_month_delivered_anew_is_published_with_the_last_month_that_reads_it(tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    for month in ("2024-11", "2024-12", "2025-01"):
        land(landing, month)
    jobs, cursor, _ = tick(tmp_path)
    assert jobs == dict.fromkeys(("2024-11", "2024-12", "2025-01"), "month")  # none stands: each may be published
    made(tmp_path, "2024-11", "2024-12", "2025-01")
    land(landing, "2024-11", enrolments="new")
    jobs, cursor, _ = tick(tmp_path, cursor)
    assert jobs == {"2024-11": "tables", "2024-12": "tables", "2025-01": "month"}
    land(landing, "2025-01", enrolments="new")
    assert tick(tmp_path, cursor)[0]["2025-01"] == "month"
