"""The exports of a real release, judged by the standards' own libraries; and the snippets of docs/exports.md."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from schemas import columns
from schemas.summaries import SUMMARIES
from tests.judged import ROOT, judge, offences, released_again, typed
from tests.nation import Nation, live

ROWS = 400  # of a table, for judges that read row by row
SNIPPETS = re.findall(
    r"```python\n(.*?)```\n```text\n(.*?)```", (ROOT / "docs" / "exports.md").read_text(encoding="utf-8"), re.S
)


@pytest.fixture(scope="module")
def release(nation: Nation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy: judges write beside it."""
    copy = tmp_path_factory.mktemp("judged") / "release"
    shutil.copytree(live(nation.locations.releases).folder, copy)
    return copy


def frames(release: Path) -> dict[str, pl.DataFrame]:
    return {table.name: pl.read_parquet(release / "parquet" / f"{table.name}.parquet") for table in SUMMARIES}


def test_exports_are_in_the_manifest(release):
    listed = {entry["name"] for entry in json.loads((release / "manifest.json").read_text())["files"]}
    built = {"datapackage.json", "csv/coverage.csv-metadata.json", "exports/sdmx/structure.xml", "exports/contract.odcs.yaml",
            "exports/ilostat/SDG_0131_SEX_SOC_RT_A.csv", "exports/metadata/ms-ind.json", "exports/codes/regions.csv",
            "exports/catalogue.jsonld", "exports/open/protected_persons_rounded.csv"}  # fmt: skip
    assert built < listed


def test_every_code_of_the_release_is_in_the_list_of_its_column(release):
    rows = frames(release)
    strange = {}
    for table, field in [(t, f) for t in SUMMARIES for f in t.released().fields if f.codes]:
        found = set(rows[table.name][field.name].drop_nulls()) - set(columns.code_list(field)["code"])
        strange |= {f"{table.name}.{field.name}": sorted(found)} if found else {}
    assert strange == {}


@pytest.mark.exhaustive
def test_pysdmx_reads_the_whole_release(release):
    verdict, out = judge("pysdmx_reads", release)
    assert verdict["unknown"] == {}
    for name, frame in frames(release).items():
        table = next(table.released() for table in SUMMARIES if table.name == name)
        assert frame.is_empty() or typed(released_again(out, table), table).equals(frame), name


@pytest.mark.exhaustive
def test_the_data_package_is_valid(release):
    verdict, out = judge("frictionless_reads", release, str(ROWS))
    assert verdict["problems"] == []
    for table in SUMMARIES:
        frame = frames(release)[table.name].head(ROWS)
        read = pl.read_parquet(out / f"{table.name}.parquet")
        assert frame.is_empty() or typed(read, table.released()).equals(frame), table.name


@pytest.mark.exhaustive
def test_csvw_finds_the_files_valid(release, tmp_path):
    """Of each file the first rows: the library takes half a minute for a month of the whole country."""
    shutil.copytree(release / "csv", tmp_path / "release" / "csv")
    for path in (tmp_path / "release" / "csv").glob("*.csv"):
        path.chmod(0o644)
        pl.read_csv(path, infer_schema=False).head(ROWS).write_csv(path)
    verdict, _ = judge("csvw_reads", tmp_path / "release")
    assert {name: problems for name, problems in verdict.items() if problems} == {}
    assert set(verdict) == {table.name for table in SUMMARIES}


def test_the_release_keeps_its_contract(release):
    broken = {name: count for name, count in offences(release).items() if count}
    assert broken == {}


@pytest.mark.parametrize(
    ("code", "output"), SNIPPETS, ids=lambda text: text.splitlines()[0] if text.startswith("#") else ""
)
def test_the_snippets_of_the_page_print_what_it_shows(release, code, output):
    python = ROOT / ".venv-oracles" / "bin" / "python" if code.startswith("# needs") else sys.executable
    done = subprocess.run([python, "-c", code], cwd=release, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == (output, 0), done.stderr[-2000:]


def test_the_page_has_a_snippet_for_each_standard():
    assert len(SNIPPETS) == 6
