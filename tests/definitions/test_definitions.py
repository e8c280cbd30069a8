"""The code location as data: a lost check, dependency or blocking flag shows here first."""

import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg

from assets.partitions import MONTHS
from assets.release.editions import EDITIONS
from pipelines.definitions import build_definitions

ALL = tuple(EDITIONS.values())
SNAPSHOT = Path(__file__).parent / "assets.txt"


def described() -> str:
    """One line for each asset: key · group · partitions · deps, with months of other offsets · checks, ! if they block."""
    lines = []
    for spec in sorted(build_definitions(editions=ALL).resolve_all_asset_specs(), key=lambda spec: spec.key):
        deps = ", ".join(sorted(_dependency(dep) for dep in spec.deps))
        partitions = type(spec.partitions_def).__name__ if spec.partitions_def else "none"
        lines.append(
            f"{spec.key.to_user_string()} · {spec.group_name} · {partitions} · deps: {deps or 'none'} · checks: {_checks(spec.key)}"
        )
    return "\n".join(lines) + "\n"


def _dependency(dep: dg.AssetDep) -> str:
    mapping = dep.partition_mapping
    assert isinstance(mapping, dg.TimeWindowPartitionMapping)
    offsets = (mapping.start_offset, mapping.end_offset)
    return dep.asset_key.to_user_string() + (f" {offsets}" if offsets != (0, 0) else "")


def _checks(key: dg.AssetKey) -> str:
    graph = build_definitions(editions=ALL).resolve_asset_graph()
    checks = sorted(check for check in graph.asset_check_keys if check.asset_key == key)
    named = [f"{check.name}{'!' if graph.get(check).blocking else ''}" for check in checks]
    return ", ".join(named) or "none"


def test_assets_are_those_of_the_snapshot() -> None:
    # after a wanted change: python -c "from tests.definitions.test_definitions import *; SNAPSHOT.write_text(described())"
    assert described() == SNAPSHOT.read_text()


def test_import_needs_no_environment_and_reads_no_data(tmp_path: Path) -> None:
    code = (
        "import pipelines.definitions, schemas.code_lists as c, os; "
        "print(c.codes.cache_info().currsize, os.listdir('.'))"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(root)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "0 []"


def test_pandas_stays_out_of_the_runtime() -> None:
    code = "import sys, pipelines.definitions; print('pandas' in sys.modules, 'highspy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False False"


def test_schedule_asks_for_the_month_that_has_ended() -> None:
    definitions = build_definitions()
    schedule = definitions.resolve_schedule_def("month_has_ended")
    assert (
        schedule.cron_schedule == "0 4 20 * *"
    )  # payments of wage earners are due on the 15th, on a weekend by the 17th
    tick = datetime(2025, 1, 20, 4, tzinfo=ZoneInfo("Asia/Jakarta"))
    with dg.build_schedule_context(
        scheduled_execution_time=tick, repository_def=definitions.get_repository_def()
    ) as context:
        data = schedule.evaluate_tick(context)
    assert [request.partition_key for request in data.run_requests] == ["2024-12"]
    assert schedule.execution_timezone == "Asia/Jakarta"


def test_a_stage_has_the_version_of_its_own_code_and_no_other() -> None:
    versions = {spec.key.to_user_string(): spec.code_version for spec in build_definitions().resolve_all_asset_specs()}
    assert all(versions.values())
    assert versions["memberships"] == versions["contributions"]
    assert (
        len({versions[name] for name in ("memberships", "persons", "coverage", "kur_linkage", "public_release")}) == 5
    )


def test_a_month_that_was_restated_reaches_every_month_that_reads_it() -> None:
    graph = build_definitions().resolve_asset_graph()

    def read_by(child: str, parent: str, month: str) -> list[str]:
        mapping = graph.get_partition_mapping(dg.AssetKey(child), dg.AssetKey(parent))
        subset = MONTHS.empty_subset().with_partition_keys([month])
        found = mapping.get_downstream_partitions_for_partitions(subset, MONTHS, MONTHS)
        return sorted(found.get_partition_keys())

    assert read_by("person_cells", "persons", "2024-06") == ["2024-06"]
    assert read_by("transitions", "persons", "2024-06") == ["2024-06", "2024-07"]
    assert read_by("compliance", "prepayments", "2024-06")[:2] == ["2024-07", "2024-08"]
    assert read_by("target_progress", "coverage", "2024-06")[-1] == "2026-06"
    assert "2020-01" in read_by("coverage", "workforce", "2019-02")


def test_a_backfill_of_several_months_from_the_lineage_is_accepted() -> None:
    """The webserver compares the months of all assets of a step; an asset of it may have one parent in the step only."""
    graph = build_definitions().resolve_asset_graph()
    for key in graph.materializable_asset_keys:
        within = graph.get(key).parent_keys & graph.get(key).execution_set_asset_keys
        assert len(within) <= 1, key
