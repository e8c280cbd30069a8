"""A check that refuses a month or release is shown as failed, and then the step fails: never last month's green."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest

from assets.coverage import build
from assets.ingest.report import FileReport
from assets.registers import persons
from assets.release import publish
from pipelines.definitions import build_definitions
from tests.nation import Nation, locations_at
from tests.thresholds import by_threshold_alone

REGISTERS = ("persons", "person_status_codes", "person_attribute_codes", "person_cells")  # made by one step


class Clashing:
    """An engine that finds one pseudonym of two persons."""

    def query(self, _: str) -> pl.DataFrame:
        return pl.DataFrame({"persons": [1]})


def lost(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(FileReport, "is_conserved", lambda _: False)


def clashing(patch: pytest.MonkeyPatch) -> None:
    contradictions: Callable[[Any], dict[str, int]] = persons._contradictions
    patch.setattr(persons, "_contradictions", lambda _: contradictions(Clashing()))


def uncounted(patch: pytest.MonkeyPatch) -> None:
    check_cells = persons._check_cells
    patch.setattr(persons, "_check_cells", lambda engine, count: check_cells(engine, count + 1))


def broken_sums(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(build, "broken_sums", lambda *_: ["provinces do not add up"])


def unsound(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(publish, "audit_candidate", lambda *_: ["a table was changed"])


@pytest.mark.parametrize(
    ("check", "asset", "step", "fault"),
    [
        ("rows_conserved", "employers", "employers", lost),
        ("one_person_one_id", "persons", "registers", clashing),
        ("cells_count_every_person", "person_cells", "registers", uncounted),
        ("parts_add_up", "coverage", "coverage", broken_sums),
        ("audited", "public_release", "public_release", unsound),
    ],
)
def test_a_broken_check_is_shown_as_failed_and_the_step_fails(
    nation: Nation, tmp_path: Path, check: str, asset: str, step: str, fault: Callable[[pytest.MonkeyPatch], None]
) -> None:
    for folder in ("landing", "warehouse"):
        shutil.copytree(nation.root / folder, tmp_path / folder, symlinks=True)
    job = build_definitions(locations=locations_at(tmp_path)).resolve_job_def("month")
    selected = [dg.AssetKey(name) for name in REGISTERS if step == "registers"] or [dg.AssetKey(asset)]
    with pytest.MonkeyPatch.context() as patch, by_threshold_alone():
        fault(patch)
        result = job.execute_in_process(
            run_config={"ops": {step: {"config": {"force": True}}}},
            partition_key="2024-12",
            instance=nation.instance,
            asset_selection=selected,
            raise_on_error=False,
        )
    assert not result.success
    failed = {(event.asset_key.to_user_string(), event.check_name) for event in _checks(result) if not event.passed}
    assert failed == {(asset, check)}
    [event] = _checks(result)
    assert event.metadata["why"].value


def _checks(result: dg.ExecuteInProcessResult) -> list[Any]:
    return list(result.get_asset_check_evaluations())
