"""Nations as files: what the product accepts, its tables count as the reference does; how rows came in changes nothing."""

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings

from assets.warehouse import Warehouse
from tests.reference import delivered, product
from tests.reference.compared import differences
from tests.reference.delivered import Lines, written
from tests.reference.nations import nation_of, nations
from tests.reference.profile import EXAMPLES, PROFILE
from tests.reference.quality import File, rules_broken, volumes
from tests.reference.rows import Nation
from tests.reference.tables import TABLES

MONTH = date(2024, 12, 1)
LINEAGE = ["flags", "source_file", "row_number", "office_code"]


@settings(PROFILE, max_examples=EXAMPLES or 3)
@given(nations())
def test_tables_of_a_nation_that_came_as_files_are_those_of_the_accepted_rows(nation: Nation) -> None:
    months = [month for month in nation.run if nation.members(month)]
    with tempfile.TemporaryDirectory() as root:
        held = product.warehouse(Path(root) / "warehouse")
        for month in months:
            delivered.land(Path(root), month, delivered.files_of(nation, month))
            delivered.ingest(Path(root), held, month)
        taken = delivered.accepted(held, months)
        product.registers(held, taken)
        made = product.tables(held, months[-1]) if months else {}
    found = {
        name: differences(rows, TABLES[name](taken, months[-1]), product.KEYS[name])
        for name, rows in made.items()
        if name in TABLES
    }
    assert {name: rows for name, rows in found.items() if rows} == {}
    for month in months:  # every rule that quarantines a row is kept by what is drawn
        assert len(taken.members(month)) == len(nation.members(month))


def month_with(members: int = 14) -> Lines:
    """Rows of one month of enrolments that hypothesis could draw."""
    drawn = bytes([0, 0, 0, members, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7])
    return delivered.lines("memberships", nation_of(drawn).members(MONTH))


def ingested(root: Path, files: dict[str, str | bytes]) -> Warehouse:
    delivered.land(root, MONTH, {f"enrolments/{name}": content for name, content in files.items()})
    held = product.warehouse(root / "warehouse")
    delivered.ingest(root, held, MONTH)
    return held


def figures(held: Warehouse) -> dict[str, object]:
    """Accepted memberships without where they came from, and every table of persons."""
    product.registers(held, delivered.accepted(held, [MONTH]))
    rows = pl.read_parquet(held.files("memberships", product.name(MONTH))).drop(LINEAGE)
    tables = product.tables(held, MONTH)
    return {"memberships": rows.sort(rows.columns).to_dicts()} | {
        name: tables[name] for name in ("coverage", "vulnerable_workers")
    }


def sound(rows: Lines) -> dict[str, str]:
    """The first row, so that no fatal rule speaks against it."""
    return rows[0] | {
        "segment": "BPU", "start_date": "2020-01-01", "end_date": "", "paid_through": "2024-12", "jp": "T", "jkp": "T", "project_no": ""
    }  # fmt: skip


def broken(rows: Lines) -> Lines:
    """A row for each of several fatal rules, all of persons who are in the file under another number."""
    faults = (
        {"end_date": "2019-12-31", "start_date": "2020-01-01"}, {"start_date": "2025-01-01", "end_date": ""}, {"birth_date": "31-02-1990"},
        {"segment": "X"}, {"work_region": ""}, {"wage_idr": "-1"}, dict.fromkeys(("jkk", "jkm", "jht", "jp", "jkp"), "T"),
    )  # fmt: skip
    sound = rows[0] | {
        "segment": "BPU",
        "start_date": "2020-01-01",
        "end_date": "",
        "paid_through": "2024-12",
        "jp": "T",
        "jkp": "T",
    }
    return [sound | {"membership_id": f"99{index:09d}"} | fault for index, fault in enumerate(faults)]


WAYS: dict[str, Callable[[Lines], dict[str, str | bytes]]] = {
    "split in two": lambda rows: {"a.csv": written(rows[:5]), "b.csv": written(rows[5:])},
    "reordered": lambda rows: {"a.csv": written(Random(1).sample(rows, len(rows)))},
    "columns reordered": lambda rows: {"a.csv": written([dict(reversed(row.items())) for row in rows])},
    "with semicolons, Windows-1252, CR and LF": lambda rows: {"a.csv": written(rows, separator=";").replace("\n", "\r\n").encode("cp1252")},
    "UTF-8 with BOM": lambda rows: {"a.csv": written(rows).encode("utf-8-sig")},
    "delivered twice": lambda rows: {"a.csv": written(rows), "b.csv": written(rows[::-1])},
    "partly delivered twice": lambda rows: {"a.csv": written(rows), "b.csv": written(rows[3:6])},
    "from another office": lambda rows: {"a.csv": written([row | {"office_code": "K77"} for row in rows])},
    "with rows for quarantine": lambda rows: {"a.csv": written([*broken(rows), *rows])},
    "beside a file that is refused": lambda rows: {"a.csv": written(rows), "b.csv": "nothing;known\n1;2\n"},
}  # fmt: skip


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    return figures(ingested(tmp_path_factory.mktemp("usual"), {"a.csv": written(month_with())}))


@pytest.mark.parametrize("way", WAYS)
def test_how_the_rows_came_changes_no_figure(tmp_path, usual, way):
    assert figures(ingested(tmp_path, WAYS[way](month_with()))) == usual


def test_data_quality_counts_what_became_of_each_row_and_file(tmp_path):
    rows = month_with()
    flawless = sound(rows) | {
        "birth_date": "1990-06-15",
        "sex": "M",
        "home_region": "3201",
        "payer": "",
        "wage_idr": "",
        "kbli": "",
    }
    flawless |= {
        "membership_id": "77000000001",
        "nik": delivered.nik(8000),
        "jkk": "Y",
        "jkm": "Y",
    }  # a copy of it breaks no rule that counts again
    other = [row | {"membership_id": f"88{index:09d}", "office_code": "K77"} for index, row in enumerate(rows)]
    first = [*broken(rows), *rows, flawless, flawless]
    files = {"a.csv": written(first), "b.csv": written(first), "c.csv": written(other), "d.csv": "nothing;known\n1;2\n"}
    held = ingested(tmp_path, files)
    kept = pl.read_parquet(held.files("memberships", product.name(MONTH)))
    apart = pl.read_parquet(held.files("quarantine/enrolments", product.name(MONTH)))

    def became(name: str, office: str, read: int) -> File:
        flags, rules = (of.filter(pl.col("source_file").str.ends_with(name)) for of in (kept, apart))
        return File("enrolments", office, read, tuple(flags["flags"].fill_null("")), tuple(rules["rules"]))

    whole = [became("a.csv", "K01", len(first)), became("c.csv", "K77", len(other))]
    sent = [
        *whole,
        File("enrolments", "unknown", is_rejected=True),
        File("enrolments", "unknown", is_repeated=True),
    ]  # neither was read
    made = delivered.quality(held, MONTH)
    key = product.KEYS["data_quality"][1:]
    assert differences([row for row in made if row["severity"] == "volume"], volumes(sent, MONTH), key) == []
    judged = [row for row in made if row["severity"] in ("fatal", "convention")]
    counted = {
        (row["extract"], row["office_code"], row["rule"]): row["broken_rows"] for row in judged if row["broken_rows"]
    }
    assert counted == rules_broken(whole)
    assert all((row["status"] == "failed") == (row["broken_rows"] > 0) for row in judged)
