"""The rules of three contracts again in plain Python, to check the ledger.

Belongs here: which rules a row breaks. Not here: reading rows (`delivered_files`).
"""

import re
from calendar import monthrange
from datetime import date
from functools import cache
from typing import Any

from schemas.code_lists import codes
from schemas.extracts.employers import EMPLOYERS
from schemas.extracts.enrolments import ENROLMENTS
from schemas.extracts.workforce import WORKFORCE
from tests.simulator.delivered_files import PROGRAMMES, UNREADABLE, Row

TABLES = {"enrolments": ENROLMENTS, "employers": EMPLOYERS, "workforce": WORKFORCE}
NIK_RULES = {rule.name for rule in ENROLMENTS.all_rules() if rule.field == "nik"}
FATAL = {name: {rule.name for rule in table.all_rules() if rule.severity == "fatal"} for name, table in TABLES.items()}


def known(cell: Any) -> bool:
    """Whether a cell has a value."""
    return cell is not None and cell is not UNREADABLE


def unreadable(row: Row) -> set[str]:
    """Rules of cells whose text has no valid value."""
    return {f"{name}_readable" for name, cell in row.items() if cell is UNREADABLE}


def broken_enrolment(row: Row, month: date) -> set[str]:
    """All rules that an enrolment breaks."""
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
        "programme_held": any(on.values()) or (known(row["end_date"]) and row["end_date"] < next_month(month)),
        "minimum_programmes": on["jkk"] and on["jkm"],
        "employer_id_format": not row["employer_id"] or bool(re.fullmatch(r"[0-9A-Z]{8}|\d{5,7}", row["employer_id"])),
        "employer_id_intact": not re.fullmatch(r"\d{5,7}", row["employer_id"] or ""),
        "employer_division_intact": not re.fullmatch(r"\d{1,2}", row["employer_division"] or ""),
        "employer_division_format": bool(re.fullmatch("([0-9A-Z]{3})?|[0-9]{1,2}", row["employer_division"] or "")),
        "project_no_intact": not re.fullmatch(r"\d{10,12}", row["project_no"] or ""),
        "project_no_format": bool(re.fullmatch(r"(\d{10,13})?", row["project_no"] or "")),
        "office_code_intact": "E+" not in (row["office_code"] or ""),
        "office_code_present": bool(row["office_code"]) and "E+" not in row["office_code"],
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
    """Regency codes of both Kemendagri lists."""
    return set(codes("regencies")["kemendagri_2025"]) | set(codes("regencies")["kemendagri_2020"])


@cache
def nik_birth(nik: str) -> tuple[int, int, int, bool] | None:
    """Day, month and year of the century, and whether the person is a woman; None if there is no such date."""
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    woman = day > 40
    day -= 40 * woman
    real = 1 <= month <= 12 and 1 <= day <= monthrange(2000 + year, month)[1]
    return (day, month, year, woman) if real else None


def next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def months_of(day: date) -> int:
    return day.year * 12 + day.month


def _broken_dates(row: Row, month: date) -> set[str]:
    end_of_month = month.replace(day=monthrange(month.year, month.month)[1])
    born, start, end, paid = (row[name] for name in ("birth_date", "start_date", "end_date", "paid_through"))
    age = months_of(month) - months_of(born) if known(born) else None
    checks = {
        "age_plausible": age is None or 120 <= age < 1212,
        "working_age": age is None or age < 120 or age >= 180,
        "started_by_month_end": not known(start) or start <= end_of_month,
        "end_after_start": not (known(start) and known(end)) or end >= start,
        "entry_age_bpu": row["segment"] != "BPU" or not (known(start) and known(born)) or start.year - born.year <= 65,
        "prepaid_at_most_a_year": not known(paid) or months_of(paid) - months_of(month) <= 12,
    }
    return {rule for rule, holds in checks.items() if not holds}


def broken_employer(row: Row, _month: date) -> set[str]:
    """All rules that an employer breaks."""
    broken = unreadable(row)
    broken |= {f"{name}_present" for name in ("employer_id", "employer_division", "work_region") if row[name] is None}
    for name, width in (("employer_id", 8), ("employer_division", 3)):
        if re.fullmatch(rf"\d{{{max(1, width - 3)},{width - 1}}}", row[name] or ""):
            broken.add(f"{name}_intact")
        elif row[name] and not re.fullmatch(rf"[0-9A-Z]{{{width}}}", row[name]):
            broken.add(f"{name}_format")
    for name in ("workers_declared", "annual_sales_idr", "capital_idr"):
        if known(row[name]) and row[name] < 0:
            broken.add(f"{name}_not_negative")
    if known(row["closed_on"]) and known(row["registered_on"]) and row["closed_on"] < row["registered_on"]:
        broken.add("closed_after_registered")
    return broken


def broken_cell(row: Row, month: date) -> set[str]:
    """All rules that a survey cell breaks."""
    broken = unreadable(row)
    needed = ("survey_wave", "region_code", "employment_status", "sex", "age_band", "persons")
    broken |= {f"{name}_present" for name in needed if row[name] is None}
    broken |= {"rse_present"} if row["rse"] is None else set()
    persons = row["persons"]
    if known(persons) and persons < 0:
        broken.add("persons_not_negative")
    eligible, vulnerable = row["eligible_persons"], row["vulnerable_persons"]
    if known(persons) and known(eligible) and eligible > persons:
        broken.add("eligible_within_persons")
    whole = eligible if known(eligible) else persons
    if known(whole) and known(vulnerable) and vulnerable > whole:
        broken.add("vulnerable_within_eligible")
    wave = row["survey_wave"]
    if known(wave):
        quarterly = 2011 <= wave.year <= 2014 or wave.year >= 2025
        broken |= set() if wave.month in ((2, 5, 8, 11) if quarterly else (2, 8)) else {"survey_wave_known"}
        broken |= {"survey_wave_by_month_end"} if wave > month else set()
    if known(row["rse"]):
        broken |= {"rse_percent"} if not 0 <= row["rse"] < 100 else {"rse_usable"} if row["rse"] > 25 else set()
    return broken


BROKEN = {"enrolments": broken_enrolment, "employers": broken_employer, "workforce": broken_cell}
