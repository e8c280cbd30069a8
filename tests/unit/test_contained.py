"""Errors of one file affect only that file: its name, its content, and unexpected errors while it is read."""

import json
import os
import signal
from datetime import date
from pathlib import Path

import pytest

from assets.errors import FileRejected, KeyRefused, WarehouseUnusable, contained
from assets.ingest import file, process_pool
from assets.ingest.delivery import DeliveredFile, is_complete, read_delivery, write_manifest
from assets.ingest.filenames import printable
from assets.ingest.month import ingest_month
from assets.ingest.pseudonyms import KEY_VARIABLE, person_key
from assets.ingest.report import FileReport, MonthReport
from assets.ingest.standardise import Standardiser
from assets.warehouse import Warehouse
from schemas.extracts.employers import EMPLOYERS

HEADER = "npp,divisi,kode_wilayah\n"
GOOD = HEADER + "AA000001,001,3201\n"
OTHER = HEADER + "AA000002,001,3202\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A month with one good file of employers; a key is set."""
    monkeypatch.setenv(KEY_VARIABLE, "33" * 32)
    found = tmp_path / "landing" / "2024-12" / "employers"
    found.mkdir(parents=True)
    (found / "good.csv").write_text(GOOD)
    return found


def ingest(folder: Path) -> MonthReport:
    root = folder.parents[2]
    delivery = read_delivery(root / "landing", "2024-12")
    return ingest_month(EMPLOYERS, delivery, Warehouse(root / "warehouse"), person_key(synthetic=True), force=True)


def rejected(report: MonthReport) -> dict[str, str]:
    assert all("unexpected" not in found.message and "\n" not in found.message for found in report.rejected())
    return {found.name.removeprefix("employers/"): found.rejected for found in report.rejected()}


# --- names ---------------------------------------------------------------------------------------------------------

NAMES = [
    (b"Kantor_Jos\xe9.csv", r"Kantor_Jos\xe9.csv"),
    ("Kantor_José.csv".encode(), "Kantor_José.csv"),
    (b"two\nlines.csv", r"two\x0alines.csv"),
    (b"back\\slash.csv", r"back\\slash.csv"),
    ("right‮left.csv".encode(), r"right\u202eleft.csv"),
    ("no​thing.csv".encode(), r"no\u200bthing.csv"),
    (b"\xff\xfe.csv", r"\xff\xfe.csv"),
]


@pytest.mark.parametrize(("name", "readable"), NAMES)
def test_a_file_name_of_any_bytes_is_read_and_has_one_spelling(folder, name, readable):
    Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text(OTHER)
    write_manifest(folder.parent, "2024-12", synthetic=True)
    listed = [entry["name"] for entry in json.loads((folder.parent / "manifest.json").read_text())["files"]]
    assert f"employers/{readable}" in listed
    assert is_complete(folder.parent)
    report = ingest(folder)
    assert sorted(found.name for found in report.files) == sorted(listed)
    assert (rejected(report), report.missing, report.total("rows_accepted")) == ({}, [], 2)


def test_different_names_have_different_spellings():
    names = ["a\\xe9", "a\udce9", "aé", "a\\\\xe9", "a\x0a", "a\\x0a"]
    assert len({printable(name) for name in names}) == len(names)


def test_lock_files_of_open_workbooks_are_not_delivered_files(folder):
    (folder / "~$good.xlsx").write_bytes(b"\x05admin")
    assert [found.name for found in ingest(folder).files] == ["employers/good.csv"]


# --- errors --------------------------------------------------------------------------------------------------------


class PanicException(BaseException):
    pass


@pytest.mark.parametrize(
    "error", [ValueError("SITI"), KeyError("SITI"), OSError("SITI"), RecursionError(), PanicException("SITI")]
)
def test_an_unexpected_error_refuses_the_file_without_quoting_it(folder, monkeypatch, error):
    (folder / "bad.csv").write_text(OTHER)
    read = Standardiser.standardise_rows

    def frame(self, rows, *more, **named):
        if rows["employer_id"].to_list() == ["AA000002"]:
            raise error
        return read(self, rows, *more, **named)

    monkeypatch.setattr(Standardiser, "standardise_rows", frame)
    report = ingest(folder)
    assert rejected(report) == {"bad.csv": "unreadable"}
    message = report.rejected()[0].message
    assert type(error).__name__ in message
    assert "ingest/standardise.py" in message
    assert "SITI" not in message
    assert report.total("rows_accepted") == 1


