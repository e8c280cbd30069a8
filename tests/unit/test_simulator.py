"""The simulated nation against what it promises: published figures, and a ledger that a second pair of eyes confirms.

The files are read here by a small reader of their own, and the rules stand here in plain Python: neither the pipeline
nor the simulator's own bookkeeping is used to check the simulator.
"""

import csv
import gzip
import hashlib
import io
import json
import re
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
import pyarrow as pa
import pytest

from pipelines.simulator import simulate
from pipelines.simulator.calibration import EMPLOYERS, by_place, employers_by_place, national, persons_at, published
from pipelines.simulator.draws import apportion, month_index
from pipelines.simulator.places import places
from pipelines.simulator.plan import plan_month
from schemas.codelists import aliases, codes
from schemas.employers import EMPLOYERS as EMPLOYERS_TABLE
from schemas.enrolments import ENROLMENTS
from schemas.model import Kind, Table
from schemas.workforce import WORKFORCE

Row = dict[str, Any]
TABLES = {"enrolments": ENROLMENTS, "employers": EMPLOYERS_TABLE, "workforce": WORKFORCE}
PROGRAMMES = ("jkk", "jkm", "jht", "jp", "jkp")
UNREADABLE = object()
YES, NO = ("Y", "YA", "1", "TRUE"), ("T", "N", "TIDAK", "0", "FALSE")


# --- a reader of its own -------------------------------------------------------------------------------------------


def records(path: Path) -> list[list[str]]:
    """The cells of any delivered file, as text."""
    content = path.read_bytes()
    if path.suffix == ".parquet":
        frame = pl.read_parquet(path)
        return [frame.columns, *([_plain(cell) for cell in row] for row in frame.iter_rows())]
    if path.suffix == ".xlsx":
        sheet = fastexcel.read_excel(content).load_sheet(0, header_row=None, dtypes="string").to_polars()
        return [[_plain(cell) for cell in row] for row in sheet.iter_rows()]
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    if path.suffix == ".zst":
        content = pa.input_stream(pa.py_buffer(content), compression="zstd").read()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    head = text.splitlines()[0]
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count)))


def _plain(cell: object) -> str:
    return "" if cell is None else str(cell).removesuffix(" 00:00:00")


def read(path: Path, table: Table) -> tuple[list[Row], int]:
    """Rows by canonical names with typed values (None: empty, UNREADABLE), and the number of ragged lines."""
    known = {_squeezed(alias): field.name for field in table.fields for alias in (field.name, *field.aliases)}
    head, *lines = records(path)
    names = [known.get(_squeezed(cell)) for cell in head]
    whole = [line for line in lines if len(line) == len(names)]
    rows = [{name: cell for name, cell in zip(names, line, strict=True) if name} for line in whole]
    return [typed(row, table) for row in rows], len(lines) - len(whole)


@cache
def _squeezed(text: str) -> str:
    return re.sub("[^a-z]", "", text.lower())


def typed(row: Row, table: Table) -> Row:
    """The row's values. No Kemendagri code was ever reused, so the vintage of a region code need not be asked."""
    result: Row = {"_raw": row}
    for field in table.fields:
        text = row.get(field.name, "").strip().lstrip("'")
        result[field.name] = value(field.kind, field.codes, text) if text else None
    if row.get("programmes"):
        named = set(re.findall("[a-z]+", row["programmes"].lower()))
        result["programmes"] = UNREADABLE if named - set(PROGRAMMES) else row["programmes"]
        result |= {name: name in named and named <= set(PROGRAMMES) for name in PROGRAMMES}
    return result


@cache
def value(kind: Kind, listed: str | None, text: str) -> Any:
    """The value of a cell."""
    try:
        return PARSERS[kind](text, listed)
    except (ValueError, KeyError):
        return UNREADABLE


