"""Bad deliveries: one clear line for each, the rest is processed, nothing is lost."""

import errno
import gzip
import json
import shutil
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from assets.errors import DeliveryRefused, KeyRefused, MonthRefused, WarehouseUnusable
from assets.ingest.delivery import read_delivery, write_manifest
from assets.ingest.month import ingest_month
from assets.ingest.pseudonyms import KEY_VARIABLE, person_key, warehouse_key
from assets.ingest.report import MonthReport
from assets.resources import Locations
from assets.warehouse import Warehouse
from schemas.extracts.enrolments import ENROLMENTS
from tests.nation import Nation, live, locations_at, run
from tests.thresholds import by_threshold_alone

HEADER = "membership_id,nik,birth_date,sex,segment,jkk,jkm,employer_id,work_region,home_region,start_date,paid_through,office_code\n"


def line(number: int) -> str:
    """A good row; no two numbers share a membership or a NIK."""
    return f"7{number:010d},320199100190{number:04d},1990-01-10,M,PU,Y,Y,AB123456,3201,3201,2020-01-01,2024-12,K0101\n"


def rows(first: int, count: int) -> str:
    """Good rows."""
    return "".join(line(number) for number in range(first, first + count))


def sheet(path: Path, *names: str) -> None:
    """A spreadsheet with the header and a row in each sheet."""
    book = xlsxwriter.Workbook(str(path))
    for name in names:
        page = book.add_worksheet(name)
        for row, text in enumerate([HEADER, line(1)]):
            page.write_row(row, 0, text.strip().split(","))
    book.close()


