"""A stage runs again only when its own code or data change."""

import subprocess
import sys
from pathlib import Path

import pytest

from assets.provenance import code_version, fingerprint, sources

ROOT = Path(__file__).parents[2]
INGEST = ("assets.ingest.month",)
PERSONS = ("assets.registers.persons",)
KUR = ("assets.coverage.summary", "assets.coverage.kur")
RELEASE = ("assets.release.publish",)

RECORDED = """
import sys, tempfile
from pathlib import Path
from schemas import code_lists
listed, asked = code_lists.codes, set()
code_lists.codes = lambda name: (asked.add(name), listed(name))[1]
from assets.ingest.delivery import read_delivery
from assets.ingest.pseudonyms import person_key
from assets.ingest.month import ingest_month
from assets.warehouse import Warehouse
from schemas.extracts.catalogue import EXTRACTS
delivery = read_delivery(Path(sys.argv[1]), "2024-12")
warehouse = Warehouse(Path(sys.argv[2]))
for table in EXTRACTS:
    ingest_month(table, delivery, warehouse, person_key(synthetic=True))
print(" ".join(sorted(asked)))
"""
SIMULATED = "import sys; from pathlib import Path; from simulator import simulate; simulate(Path(sys.argv[1]), '2024-12', 0.0001, 7, lambda done, total: None)"


def names(*modules: str) -> set[str]:
    return {path.relative_to(ROOT).as_posix() for path in sources(*modules)}


@pytest.mark.parametrize(
    ("modules", "file"),
    [
        (INGEST, "assets/ingest/columns/conversions.py"),
        (INGEST, "assets/ingest/process_pool.py"),
        (INGEST, "schemas/extracts/enrolments.py"),
        (INGEST, "schemas/codes/regencies.csv"),
        (PERSONS, "assets/registers/membership_status.sql"),
        (PERSONS, "schemas/codes/protected_rule.csv"),
        (KUR, "assets/coverage/kur/kur_linkage.sql"),
        (KUR, "schemas/codes/kur_obligations.csv"),
        (RELEASE, "assets/release/report/texts.toml"),
        (RELEASE, "assets/release/report/template/style.css"),
        (RELEASE, "assets/release/policies/public.json"),
        (RELEASE, "schemas/codes/indicators.csv"),
    ],
)
def test_what_decides_a_stage_is_in_its_version(modules: tuple[str, ...], file: str) -> None:
    assert file in names(*modules)


@pytest.mark.parametrize(
    ("modules", "file"),
    [
        (INGEST, "assets/release/report/texts.toml"),
        (INGEST, "assets/registers/persons.sql"),
        (INGEST, "schemas/codes/indicators.csv"),
        (INGEST, "schemas/codes/published_figures.csv"),
        (PERSONS, "assets/coverage/kur/kur_linkage.sql"),
        (KUR, "assets/coverage/outreach/outreach.sql"),
        (KUR, "assets/release/report/texts.toml"),
    ],
)
def test_what_decides_another_stage_is_not(modules: tuple[str, ...], file: str) -> None:
    assert file not in names(*modules)


def test_the_same_inputs_under_other_code_are_another_result() -> None:
    assert fingerprint("a", "b", code=INGEST) == fingerprint("a", "b", code=INGEST)
    assert fingerprint("a", "b", code=INGEST) != fingerprint("a", "b", code=PERSONS)
    assert code_version(*INGEST) != code_version(*RELEASE)


def test_ingest_reads_no_code_list_that_its_version_leaves_out(tmp_path: Path) -> None:
    """Lists are found by their names in the code; a name that was put together would be missed."""
    landing, warehouse = str(tmp_path / "landing"), str(tmp_path / "warehouse")
    subprocess.run([sys.executable, "-c", SIMULATED, landing], check=True, cwd=ROOT)
    recorded = [sys.executable, "-c", RECORDED, landing, warehouse]
    asked = subprocess.run(recorded, check=True, cwd=ROOT, capture_output=True, text=True).stdout.split()
    assert {"regencies", "segments", "sectors"} <= set(asked)
    assert {f"schemas/codes/{name}.csv" for name in asked} <= names(*INGEST)
