"""What is taken ahead: a month that adopts it is the month that read everything itself; whatever does not fit is not adopted."""

import os
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from assets import provenance
from assets.errors import KeyRefused
from assets.ingest import month as month_module
from assets.ingest import taken as taken_module
from assets.ingest.delivery import DeliveredFile, Delivery, read_delivery, write_manifest
from assets.ingest.file import FileIngest
from assets.ingest.groups import groups, take_group
from assets.ingest.identity import KEY_VARIABLE, PersonKey, person_key
from assets.ingest.month import ingest_month
from assets.ingest.report import FileReport, MonthReport
from assets.ingest.taken import ACCEPTED, Taken
from assets.warehouse import Warehouse
from pipelines.simulator import simulate
from schemas.extracts import EXTRACTS, stored_table
from tests.ingested import contents, stage

MONTH = "2024-12"
REFUSED = "zzz_unreadable.csv"
KEY = person_key(synthetic=True)
ENROLMENTS = next(table for table in EXTRACTS if table.name == "enrolments")


@dataclass
class Reads:
    """Names of the files that were read, once for each time."""

    names: Counter[str]


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One in ten thousand, with the defects of the simulator and a file that nobody can read."""
    landing = tmp_path_factory.mktemp("landing")
    simulate(landing, MONTH, 1e-4)
    (landing / MONTH / "enrolments" / REFUSED).write_text("this;is;no;enrolment\n1;2;3;4\n")
    write_manifest(landing / MONTH, MONTH, synthetic=True)
    return landing


@pytest.fixture(scope="session")
def in_process(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The month as one process ingests it, with nothing taken ahead."""
    warehouse = Warehouse(tmp_path_factory.mktemp("in_process"))
    for table in EXTRACTS:
        ingest_month(table, read_delivery(simulated, MONTH), warehouse, KEY)
    return warehouse


@pytest.fixture
def landing(simulated: Path, tmp_path: Path) -> Path:
    """The same files, for a test to spoil: same content, names and times."""
    return Path(shutil.copytree(simulated, tmp_path / "landing"))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    """Counts files as they are read: the delivery is small, so they are read in this process."""
    counted, take = Reads(Counter()), FileIngest.take

    def counting(self: FileIngest, place: int, file: DeliveredFile) -> FileReport:
        counted.names[file.name] += 1
        return take(self, place, file)

    monkeypatch.setattr(FileIngest, "take", counting)
    return counted


def take(
    delivery: Delivery, warehouse: Warehouse, root: Path, group: int = 0, of: int = 1, key: PersonKey = KEY
) -> int:
    return take_group(delivery, warehouse, key, root, group, of).files


def rejected(warehouse: Warehouse) -> set[str]:
    """Names of the files that the month refuses, whoever reads them."""
    stages = [warehouse.stage(stored_table(table).name, MONTH) for table in EXTRACTS]
    return {file.name for said in stages for file in MonthReport.from_json(said["report"], reused=True).rejected()}


def test_a_month_that_adopts_every_file_is_byte_for_byte_the_one_that_reads_them(
    landing: Path, in_process: Warehouse, tmp_path: Path, reads: Reads
) -> None:
    warehouse, root = Warehouse(tmp_path / "warehouse"), tmp_path / "taken"
    delivery = read_delivery(landing, MONTH)
    for group in (2, 0, 1):
        take(delivery, warehouse, root, group, of=3)
    taken = set(reads.names)
    assert max(reads.names.values()) == 1
    reads.names.clear()
    for table in EXTRACTS:
        report = ingest_month(table, delivery, warehouse, KEY, ahead=root)
        assert contents(warehouse, table, MONTH) == contents(in_process, table, MONTH)
        assert stage(warehouse, table, MONTH) == stage(in_process, table, MONTH)
        if table is ENROLMENTS:  # what only the whole month can show was settled over adopted parts
            truth = [report.total(name) for name in ("rows_collapsed", "rows_quarantined")]
            assert min(truth) > 0
            assert report.broken()[table.conflict] > 0
    assert set(reads.names) == {f"enrolments/{REFUSED}"} == rejected(in_process) < taken
    assert not list(root.rglob("*.parquet")), "what served is removed"