BAD_FILES = {  # name → (content, reason)
    "empty.csv": (b"", "empty"),
    "header_only.csv": (HEADER.encode(), "no_rows"),
    "truncated.csv.gz": (gzip.compress((HEADER + rows(100, 5000)).encode())[:-3000], "truncated"),
    "renamed.xlsx": ((HEADER + rows(200, 3)).encode(), "wrong_extension"),
    "renamed.csv": (gzip.compress((HEADER + rows(300, 3)).encode()), "wrong_extension"),
    "junk.csv": (bytes(range(256)) * 40, "binary"),
    "no_nik.csv": ((HEADER + rows(400, 3)).replace("nik", "something").encode(), "missing_column"),
    "twice.csv": ((HEADER + rows(500, 3)).replace("home_region", "nik").encode(), "duplicate_header"),
    "note.docx": (b"hello", "unknown_format"),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A landing folder of 2024-12 with one good file of ten rows; a key is set."""
    monkeypatch.setenv(KEY_VARIABLE, "33" * 32)
    folder = tmp_path / "landing" / "2024-12"
    (folder / "enrolments").mkdir(parents=True)
    (folder / "enrolments" / "good.csv").write_text(HEADER + rows(0, 10))
    return folder


def ingest(root: Path) -> MonthReport:
    """The month's enrolments into an empty warehouse."""
    delivery = read_delivery(root / "landing", "2024-12")
    return ingest_month(ENROLMENTS, delivery, Warehouse(root / "warehouse"), person_key(synthetic=False))


def test_each_bad_file_is_rejected_by_name_and_the_good_one_counts(folder: Path, tmp_path: Path) -> None:
    for name, (content, _) in BAD_FILES.items():
        (folder / "enrolments" / name).write_bytes(content)
    sheet(folder / "enrolments" / "two_sheets.xlsx", "one", "two")
    write_manifest(folder, "2024-12", synthetic=True)
    report = ingest(tmp_path)
    rejected = {Path(file.name).name: file.rejected for file in report.rejected()}
    assert rejected == {name: reason for name, (_, reason) in BAD_FILES.items()} | {"two_sheets.xlsx": "two_sheets"}
    assert all(file.message and "\n" not in file.message for file in report.rejected())
    assert report.total("rows_accepted") == 10
    assert not report.is_complete()


def test_bad_lines_are_set_apart_and_the_others_count(folder: Path, tmp_path: Path) -> None:
    long = line(7).replace("AB123456", "A" * 10_000_000)
    noted = HEADER.strip() + ",note\n" + line(8).strip() + ',"two\nlines"\n' + line(9).strip() + ",é\n"
    (folder / "enrolments" / "good.csv").unlink()
    (folder / "enrolments" / "ragged.csv").write_text(
        HEADER + line(1) + line(2).replace(",PU", "") + line(3).strip() + ",x\n"
    )
    (folder / "enrolments" / "nul.csv").write_bytes(
        (HEADER + line(4) + line(5).replace("PU", "P\0U") + line(6)).encode() + b""
    )
    (folder / "enrolments" / "long.csv").write_text(HEADER + long)
    (folder / "enrolments" / "quoted_latin.csv").write_bytes(noted.encode("latin-1"))
    report = ingest(tmp_path)
    assert not report.rejected()
    assert report.broken()["row_structure"] == 3
    assert (report.total("rows_read"), report.total("rows_accepted"), report.total("rows_quarantined")) == (9, 6, 3)


def test_a_changed_an_unlisted_a_missing_and_a_renamed_file(folder: Path, tmp_path: Path) -> None:
    for name, first in (("changed", 100), ("missing", 200), ("before", 300)):
        (folder / "enrolments" / f"{name}.csv").write_text(HEADER + rows(first, 5))
    write_manifest(folder, "2024-12", synthetic=True)
    (folder / "enrolments" / "changed.csv").write_text(HEADER + rows(110, 5))
    (folder / "enrolments" / "missing.csv").unlink()
    (folder / "enrolments" / "before.csv").rename(folder / "enrolments" / "after.csv")
    (folder / "enrolments" / "late.csv").write_text(HEADER + rows(400, 5))
    report = ingest(tmp_path)
    assert {file.name: file.rejected for file in report.rejected()} == {
        "enrolments/changed.csv": "changed",
        "enrolments/late.csv": "unlisted",
    }
    assert report.missing == ["enrolments/missing.csv"]
    assert report.total("rows_accepted") == 15


def test_a_file_delivered_twice_counts_once(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "enrolments" / "good.csv", folder / "enrolments" / "again.csv")
    report = ingest(tmp_path)
    assert [file.repeats for file in report.files] == ["", "enrolments/again.csv"]
    assert report.total("rows_accepted") == 10


def test_an_unreadable_month_is_refused_and_the_last_good_one_stays(folder: Path, tmp_path: Path) -> None:
    ingest(tmp_path)
    before = Warehouse(tmp_path / "warehouse").storage.month("memberships", "2024-12").resolve()
    (folder / "enrolments" / "good.csv").write_bytes(b"")
    with pytest.raises(MonthRefused, match=r"good\.csv: the file is empty"):
        ingest(tmp_path)
    assert Warehouse(tmp_path / "warehouse").storage.month("memberships", "2024-12").resolve() == before


def test_another_months_delivery_is_refused(folder: Path, tmp_path: Path) -> None:
    write_manifest(folder, "2024-11", synthetic=True)
    with pytest.raises(DeliveryRefused, match="holds the delivery of 2024-11"):
        ingest(tmp_path)


def test_a_changed_file_that_is_sent_again_brings_its_rows_back_to_the_release(nation: Nation, tmp_path: Path) -> None:
    locations = locations_at(tmp_path)
    landed = locations.landing / "2024-12"
    shutil.copytree(nation.locations.landing / "2024-12", landed)
    file = max((landed / "enrolments").glob("*.csv"), key=lambda path: path.stat().st_size)
    content = file.read_bytes()
    file.write_bytes(content[:-2] + b"9\n")
    with by_threshold_alone():
        assert not run(locations, "2024-12").success  # held: a sixth of the members is not there
        late = "the office delivers later"
        assert run(locations, "2024-12", reason=late, accept_incomplete=True).success
        first = live(locations.releases).folder
        file.write_bytes(content)
        assert not run(locations, "2024-12").success  # so large a revision needs a reason
        assert live(locations.releases).folder == first
        assert run(locations, "2024-12", reason="a file arrived changed").success
    assert _protected(first) < 4520
    assert _protected(live(locations.releases).folder) == 4520


def _protected(release: Path) -> int:
    frame = pl.read_parquet(release / "parquet" / "coverage.parquet")
    nation = frame.filter((pl.col("geography_level") == "nation") & (pl.col("segment") == "all"))
    return int(nation["protected_persons"].max())


def test_a_month_that_never_landed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeliveryRefused, match="no folder 2024-10"):
        read_delivery(tmp_path, "2024-10")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("", "is not set"),
        ("zz", "not hexadecimal"),
        ("ab", "32 bytes"),
        ("/no/such/file", "cannot be read"),
        (bytes(range(32)).hex(), "demonstration key"),
    ],
)
def test_a_missing_or_wrong_key_is_one_line_that_holds_no_key(
    value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, value)
    with pytest.raises(KeyRefused, match=said) as refused:
        person_key(synthetic=False)
    assert not value or value not in str(refused.value)