def _date(text: str) -> date:
    if re.fullmatch(r"\d{5}", text):
        return date(1899, 12, 30) + timedelta(days=int(text))
    for form in ("%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise ValueError(text)


def _month(text: str) -> date:
    if re.fullmatch(r"\d{6}", text):
        return date(int(text[:4]), int(text[4:]), 1)
    if found := re.fullmatch(r"(\d{2})-(\d{4})", text):
        return date(int(found[2]), int(found[1]), 1)
    if found := re.fullmatch(r"(\d{4})-(\d{2})", text):
        return date(int(found[1]), int(found[2]), 1)
    return _date(text).replace(day=1)


def _number(text: str) -> float:
    if re.search(r",\d{2}$", text) or re.fullmatch(r"-?\d{1,3}(\.\d{3})+", text):
        return float(text.replace(".", "").replace(",", "."))
    return float(text.replace(",", ""))


def _flag(text: str) -> bool:
    if text.upper() not in YES + NO:
        raise ValueError(text)
    return text.upper() in YES


def _region(text: str) -> str:
    known: dict[str, str] = {}
    for vintage in ("kemendagri_2020", "kemendagri_2025"):
        known |= dict(codes("regencies").select(vintage, "code").iter_rows())
    return known[text.replace(".", "")]


def _activity(text: str) -> str:
    if not re.fullmatch(r"\d{5}", text) or text[:2] in ("00", "04", "34"):
        raise ValueError(text)
    return text


PARSERS: dict[Kind, Callable[[str, str | None], Any]] = {
    Kind.DATE: lambda text, _: _date(text),
    Kind.MONTH: lambda text, _: _month(text),
    Kind.NUMBER: lambda text, _: _number(text),
    Kind.PERCENT: lambda text, _: float(text),
    Kind.COUNT: lambda text, _: int(_number(text)),
    Kind.FLAG: lambda text, _: _flag(text),
    Kind.CODE: lambda text, listed: aliases(str(listed))[text.upper()],
    Kind.REGION: lambda text, _: _region(text),
    Kind.KBLI: lambda text, _: _activity(text),
    Kind.LIST: lambda text, _: text,
    Kind.IDENTIFIER: lambda text, _: text,
    Kind.NIK: lambda text, _: text,
    Kind.TEXT: lambda text, _: text,
}


# --- the rules in plain Python -------------------------------------------------------------------------------------


def known(cell: Any) -> bool:
    """Whether a cell has a value."""
    return cell is not None and cell is not UNREADABLE


def unreadable(row: Row) -> set[str]:
    """Rules of cells whose text says nothing."""
    return {f"{name}_readable" for name, cell in row.items() if cell is UNREADABLE}


def broken_enrolment(row: Row, month: date) -> set[str]:
    """Every rule that an enrolment breaks."""
    broken = unreadable(row) | _broken_identity(row) | _broken_dates(row, month)
    segment = row["segment"]
    needed = ["membership_id", "birth_date", "sex", "segment", "work_region", "home_region", "start_date"]
    needed += ["office_code"]
    needed += {"PU": ["nik", "employer_id", "paid_through"], "BPU": ["nik", "paid_through"], "PMI": ["nik", "end_date"],
               "JAKON": ["project_no", "end_date"]}.get(segment, [])  # fmt: skip
    subsidised = row["payer"] in ("regional_government", "village_fund")
    needed += ["vulnerable_basis"] if subsidised else []
    broken |= {f"{name}_present" for name in needed if row[name] is None}
    on = {name: row[name] is True for name in PROGRAMMES}
    checks = {
        "project_worker_named": segment != "JAKON" or row["nik"] is not None,
        "programmes_offered": not known(segment)
        or ((segment == "PU" or not (on["jp"] or on["jkp"])) and not (segment == "JAKON" and on["jht"])),
        "minimum_programmes": on["jkk"] and on["jkm"],
        "employer_id_format": not row["employer_id"] or bool(re.fullmatch("[0-9A-Z]{8}", row["employer_id"])),
        "wage_not_negative": not known(row["wage_idr"]) or row["wage_idr"] >= 0,
        "wage_plausible": not known(row["wage_idr"]) or row["wage_idr"] <= 1e9,
        "subsidy_is_bpu": not subsidised or segment == "BPU" or not known(segment),
    }
    return broken | {rule for rule, holds in checks.items() if not holds}


def _broken_identity(row: Row) -> set[str]:
    broken = set()
    number = row["membership_id"]
    if number and re.fullmatch(r"\d{8,10}", number):
        broken.add("membership_id_intact")
    elif number and not re.fullmatch("[0-9A-Z]{11}", number):
        broken.add("membership_id_format")
    nik = row["nik"]
    if nik is None:
        return broken
    if "E+" in nik:
        return broken | {"nik_intact"}
    if not re.fullmatch(r"\d{16}", nik):
        return broken | {"nik_digits"}
    if len(set(nik)) == 1 or nik == "1234567890123456":
        broken.add("nik_not_dummy")
    if nik[:4] not in issued():
        broken.add("nik_issued_region")
    if nik[12:] == "0000":
        broken.add("nik_serial")
    born = nik_birth(nik)
    if born is None:
        return broken | {"nik_birth_date"}
    day, month, year, woman = born
    if known(row["sex"]) and woman != (row["sex"] == "F"):
        broken.add("nik_sex_agrees")
    on = row["birth_date"]
    if known(on) and (day, month, year) != (on.day, on.month, on.year % 100):
        broken.add("nik_birth_date_agrees")
    return broken


@cache
def issued() -> set[str]:
    """Regency codes of any Kemendagri vintage."""
    return set(codes("regencies")["kemendagri_2025"]) | set(codes("regencies")["kemendagri_2020"])


@cache
def nik_birth(nik: str) -> tuple[int, int, int, bool] | None:
    """Day, month, year of the century and whether a woman; None where it is no date."""
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    woman = day > 40
    day -= 40 * woman
    real = 1 <= month <= 12 and 1 <= day <= monthrange(2000 + year, month)[1]
    return (day, month, year, woman) if real else None


def _months(day: date) -> int:
    return day.year * 12 + day.month


def _broken_dates(row: Row, month: date) -> set[str]:
    end_of_month = month.replace(day=monthrange(month.year, month.month)[1])
    born, start, end, paid = (row[name] for name in ("birth_date", "start_date", "end_date", "paid_through"))
    age = _months(month) - _months(born) if known(born) else None
    checks = {
        "age_plausible": age is None or 120 <= age < 1212,
        "working_age": age is None or age < 120 or age >= 180,
        "started_by_month_end": not known(start) or start <= end_of_month,
        "end_after_start": not (known(start) and known(end)) or end >= start,
        "entry_age_bpu": row["segment"] != "BPU" or not (known(start) and known(born)) or start.year - born.year <= 65,
        "prepaid_at_most_a_year": not known(paid) or _months(paid) - _months(month) <= 12,
    }
    return {rule for rule, holds in checks.items() if not holds}


def broken_employer(row: Row, _month: date) -> set[str]:
    """Every rule that an employer breaks."""
    broken = unreadable(row)
    broken |= {f"{name}_present" for name in ("employer_id", "employer_division", "work_region") if row[name] is None}
    if row["employer_id"] and not re.fullmatch("[0-9A-Z]{8}", row["employer_id"]):
        broken.add("employer_id_format")
    for name in ("workers_declared", "annual_sales_idr", "capital_idr"):
        if known(row[name]) and row[name] < 0:
            broken.add(f"{name}_not_negative")
    if known(row["closed_on"]) and known(row["registered_on"]) and row["closed_on"] < row["registered_on"]:
        broken.add("closed_after_registered")
    return broken


def broken_cell(row: Row, _month: date) -> set[str]:
    """Every rule that a survey cell breaks."""
    broken = unreadable(row)
    needed = ("survey_wave", "region_code", "employment_status", "sex", "age_band", "persons")
    broken |= {f"{name}_present" for name in needed if row[name] is None}
    persons = row["persons"]
    if known(persons) and persons < 0:
        broken.add("persons_not_negative")
    for part in ("eligible", "vulnerable"):
        if known(persons) and known(row[f"{part}_persons"]) and row[f"{part}_persons"] > persons:
            broken.add(f"{part}_within_persons")
    if known(row["rse"]):
        broken |= {"rse_percent"} if not 0 <= row["rse"] < 100 else {"rse_usable"} if row["rse"] > 25 else set()
    return broken


BROKEN = {"enrolments": broken_enrolment, "employers": broken_employer, "workforce": broken_cell}


# --- deliveries ----------------------------------------------------------------------------------------------------


class Delivered:
    """A simulated month, read again."""

    def __init__(self, landing: Path, month: str) -> None:
        """Read the ledger and every file once."""
        self.ledger = json.loads((landing / f"{month}.ledger.json").read_text())
        self.folder = landing / month
        self.month = date.fromisoformat(f"{month}-01")
        self.rows: dict[str, list[Row]] = defaultdict(list)
        self.ragged: Counter[str] = Counter()
        self.repeated: Counter[str] = Counter()
        for extract, path in self.files():
            rows, ragged = read(path, TABLES[extract])
            if "kirim_ulang" in path.name:
                self.repeated[extract] += len(rows) + ragged
            else:
                judged = ({"_file": path.name, "_broken": BROKEN[extract](row, self.month)} for row in rows)
                self.rows[extract] += [row | verdict for row, verdict in zip(rows, judged, strict=True)]
                self.ragged[extract] += ragged

    def files(self) -> Iterator[tuple[str, Path]]:
        """Extract and path of every file."""
        for extract in TABLES:
            for path in sorted((self.folder / extract).iterdir()):
                yield extract, path

    @cached_property
    def versions(self) -> dict[str, list[Row]]:
        """Enrolments that break no fatal rule, by membership number: more than one, copied or contradicted."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows["enrolments"]:
            if not row["_broken"] & FATAL["enrolments"]:
                found[row["membership_id"].zfill(11)].append(row)
        return found

    @cached_property
    def contradicted(self) -> list[list[Row]]:
        """Rows of membership numbers that different rows have."""
        return [rows for rows in self.versions.values() if len({content(row) for row in rows}) > 1]

    @cached_property
    def good(self) -> list[Row]:
        """Accepted enrolments, exact copies once."""
        return [rows[0] for rows in self.versions.values() if rows not in self.contradicted]


NIK_RULES = {rule.name for rule in ENROLMENTS.all_rules() if rule.field == "nik"}
FATAL = {name: {rule.name for rule in table.all_rules() if rule.severity == "fatal"} for name, table in TABLES.items()}


def content(row: Row) -> tuple[Any, ...]:
    """What two rows must have in common to be the same."""
    return tuple(row[name] for name in ENROLMENTS.names if name != "programmes")


@pytest.fixture(scope="module", params=[("2024-12", 1e-4), ("2023-12", 1e-3)], ids=["small", "middling"])
def delivered(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Delivered:
    """Two nations: one in ten thousand at the end of 2024, one in a thousand at the end of 2023."""
    month, scale = request.param
    landing = tmp_path_factory.mktemp("landing")
    simulate(landing, month, scale)
    return Delivered(landing, month)


# --- the ledger ----------------------------------------------------------------------------------------------------


def test_ledger_counts_the_rules_that_rows_break(delivered: Delivered) -> None:
    """Rule by rule and extract by extract."""
    for extract in TABLES:
        account = delivered.ledger["extracts"][extract]
        found: Counter[str] = Counter()
        for row in delivered.rows[extract]:
            found.update(row["_broken"])
        found["row_structure"] = delivered.ragged[extract]
        found["membership_id_conflict"] = sum(map(len, delivered.contradicted)) if extract == "enrolments" else 0
        assert {rule: count for rule, count in found.items() if count} == account["rules"]


def test_contradictions_stand_in_few_files(delivered: Delivered) -> None:
    """Two persons with one membership number are of two offices, and six files at most hold all of them."""
    assert delivered.contradicted
    assert all(len({row["_file"] for row in rows}) == 2 for rows in delivered.contradicted)
    assert len({row["_file"] for rows in delivered.contradicted for row in rows}) <= 6


def test_every_rule_of_every_contract_is_broken_somewhere(delivered: Delivered) -> None:
    """A rule that nothing breaks is a rule that nobody has seen work."""
    for extract, table in TABLES.items():
        assert {rule.name for rule in table.all_rules()} <= delivered.ledger["extracts"][extract]["rules"].keys()
    assert {"row_structure", "membership_id_conflict"} <= delivered.ledger["extracts"]["enrolments"]["rules"].keys()


def test_ledger_adds_up(delivered: Delivered) -> None:
    """Rows read = accepted + quarantined + collapsed, and each is what the files hold."""
    for extract in TABLES:
        account = delivered.ledger["extracts"][extract]
        rows = delivered.rows[extract]
        fatal = sum(bool(row["_broken"] & FATAL[extract]) for row in rows)
        conflicting = sum(map(len, delivered.contradicted)) if extract == "enrolments" else 0
        held = fatal + delivered.ragged[extract] + conflicting
        assert account["rows_read"] == len(rows) + delivered.ragged[extract]
        assert account["rows_quarantined"] == held
        assert account["rows_read"] == sum(account[f"rows_{what}"] for what in ("accepted", "quarantined", "collapsed"))
        assert account["rows_repeated"] == delivered.repeated[extract]
        assert account["files"] == sum(name == extract for name, _ in delivered.files())
    assert len(delivered.good) == delivered.ledger["extracts"]["enrolments"]["rows_accepted"]
    assert delivered.ledger["extracts"]["enrolments"]["files_repeated"] == 1


def test_manifest_vouches_for_every_file_with_its_rows(delivered: Delivered) -> None:
    """Control totals are data rows, broken lines included."""
    manifest = json.loads((delivered.folder / "manifest.json").read_text())
    assert manifest["synthetic"] is True
    vouched = {entry["name"]: entry["rows"] for entry in manifest["files"] if entry["name"].split("/")[0] in TABLES}
    counted = {path.relative_to(delivered.folder).as_posix(): len(records(path)) - 1 for _, path in delivered.files()}
    assert vouched == counted


# --- the figures ---------------------------------------------------------------------------------------------------


def is_protected(row: Row, month: date) -> bool:
    """The rule of the segment, in months."""
    end_of_month = month.replace(day=monthrange(month.year, month.month)[1])
    open_ended = row["end_date"] is None or row["end_date"] > end_of_month
    if row["segment"] in ("JAKON", "PMI"):
        return bool(row["start_date"] <= end_of_month) and open_ended
    arrears = _months(month) - _months(row["paid_through"])
    return open_ended and arrears <= (3 if row["segment"] == "PU" else 0)


def primary(delivered: Delivered) -> list[Row]:
    """One protected membership a person: of the first segment among PU, JAKON, BPU, PMI."""
    best: dict[str, Row] = {}
    order = ("PU", "JAKON", "BPU", "PMI")
    clearing = {"nik_digits", "nik_not_dummy", "nik_issued_region", "nik_birth_date", "nik_serial", "nik_intact"}
    for row in delivered.good:
        if is_protected(row, delivered.month):
            trusted = row["nik"] and not row["_broken"] & clearing
            person = row["nik"] if trusted else "KPJ" + row["membership_id"]
            if person not in best or order.index(row["segment"]) < order.index(best[person]["segment"]):
                best[person] = row
    return list(best.values())


def test_protected_persons_are_the_calibrated_ones(delivered: Delivered) -> None:
    """By segment, and paid for by public budgets, to the person."""
    figures = delivered.ledger["figures"]
    persons = primary(delivered)
    counted = Counter(row["segment"] for row in persons)
    assert dict(counted) == {segment: figures["protected"][segment] for segment in ("PU", "JAKON", "BPU", "PMI")}
    payers = ("regional_government", "village_fund")
    assert sum(row["segment"] == "BPU" and row["payer"] in payers for row in persons) == figures["subsidised"]


def test_protected_persons_follow_the_published_shares_of_provinces(delivered: Delivered) -> None:
    """Each of the 34 provinces has its published share of the segment, rounded down or up."""
    parents = dict(codes("provinces").select("code", "parent_2020").iter_rows())
    counted = Counter((row["segment"], parents[row["work_region"][:2]]) for row in primary(delivered))
    for segment in ("PU", "JAKON", "BPU"):
        shares = {code: published("protected_persons", segment, code)["2023-12"] for code in set(parents.values())}
        total = delivered.ledger["figures"]["protected"][segment]
        for parent, share in shares.items():
            assert abs(counted[segment, parent] - total * share / sum(shares.values())) < 1


def test_workforce_adds_up_to_the_potential(delivered: Delivered) -> None:
    """Employed, eligible by group and vulnerable, to the person; parts never exceed the whole."""
    cells = [row for row in delivered.rows["workforce"] if not row["_broken"] & FATAL["workforce"]]
    figures = delivered.ledger["figures"]
    formal = sum(row["eligible_persons"] for row in cells if row["employment_status"] == "4")
    assert sum(row["persons"] for row in cells) == figures["employed"]
    assert formal == figures["potential"]["formal"]
    assert sum(row["eligible_persons"] for row in cells) == figures["potential"]["all"]
    assert sum(row["vulnerable_persons"] for row in cells) == figures["vulnerable"]
    assert all(row["persons"] >= row["eligible_persons"] >= row["vulnerable_persons"] for row in cells)
    assert all(row["eligible_persons"] == 0 for row in cells if row["employment_status"] == "7")


def test_wage_earners_work_where_their_employer_is(delivered: Delivered) -> None:
    """Every wage earner's employer is delivered, in the region where the wage earner is registered."""
    employers = {
        (row["employer_id"], row["employer_division"], row["work_region"])
        for row in delivered.rows["employers"]
        if not row["_broken"] & FATAL["employers"]
    }
    wage_earners = [row for row in delivered.good if row["segment"] == "PU"]
    stray = [
        row
        for row in wage_earners
        if (row["employer_id"], row["employer_division"], row["work_region"]) not in employers
        and "employer_id_format" not in row["_broken"]
    ]
    assert not stray


def test_no_two_persons_share_a_nik(delivered: Delivered) -> None:
    """A NIK twice is one person: of one birth date and sex, with at most three memberships."""
    persons: dict[str, list[Row]] = defaultdict(list)
    for row in delivered.good:
        if row["nik"] and not row["_broken"] & NIK_RULES:
            persons[row["nik"]].append(row)
    assert all(len({(row["birth_date"], row["sex"]) for row in rows}) == 1 for rows in persons.values())
    assert max(len(rows) for rows in persons.values()) <= 3
    assert all(nik[4:6] == "99" for nik in persons), "only districts that do not exist"


# --- calibration and reproducibility -------------------------------------------------------------------------------


def test_whole_nation_is_the_published_one() -> None:
    """At full scale every published count by province and segment is met exactly; so are later months."""
    parents = places()["parent_2020"]
    for segment in ("PU", "JAKON", "BPU"):
        counts = by_place(segment, persons_at(segment, month_index("2023-12")))
        totals: Counter[str] = Counter()
        for parent, count in zip(parents, counts, strict=True):
            totals[parent] += count
        assert totals == {parent: published("protected_persons", segment, parent)["2023-12"] for parent in set(parents)}
    assert sum(employers_by_place(1)) == EMPLOYERS
    assert national(month_index("2024-12"), 1)["PU"] + national(month_index("2024-12"), 1)["JAKON"] == 35_300_000
    march = {"PU": 26_094_749, "JAKON": 4_881_838, "BPU": 9_219_509, "PMI": 592_392}
    assert national(month_index("2025-03"), 1) == march


@pytest.mark.parametrize("scale", [1e-4, 3e-4, 1e-3, 1 / 7, 1])
def test_segments_add_up_at_every_scale(scale: float) -> None:
    """The total is rounded once; the segments split it."""
    full, part = national(month_index("2024-12"), 1), national(month_index("2024-12"), scale)
    segments = ("PU", "JAKON", "BPU")
    assert sum(part[name] for name in segments) == round(sum(full[name] for name in segments) * scale)
    assert all(abs(part[name] - full[name] * scale) <= 1 for name in full)


def test_apportion_splits_whole_numbers() -> None:
    """Parts add up and never exceed the quota rounded up; nothing to go by gives nothing."""
    assert apportion(10, [1, 1, 1]) in ([4, 3, 3], [3, 4, 3], [3, 3, 4])
    assert apportion(7, [2, 0, 5]) == [2, 0, 5]
    assert apportion(5, [0, 0]) == [0, 0]


def test_persons_keep_their_numbers_from_month_to_month() -> None:
    """Whoever is there in two months has the same place in the plan; few come and go within a quarter."""
    keys = ["place", "stream", "membership", "segment", "idx"]
    months = [plan_month(month_index(month), 1e-3) for month in ("2024-09", "2024-12")]
    before, after = (plan.draw_up(pl.int_range(plan.rows, eager=True)).filter(pl.col("stream") < 3) for plan in months)
    assert before.select(keys).is_unique().all()
    new = after.join(before, on=keys, how="anti")
    assert new.height < before.height // 8


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below the folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_same_seed_same_bytes_other_seed_other_persons(tmp_path: Path) -> None:
    """Month, scale and seed decide every byte; a simulated month may be simulated again."""
    for landing, seed in (("one", 2024), ("two", 2024), ("three", 7)):
        simulate(tmp_path / landing, "2025-02", 1e-4, seed=seed)
    simulate(tmp_path / "three", "2025-02", 1e-4, seed=7)
    one, two, three = (digests(tmp_path / landing) for landing in ("one", "two", "three"))
    assert one == two
    assert one.keys() == three.keys()
    assert one["2025-02/enrolments/K0101.csv"] != three["2025-02/enrolments/K0101.csv"]


def test_progress_counts_files_up_to_all(tmp_path: Path) -> None:
    """The last call says that everything is done."""
    calls: list[tuple[int, int]] = []
    folder = simulate(tmp_path, "2024-12", 1e-4, progress=lambda done, every: calls.append((done, every)))
    written = sum(path.is_file() for path in folder.rglob("*")) - 1  # but for the manifest
    assert calls[-1] == (written, written)
    assert [done for done, _ in calls] == sorted(done for done, _ in calls)


def test_a_real_delivery_is_never_overwritten(tmp_path: Path) -> None:
    """A month without a ledger beside it was not simulated."""
    (tmp_path / "2024-12").mkdir()
    with pytest.raises(FileExistsError, match="not simulated"):
        simulate(tmp_path, "2024-12", 1e-4)


@pytest.mark.parametrize("scale", [0, -1, 1.5])
def test_scale_is_a_share(tmp_path: Path, scale: float) -> None:
    """Nothing is written for a scale that is none."""
    with pytest.raises(ValueError, match="share of the nation"):
        simulate(tmp_path, "2024-12", scale)
    assert not list(tmp_path.iterdir())