def test_only_what_is_missing_is_read(landing: Path, in_process: Warehouse, tmp_path: Path, reads: Reads) -> None:
    warehouse, root = Warehouse(tmp_path / "warehouse"), tmp_path / "taken"
    delivery = read_delivery(landing, MONTH)
    take(delivery, warehouse, root, 1, of=2)
    reads.names.clear()
    for table in EXTRACTS:
        ingest_month(table, delivery, warehouse, KEY, ahead=root)
        assert contents(warehouse, table, MONTH) == contents(in_process, table, MONTH)
    others = {file.name for file in groups(delivery, 2)[0]}
    assert set(reads.names) == others | rejected(in_process)


def test_groups_hold_every_file_that_is_read_once_and_are_of_much_the_same_size(landing: Path) -> None:
    delivery = read_delivery(landing, MONTH)
    dealt = groups(delivery, 4)
    names = [file.name for group in dealt for file in group]
    copies = {file.name for file in delivery.files} - set(names)
    assert len(names) == len(set(names))
    assert (
        {Path(name).name for name in copies} == {Path(name).name for name in copies if "kirim_ulang" in name} != set()
    )
    sizes = [sum(file.bytes for file in group) for group in dealt]
    assert max(sizes) - min(sizes) <= max(file.bytes for file in delivery.files)
    assert groups(delivery, 4) == dealt
    assert [len(group) for group in groups(delivery, 99)].count(0) == max(0, 99 - len(names))


def test_taking_again_reads_nothing_and_two_runs_of_a_group_keep_each_file_once(
    landing: Path, tmp_path: Path, reads: Reads
) -> None:
    warehouse, root = Warehouse(tmp_path / "warehouse"), tmp_path / "taken"
    delivery = read_delivery(landing, MONTH)
    first = take_group(delivery, warehouse, KEY, root, 0, 1)
    reads.names.clear()
    again = take_group(delivery, warehouse, KEY, root, 0, 1)
    assert (again.files, again.files_known, again.files_rejected) == (0, first.files, first.files_rejected)
    assert sum(reads.names.values()) == first.files_rejected == 1
    file = next(file for file in delivery.of("enrolments") if Taken(root, "enrolments", delivery, KEY).has(file))
    taken = Taken(root, "enrolments", delivery, KEY)
    before = {path: path.stat().st_ino for path in (taken.folder / taken.digest(file)).rglob("*")}
    with taken.candidate() as (accepted, quarantine):  # a second run that did not see the first one's
        report = FileIngest(ENROLMENTS, month_module.first_day(MONTH), KEY, accepted, quarantine).take(7, file)
        taken.keep(taken.digest(file), report, 7, accepted, quarantine)
    assert {path: path.stat().st_ino for path in (taken.folder / taken.digest(file)).rglob("*")} == before
    assert not list(taken.folder.glob("candidate-*"))


def test_what_is_taken_ahead_is_closed_to_others(landing: Path, tmp_path: Path) -> None:
    root = tmp_path / "taken"
    take(read_delivery(landing, MONTH), Warehouse(tmp_path / "warehouse"), root)
    assert {path.stat().st_mode & 0o777 for path in (root, *root.iterdir())} == {0o700}


