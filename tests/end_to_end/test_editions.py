"""Internal and public editions of one run: no figure that only the internal one shows is in anything else of the run."""

import gzip
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import duckdb
import polars as pl
import pytest

from assets import environment
from assets.plausibility.build import build_measures, build_plausibility
from assets.release.disclosure.policy import load_policy
from assets.release.editions import INTERNAL, PUBLIC
from assets.release.report import page
from assets.release.report.page import write_report  # before a fixture replaces it by a short text
from pipelines.definitions import build_definitions
from schemas.summaries import SUMMARIES
from tests.nation import instance_at, live, locations_at
from tests.unit.small_releases import JAKON, MONTH, PEOPLE, warehouse_of

SCALE, OFFSET = 1013, 17  # so that a count has digits that nothing else has
# Nearly every inner cell is small then, and is suppressed by itself instead of with a whole breakdown.
POLICY = '{"audience": "public", "min_count": 1200000, "sparse_percent": 100}'
LEAST = 2_200  # smaller numbers may be a year, a row number, or a size
WORD = re.compile(rb"(?<![0-9A-Za-z.])\d+(?:[ ,.]\d{3})*(?![0-9A-Za-z])")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A run of the two editions over large invented counts, and everything that it printed."""
    root = tmp_path_factory.mktemp("published")
    with pytest.MonkeyPatch.context() as patch, instance_at(root) as instance:
        (root / "policy.json").write_text(POLICY)
        patch.setenv(environment.POLICY, str(root / "policy.json"))
        patch.setattr(page, "write_report", write_report)
        load_policy.cache_clear()
        counts = [
            (region, segment, sex, persons * SCALE + OFFSET) for region, segment, sex, persons in [*PEOPLE, *JAKON]
        ]
        warehouse = warehouse_of(root / "warehouse", counts)
        build_measures(warehouse, MONTH)
        build_plausibility(warehouse, MONTH)
        job = build_definitions(locations_at(root), editions=(INTERNAL, PUBLIC)).resolve_job_def("month")
        done = job.execute_in_process(
            partition_key=MONTH,
            instance=instance,
            asset_selection=[dg.AssetKey(edition.asset) for edition in (INTERNAL, PUBLIC)],
            raise_on_error=False,
        )
        assert done.success
        events = "\n".join(str(entry) for entry in instance.all_logs(done.run_id))
    load_policy.cache_clear()
    return root, events


@pytest.fixture(scope="module")
def secrets(published: tuple[Path, str]) -> set[bytes]:
    """Counts that the internal edition shows and no table of the public one does, as digits."""
    tables = {name: live(published[0] / "releases", name).summaries() for name in ("internal", "public")}
    shown = set().union(*(_numbers(frame) for frame in tables["public"].values()))
    withheld: set[int] = set()
    for table in SUMMARIES:
        both = tables["internal"][table.name].join(
            tables["public"][table.name], on=list(table.key), suffix="_public", nulls_equal=True
        )
        for name in [name for name in table.released().names if f"{name}_public" in both.columns]:
            withheld |= _numbers(both.filter(pl.col(f"{name}_public").is_null()).select(name))
    return {str(number).encode() for number in withheld - shown if number >= LEAST}


def _numbers(frame: pl.DataFrame) -> set[int]:
    columns = [frame[name] for name, kind in frame.schema.items() if kind.is_integer()]
    return {number for column in columns for number in column.drop_nulls().to_list()}


def _found(content: bytes) -> set[bytes]:
    """The digits of each whole number of a text, with any separator of thousands."""
    return {re.sub(rb"[ ,.]", b"", word) for word in WORD.findall(content)}


def _contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below the folder, without compression; databases and Parquet files as rows too."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        content = path.read_bytes()
        yield path.name, content
        if path.suffix == ".gz":
            yield path.name, gzip.decompress(content)
        elif path.suffix == ".xlsx":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                yield from ((f"{path.name} {name}", archive.read(name)) for name in archive.namelist())
        elif path.suffix == ".parquet":
            yield path.name, pl.read_parquet(path).write_csv().encode()
        elif path.suffix == ".duckdb":
            with duckdb.connect(path, read_only=True) as con:
                for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall():
                    yield f"{path.name} {name}", con.sql(f"SELECT * FROM {name}").pl().write_csv().encode()


def test_the_internal_edition_shows_what_the_public_one_withholds(
    published: tuple[Path, str], secrets: set[bytes]
) -> None:
    """The search below finds these numbers wherever they are."""
    assert len(secrets) > 20
    assert str(4 * SCALE + OFFSET).encode() in secrets
    by_file = {name: _found(content) for name, content in _contents(live(published[0] / "releases", "internal").folder)}
    assert set().union(*by_file.values()) >= secrets
    for name in ("coverage.csv", "coverage.parquet", "coverage.duckdb coverage"):
        assert by_file[name] & secrets, name
    # Totals of provinces by segment are always published, and this page has no other figure: the search reads those.
    coverage = live(published[0] / "releases", "internal").summaries()["coverage"]
    assert len(by_file["index.html"] & {str(number).encode() for number in _numbers(coverage) if number >= LEAST}) >= 3
    database = live(published[0] / "releases", "internal").database.read_bytes()
    assert any(_stored(digits) in database for digits in secrets)


def test_nothing_of_the_internal_edition_is_in_a_public_artefact_log_or_event(
    published: tuple[Path, str], secrets: set[bytes]
) -> None:
    root, events = published
    assert "internal_release" in events
    leaks = {"events": _found(events.encode()) & secrets}
    for folder in (root / "releases" / "public", root / "dagster"):
        for name, content in _contents(folder):
            leaks[name] = leaks.get(name, set()) | (_found(content) & secrets)
    assert {name: len(found) for name, found in leaks.items() if found} == {}
    database = live(root / "releases").database.read_bytes()
    assert not any(_stored(digits) in database for digits in secrets)


def _stored(digits: bytes) -> bytes:
    """A count as DuckDB stores it, without compression."""
    return int(digits).to_bytes(8, "little")


def test_the_page_of_a_restricted_edition_states_so_on_screen_and_on_every_printed_page(
    published: tuple[Path, str],
) -> None:
    internal, public = (
        (live(published[0] / "releases", name).folder / "report" / "index.html").read_text()
        for name in ("internal", "public")
    )
    assert f'role="note" lang="en">{INTERNAL.notice}</p>' in internal
    assert f'@page {{ @top-center {{ content: "{INTERNAL.notice}"; }} }}' in internal
    assert INTERNAL.notice not in public