def test_errors_that_no_file_causes_are_raised():
    for error in (KeyRefused("no key"), MemoryError(), KeyboardInterrupt(), WarehouseUnusable("full")):
        with pytest.raises(type(error)), contained():
            raise error


def test_a_full_disk_stops_the_month(folder, monkeypatch):
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(file.pl.DataFrame, "write_parquet", full)
    with pytest.raises(WarehouseUnusable, match="no space left"):
        ingest(folder)


def test_a_file_that_fails_after_some_batches_leaves_no_row(folder, monkeypatch):
    from assets.ingest.readers import text

    monkeypatch.setattr(text, "BLOCK", 40)
    (folder / "bad.csv").write_bytes((OTHER + "AA000003,001,3203\n" * 9).encode("utf-16") + b"\x00\xd8")
    report = ingest(folder)
    assert rejected(report) == {"bad.csv": "unreadable"}
    assert report.total("rows_accepted") == 1


def test_a_crash_refuses_the_file_and_the_worker_is_replaced(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(process_pool, "MIN_BYTES_FOR_WORKERS", 0)
    monkeypatch.setenv(process_pool.WORKERS, "1")
    (folder / "again.csv").write_text(OTHER)
    for name in ("accepted", "quarantine"):
        (tmp_path / name).mkdir()
    task = process_pool.IngestTask(
        "employers", "2024-12", str(tmp_path / "accepted"), str(tmp_path / "quarantine"), synthetic=True
    )
    files = read_delivery(folder.parents[1], "2024-12").files_of("employers")
    send = process_pool._send

    def crash(worker, message):
        worker.send_signal(signal.SIGSTOP)
        send(worker, message)
        worker.send_signal(signal.SIGSEGV)
        worker.send_signal(signal.SIGCONT)

    with process_pool.ingest_pool(task, files) as ingest_file:
        with monkeypatch.context() as patch:
            patch.setattr(
                process_pool, "_send", lambda *arguments: (crash if "position" in arguments[1] else send)(*arguments)
            )
            first = ingest_file(0, files[0])
        second = ingest_file(1, files[1])
    assert (first.rejected, second.rejected, second.rows_accepted) == ("unreadable", "", 1)


# --- copies --------------------------------------------------------------------------------------------------------


def test_a_copy_of_a_file_with_a_refused_name_is_read(folder):
    for name in ("a.parquet", "b.doc", "c.csv", "d.csv"):
        (folder / name).write_text(OTHER)
    report = ingest(folder)
    assert rejected(report) == {"a.parquet": "wrong_extension", "b.doc": "unknown_format"}
    repeats = {found.name: found.repeats for found in report.files if found.repeats}
    assert repeats == {"employers/d.csv": "employers/c.csv"}
    assert report.total("rows_accepted") == 2


def test_a_changed_file_does_not_hide_an_intact_copy(folder):
    for name in ("a.csv", "b.csv"):
        (folder / name).write_text(OTHER)
    write_manifest(folder.parent, "2024-12", synthetic=True)
    (folder / "a.csv").write_text(OTHER + "cut")
    report = ingest(folder)
    assert rejected(report) == {"a.csv": "changed"}
    assert report.total("rows_accepted") == 2


def test_a_file_that_cannot_be_opened_is_refused(folder, tmp_path):
    ingest = file.FileIngest(EMPLOYERS, date(2024, 12, 1), person_key(synthetic=True), tmp_path, tmp_path)
    report: FileReport = ingest.ingest_file(
        0, DeliveredFile(folder / "gone.csv", "employers/gone.csv", "employers", 5, "")
    )
    assert (report.rejected, "cannot be opened" in report.message) == ("unreadable", True)
    with pytest.raises(FileRejected), contained():
        raise ValueError