@pytest.fixture(scope="session")
def all_taken(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("all")
    take(read_delivery(simulated, MONTH), Warehouse(root / "warehouse"), root / "taken")
    return root / "taken"


@pytest.fixture
def one_taken(all_taken: Path, landing: Path, tmp_path: Path) -> Taken:
    """Everything taken, with the key of demonstrations: the enrolments."""
    shutil.copytree(all_taken, tmp_path / "taken")
    return Taken(tmp_path / "taken", "enrolments", read_delivery(landing, MONTH), KEY)


def ingested(taken: Taken, landing: Path, tmp_path: Path, key: PersonKey = KEY, *, force: bool = False) -> MonthReport:
    delivery = read_delivery(landing, MONTH)
    return ingest_month(ENROLMENTS, delivery, Warehouse(tmp_path / "warehouse"), key, ahead=taken.root, force=force)


def known(taken: Taken, landing: Path) -> list[DeliveredFile]:
    return [file for file in read_delivery(landing, MONTH).of("enrolments") if taken.has(file)]


def test_a_file_changed_on_disk_is_read_and_refused_as_without(
    one_taken: Taken, landing: Path, tmp_path: Path, reads: Reads
) -> None:
    file = known(one_taken, landing)[0]
    content = bytearray(file.path.read_bytes())
    content[-2] ^= 1  # same size, another content: the manifest vouches for the old one
    file.path.write_bytes(content)
    report = ingested(one_taken, landing, tmp_path)
    found = next(of for of in report.files if of.name == file.name)
    assert (found.rejected, reads.names[file.name]) == ("changed", 1)
    assert found.rows_read == 0


def test_a_file_delivered_anew_is_read_anew(one_taken: Taken, landing: Path, tmp_path: Path, reads: Reads) -> None:
    file = known(one_taken, landing)[0]
    os.utime(file.path, ns=(0, 0))
    report = ingested(one_taken, landing, tmp_path)
    assert reads.names[file.name] == 1
    assert not next(of for of in report.files if of.name == file.name).rejected


def test_another_key_adopts_nothing(
    one_taken: Taken, landing: Path, tmp_path: Path, reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "ab" * 32)
    report = ingested(one_taken, landing, tmp_path, person_key(synthetic=True))
    assert sum(reads.names.values()) == len([file for file in report.files if not file.repeats])


def test_other_code_adopts_nothing(
    one_taken: Taken, landing: Path, tmp_path: Path, reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provenance, "code_version", lambda: "other")
    report = ingested(one_taken, landing, tmp_path)
    assert sum(reads.names.values()) == len([file for file in report.files if not file.repeats])


def test_force_reads_everything_and_removes_what_was_taken(
    one_taken: Taken, landing: Path, tmp_path: Path, reads: Reads
) -> None:
    report = ingested(one_taken, landing, tmp_path, force=True)
    assert sum(reads.names.values()) == len([file for file in report.files if not file.repeats])
    assert not one_taken.folder.exists()


@pytest.mark.parametrize("harm", ["report", "part", "cut", "candidate"])
def test_what_is_not_whole_is_not_adopted(
    one_taken: Taken, landing: Path, in_process: Warehouse, tmp_path: Path, reads: Reads, harm: str
) -> None:
    file = known(one_taken, landing)[0]
    folder = one_taken.folder / one_taken.digest(file)
    part = min((folder / ACCEPTED).iterdir())
    match harm:
        case "report":
            (folder / taken_module.REPORT).write_text("{")
        case "part":
            part.unlink()
        case "cut":
            part.write_bytes(part.read_bytes()[:-9])
        case "candidate":  # a worker that was killed before the rename
            (one_taken.folder / "candidate-0").mkdir()
            folder.rename(one_taken.folder / "candidate-0" / folder.name)
    ingested(one_taken, landing, tmp_path)
    assert set(reads.names) == {file.name} | {name for name in rejected(in_process) if name.startswith("enrolments/")}
    assert contents(Warehouse(tmp_path / "warehouse"), ENROLMENTS, MONTH) == contents(in_process, ENROLMENTS, MONTH)
    assert not one_taken.folder.exists(), "what a killed worker left is removed too"


def test_where_no_second_name_can_be_given_parts_are_copied(
    one_taken: Taken,
    landing: Path,
    in_process: Warehouse,
    tmp_path: Path,
    reads: Reads,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(self: Path, target: Path) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(Path, "hardlink_to", refused)
    ingested(one_taken, landing, tmp_path)
    assert set(reads.names) == {name for name in rejected(in_process) if name.startswith("enrolments/")}
    assert contents(Warehouse(tmp_path / "warehouse"), ENROLMENTS, MONTH) == contents(in_process, ENROLMENTS, MONTH)


def test_a_group_whose_month_was_ingested_meanwhile_leaves_nothing_behind(
    landing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse, root = Warehouse(tmp_path / "warehouse"), tmp_path / "taken"
    delivery, keep = read_delivery(landing, MONTH), Taken.keep

    def overtaken(self: Taken, *arguments: Any) -> None:
        keep(self, *arguments)
        monkeypatch.setattr(Taken, "keep", keep)
        for table in EXTRACTS:
            ingest_month(table, delivery, warehouse, KEY, ahead=root)

    monkeypatch.setattr(Taken, "keep", overtaken)
    take(delivery, warehouse, root)
    assert not list(root.rglob("*.parquet"))
    assert not [path for path in root.glob("*/*") if path.is_dir()]
    assert take(delivery, warehouse, root) == 0


def test_a_worker_with_another_key_is_refused_in_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path)
    warehouse.hold_key(KEY.fingerprint)
    monkeypatch.setenv(KEY_VARIABLE, "ab" * 32)
    with pytest.raises(KeyRefused, match="not the key this warehouse was made with"):
        warehouse.hold_key(person_key(synthetic=True).fingerprint)
