"""Repeated, contradicting and broken rows of a month: no row is lost or counted twice, in any order of files."""

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assets.errors import MonthRefused
from assets.ingest import duplicates
from assets.ingest.delivery import read_delivery, write_manifest
from assets.ingest.duplicates import repeated_keys
from assets.ingest.month import ingest_month
from assets.ingest.pseudonyms import KEY_VARIABLE, person_key
from assets.ingest.report import MonthReport
from assets.registers.persons import HERE as PERSONS_SQL
from assets.warehouse import Warehouse
from assets.warehouse.query import sql_text
from schemas.extracts.enrolments import ENROLMENTS

MONTH = "2024-12"
HEADER = "kpj;nik;tanggal_lahir;jk;segmen;jkk;jkm;kab_kerja;domisili;upah;tgl_mulai;blth;kantor"


def row(kpj: int, wage: str = "1000000") -> str:
    return f"{kpj:011d};3201051506900001;15-06-1990;L;BPU;Y;Y;3171;3201;{wage};01-01-2020;12-2024;A01"


A, A_OTHER, B, B_OTHER, C, D = row(1), row(1, "2000000"), row(2), row(2, "2000000"), row(3), row(4)
A_FATAL, B_FATAL, SHORT = row(1, "-1"), row(2, "-1"), "00000000001;short"
POOL = [A, A_OTHER, B, B_OTHER, C, A_FATAL, B_FATAL, SHORT]


@pytest.fixture(autouse=True)
def _no_key(monkeypatch):
    monkeypatch.delenv(KEY_VARIABLE, raising=False)


def ingested(root: Path, files: list[list[str]]) -> tuple[MonthReport, Warehouse]:
    """The files, named in their order, as one delivery."""
    folder = root / "landing" / MONTH / "enrolments"
    folder.mkdir(parents=True)
    for number, rows in enumerate(files):
        (folder / f"{number}.csv").write_text("\n".join([HEADER, *rows, ""]))
    write_manifest(folder.parent, MONTH, synthetic=True)
    warehouse = Warehouse(root / "warehouse")
    delivery = read_delivery(root / "landing", MONTH)
    return ingest_month(ENROLMENTS, delivery, warehouse, person_key(synthetic=True)), warehouse


def kept(warehouse: Warehouse) -> pl.DataFrame:
    return pl.concat([pl.read_parquet(path) for path in warehouse.files("memberships", MONTH)])


def counts(report: MonthReport) -> list[tuple[int, int, int, int]]:
    """(read, accepted, quarantined, collapsed) of each file."""
    return [(f.rows_read, f.rows_accepted, f.rows_quarantined, f.rows_collapsed) for f in report.files]


def test_an_exact_copy_in_the_same_file_collapses(tmp_path):
    report, warehouse = ingested(tmp_path, [[A, B, A, A]])
    assert counts(report) == [(4, 2, 0, 2)]
    assert kept(warehouse)["row_number"].sort().to_list() == [2, 3]


def test_of_copies_in_several_files_the_first_is_accepted(tmp_path):
    report, warehouse = ingested(tmp_path, [[B, A], [A, C]])
    assert counts(report) == [(2, 2, 0, 0), (2, 1, 0, 1)]
    assert kept(warehouse).select("source_file", "row_number").sort(pl.all()).rows() == [
        ("enrolments/0.csv", 2),
        ("enrolments/0.csv", 3),
        ("enrolments/1.csv", 3),
    ]


def test_all_contradicting_rows_are_quarantined_with_their_text(tmp_path):
    report, warehouse = ingested(tmp_path, [[A, B], [A_OTHER], [A]])
    assert counts(report) == [(2, 1, 1, 0), (1, 0, 1, 0), (1, 0, 1, 0)]
    assert report.broken() == Counter({"membership_id_conflict": 3})
    held = pl.read_parquet(warehouse.files("quarantine/enrolments", MONTH))
    assert held.select("source_file", "row_number", "rules", "wage_idr").sort("source_file").rows() == [
        ("enrolments/0.csv", 2, "membership_id_conflict", "1000000"),
        ("enrolments/1.csv", 2, "membership_id_conflict", "2000000"),
        ("enrolments/2.csv", 2, "membership_id_conflict", "1000000"),
    ]


def test_a_quarantined_row_contradicts_no_other(tmp_path):
    report, _ = ingested(tmp_path, [[A, A_FATAL, B]])
    assert counts(report) == [(3, 2, 1, 0)]
    assert report.broken() == Counter({"wage_not_negative": 1})


def test_a_file_delivered_twice_counts_once(tmp_path):
    report, warehouse = ingested(tmp_path, [[A, B], [A, B]])
    assert counts(report) == [(2, 2, 0, 0), (0, 0, 0, 0)]
    assert report.files[1].repeats == "enrolments/0.csv"
    assert kept(warehouse).height == 2