def test_another_key_than_the_warehouses_is_refused(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locations = locations_at(tmp_path)
    delivery = read_delivery(locations.landing, "2024-12")
    monkeypatch.setenv(KEY_VARIABLE, "11" * 32)
    warehouse_key(locations.warehouse, synthetic=delivery.synthetic)
    monkeypatch.setenv(KEY_VARIABLE, "22" * 32)
    with pytest.raises(KeyRefused, match="not the key this warehouse was built with"):
        warehouse_key(locations.warehouse, synthetic=delivery.synthetic)


def failure(locations: Locations) -> str:
    """The message of the failed run of 2024-12."""
    result = run(locations, "2024-12")
    assert not result.success
    failed = next(event for event in result.all_events if event.is_step_failure)
    return str(failed.step_failure_data.user_failure_data.description)


def test_a_warehouse_that_cannot_be_written_is_one_line(nation: Nation, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    locations = Locations(
        landing_folder=str(nation.locations.landing),
        warehouse_uri=str(tmp_path / "file" / "warehouse"),
        releases_folder=str(tmp_path / "releases"),
    )
    assert "cannot be written: give this user the right, or name another folder" in failure(locations)


def test_a_month_without_a_survey_wave_counts_persons_and_shows_no_ratio(nation: Nation, tmp_path: Path) -> None:
    locations = locations_at(tmp_path)
    shutil.copytree(nation.locations.landing / "2024-12", locations.landing / "2024-12")
    shutil.rmtree(locations.landing / "2024-12" / "workforce")
    manifest = locations.landing / "2024-12" / "manifest.json"
    content = json.loads(manifest.read_text())
    content["files"] = [entry for entry in content["files"] if not entry["name"].startswith("workforce/")]
    manifest.write_text(json.dumps(content))
    with by_threshold_alone():
        result = run(locations, "2024-12")
    assert result.success
    checks = {event.check_name: event.passed for event in result.get_asset_check_evaluations()}
    assert checks["has_denominator"] is False
    frame = pl.read_parquet(locations.warehouse.files("coverage", "2024-12"))
    assert frame["denominator_id"].unique().to_list() == ["none"]
    assert frame["coverage_ratio"].null_count() == frame.height
    assert (
        frame.filter((pl.col("geography_level") == "nation") & (pl.col("segment") == "all"))["protected_persons"].max()
        == 4520
    )


def test_a_full_disk_is_reported_with_the_target_of_the_write(tmp_path: Path) -> None:
    from assets.errors import explained

    releases, warehouse = tmp_path / "releases", tmp_path / "warehouse"
    for root in (releases, warehouse):
        full = OSError(errno.ENOSPC, "No space left on device", str(root / "some" / "file"))
        assert str(explained(full, releases, warehouse)).startswith(f"no space left for {root}: ")
    assert str(releases) in str(explained(OSError(errno.ENOSPC, "No space left on device"), releases, warehouse))


def test_unusable_input_differs_from_an_unexpected_error() -> None:
    from assets.errors import Unexpected, explained

    assert isinstance(explained(PermissionError(13, "no"), Path("w")), WarehouseUnusable)
    secret = explained(ValueError("3201991001900001"), Path("w"))
    assert isinstance(secret, Unexpected)
    assert "3201991001900001" not in str(secret)
