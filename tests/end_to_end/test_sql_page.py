"""The page docs/sql.md: its Python, SQL and psql blocks run as printed, and agree."""

import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from assets.release.postgresql.address import address
from assets.release.postgresql.loading import load
from assets.release.published_release import PublishedRelease
from tests.nation import Nation, live
from tests.postgresql import Database

PAGE = (Path(__file__).parents[2] / "docs" / "sql.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.fixture(scope="module")
def expected(nation: Nation) -> str:
    """The answer, from the Parquet file alone."""
    release = live(nation.locations.releases).folder
    kept = pl.read_parquet(release / "parquet" / "coverage.parquet").filter(
        (pl.col("month").dt.to_string("%Y-%m") == "2024-12") & (pl.col("geography_level") == "province")
        & (pl.col("geography_basis") == "home") & (pl.col("segment") == "informal") & (pl.col("programme") == "any")
        & (pl.col("sex") == "all") & (pl.col("age_band") == "all") & (pl.col("denominator_id") == "potential")
    )  # fmt: skip
    names = dict(
        pl.read_csv(release / "codes" / "provinces.csv", infer_schema=False).select("code", "name").iter_rows()
    )
    gaps = [
        (gap, code) for code, gap in kept.select("region_code", "gap_persons").drop_nulls().iter_rows() if code in names
    ]
    largest = sorted(gaps, key=lambda row: (-row[0], row[1]))[:5]
    assert largest  # of a nation this small some gaps are withheld
    return "".join(f"{names[code]},{gap}\n" for gap, code in largest)


def shown(reported: str) -> str:
    """The lines with a gap: of a nation this small some are withheld, and come last."""
    return "".join(
        line for line in reported.splitlines(keepends=True) if line.strip().rpartition(",")[2] not in ("", "None")
    )


@pytest.mark.parametrize("code", blocks("python"), ids=["duckdb", "polars"])
def test_python(nation: Nation, tmp_path: Path, expected: str, code: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "releases").symlink_to(nation.locations.releases)
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert shown(done.stdout) == expected


def test_sql_in_duckdb_and_postgresql(nation: Nation, database: Database, expected: str) -> None:
    (query,) = blocks("sql")
    release = live(nation.locations.releases).folder
    with duckdb.connect(release / "coverage.duckdb", read_only=True) as con:
        found = con.execute(query).fetchall()
    assert shown("".join(f"{name},{gap}\n" for name, gap in found)) == expected
    load(PublishedRelease(release), address(database.url))
    with database.connect() as served:
        served.execute("SET search_path TO cakupan")
        assert served.execute(query.encode()).fetchall() == found


def test_psql(nation: Nation, database: Database, expected: str) -> None:
    load(live(nation.locations.releases), address(database.url))
    database.do("DROP ROLE IF EXISTS somebody", "CREATE ROLE somebody LOGIN", "GRANT cakupan_reader TO somebody")
    where = {
        "PGHOST": str(database.folder),
        "PGPORT": str(database.port),
        "PGUSER": "somebody",
        "PGDATABASE": database.name,
    }
    (commands,) = blocks("console")
    environment = {"PATH": os.environ["PATH"], **where}
    done = subprocess.run(["bash", "-ec", commands], env=environment, capture_output=True, text=True, check=True)
    assert shown(done.stdout.removeprefix("SET\n")) == expected