def test_a_month_with_quarantined_rows_only_has_an_empty_table(tmp_path):
    report, warehouse = ingested(tmp_path, [[A_FATAL], [SHORT, B_FATAL]])
    assert counts(report) == [(1, 0, 1, 0), (2, 0, 2, 0)]
    assert [pl.read_parquet(path).height for path in warehouse.files("memberships", MONTH)] == [0]


def test_a_rejected_file_has_no_accepted_row_and_the_others_are_read(tmp_path):
    report, warehouse = ingested(tmp_path, [[A], []])
    assert counts(report) == [(1, 1, 0, 0), (0, 0, 0, 0)]
    assert [file.rejected for file in report.files] == ["", "no_rows"]
    assert kept(warehouse)["source_file"].to_list() == ["enrolments/0.csv"]


def test_a_month_without_a_readable_file_is_refused(tmp_path):
    with pytest.raises(
        MonthRefused, match=r"^cannot read any of the 1 enrolments files of 2024-12; enrolments/0.csv: "
    ):
        ingested(tmp_path, [[]])
    assert Warehouse(tmp_path / "warehouse").months("memberships") == []


def test_the_file_of_an_office_has_its_rows_with_formulas_disarmed(tmp_path):
    _, warehouse = ingested(tmp_path, [[A, B_FATAL]])
    folder = warehouse.storage.month("quarantine/enrolments", MONTH) / "offices"
    (file,) = folder.iterdir()
    back = pl.read_csv(file, infer_schema=False)
    assert file.name == "A01.csv"
    assert back.select("row_number", "rules", "membership_id", "wage_idr").rows() == [
        ("3", "wage_not_negative", "00000000002", "'-1")
    ]


def test_an_unchanged_delivery_is_not_read_again(tmp_path):
    first, warehouse = ingested(tmp_path, [[A, B, A]])
    again = ingest_month(ENROLMENTS, read_delivery(tmp_path / "landing", MONTH), warehouse, person_key(synthetic=True))
    assert (first.reused, again.reused) == (False, True)
    assert again.as_json() == first.as_json()


# --- the property --------------------------------------------------------------------------------------------------


def expected(files: list[list[str]]) -> list[tuple[int, int, int, int]]:
    """The counts by the definition, in plain Python: copies collapse within a file, then files are compared."""
    originals = [rows if rows not in files[:number] else [] for number, rows in enumerate(files)]
    good = [line for rows in originals for line in rows if line not in (A_FATAL, B_FATAL, SHORT)]
    versions = {line[:11]: {other for other in good if other[:11] == line[:11]} for line in good}
    seen: set[str] = set()
    found = []
    for rows in originals:
        accepted = quarantined = collapsed = 0
        here: set[str] = set()
        for line in rows:
            if line in good and line in here:
                collapsed += 1
                continue
            here.add(line)
            if line not in good or len(versions[line[:11]]) > 1:
                quarantined += 1
            elif line in seen:
                collapsed += 1
            else:
                accepted += 1
                seen.add(line)
        found.append((len(rows), accepted, quarantined, collapsed))
    return found


@settings(max_examples=5, deadline=None)
@given(st.lists(st.lists(st.sampled_from(POOL), min_size=1, max_size=6), min_size=1, max_size=4))
@example([[A, A], [A_OTHER, B], [B, C, SHORT], [B, C, SHORT]])
def test_counts_do_not_depend_on_the_order_of_the_files(drawn):
    files = [*drawn, [D]]  # one row at least that nothing contradicts
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        report, warehouse = ingested(Path(one), files)
        assert counts(report) == expected(files)
        rows = kept(warehouse)
        assert rows["membership_key"].is_unique().all()
        _, reversed_warehouse = ingested(Path(other), files[::-1])
        where = ("source_file", "row_number")
        turned = kept(reversed_warehouse).drop(where).sort("membership_key")
        assert rows.drop(where).sort("membership_key").equals(turned)


def test_sorting_finds_the_repeated_persons_of_the_sql_definition():
    people = pl.DataFrame({"person_id": [7, -3, 7, 11, -3, 7, 2**62, 5, 2**62]})
    with duckdb.connect() as con:
        con.register("memberships", people.to_arrow())
        defined = con.sql(sql_text(PERSONS_SQL, "repeated_persons")).pl()["person_id"].sort()
    assert repeated_keys(people.lazy()).sort().to_list() == defined.to_list() == [-3, 7, 2**62]


@pytest.mark.parametrize("at_once", [1 << 20, 3])
def test_repeated_numbers_are_found_in_one_or_several_sorts(monkeypatch, at_once):
    monkeypatch.setattr(duplicates, "MAX_SORTED_KEYS", at_once)
    numbers = pl.LazyFrame({"key": [5, -5, 2**62, 7, -5, 8, 2**62, 9, -(2**63), 2**62]})
    assert sorted(repeated_keys(numbers)) == [-5, 2**62]
