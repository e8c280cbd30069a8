"""Single rows that affect protected persons and denominators, through standardising and the rules."""

from datetime import date

import polars as pl
import pytest
from tables import drawn

from assets.ingest import stored_rows
from assets.ingest.batch import ROW_NUMBER
from assets.ingest.pseudonyms import PersonKey
from assets.ingest.standardise import Standardiser
from assets.ingest.validation import validate
from schemas.extracts.enrolments import ENROLMENTS
from schemas.extracts.workforce import WORKFORCE
from schemas.tables import Table

MONTH = date(2024, 12, 1)
CELL = {"survey_wave": "2024-08", "region_code": "31", "employment_status": "4", "sex": "L", "age_band": "25-34",
        "persons": "100", "rse": "5.5"}  # fmt: skip
MEMBER = {
    "membership_id": "12345678901", "nik": "3201051506900001", "birth_date": "15-06-1990", "sex": "L", "segment": "PU",
    "work_region": "3201", "home_region": "3201", "start_date": "01-01-2020", "employer_id": "AB123456",
    "office_code": "A01", "jht": "T", "jp": "T", "jkp": "T",
}  # fmt: skip


def judged(table: Table, cells: dict[str, str | None]) -> tuple[list[str], pl.DataFrame]:
    """The rules that the row breaks, and the row as it is stored; no row where it is quarantined."""
    rows = pl.DataFrame([cells], schema=dict.fromkeys(cells, pl.String)).with_columns(
        pl.lit(2, pl.Int32).alias(ROW_NUMBER)
    )
    frame = Standardiser(table, MONTH).standardise_rows(rows)
    verdict = validate(frame, table)
    stored = stored_rows.to_stored_rows(frame, verdict, table, "a.csv", PersonKey(bytes(32)))
    return verdict.broken["rule"].to_list(), stored


ERRORS = """
    rse  | stored | broken
    0    | 0.0    |
    5.5  | 5.5    |
    25   | 25.0   |
    31.4 | 31.4   | rse_usable
    99.9 | 99.9   | rse_usable
    100  |        | rse_percent
    150  |        | rse_percent
    -3   |        | rse_percent
         |        | rse_present
    abc  |        | rse_readable
"""


@pytest.mark.parametrize("row", drawn(ERRORS))
def test_a_cell_whose_error_cannot_be_used_keeps_its_persons(row):
    """900 and 100 persons with 450 protected are 45 %, also where the error of the 100 is 150 %."""
    rse, stored, broken = (cell.strip() for cell in f"{row} |  | ".split("|")[:3])
    rules, kept = judged(WORKFORCE, CELL | {"rse": rse or None})
    assert rules == ([broken] if broken else [])
    assert kept["persons"].to_list() == [100]
    assert kept["rse"].to_list() == [float(stored) if stored else None]


WAVES = """
    wave    | broken
    2024-08 |
    2024-02 |
    2013-11 |
    2024-09 | survey_wave_known
    2024-11 | survey_wave_known
    2016-05 | survey_wave_known
    2025-02 | survey_wave_by_month_end
    2025-05 | survey_wave_by_month_end
    2025-03 | survey_wave_known survey_wave_by_month_end
"""


@pytest.mark.parametrize("row", drawn(WAVES))
def test_a_wave_is_of_a_month_that_has_one_and_not_of_the_future(row):
    wave, _, broken = (part.strip() for part in row.partition("|"))
    rules, kept = judged(WORKFORCE, CELL | {"survey_wave": wave})
    assert (rules, kept.height) == (broken.split(), 0 if broken else 1)


PARTS = """
    persons | eligible | vulnerable | broken
    100     | 60       | 60         |
    100     | 60       | 61         | vulnerable_within_eligible
    100     |          | 100        |
    100     |          | 101        | vulnerable_within_eligible
    100     | 101      | 1          | eligible_within_persons
"""


@pytest.mark.parametrize("row", drawn(PARTS))
def test_the_vulnerable_are_a_part_of_the_eligible(row):
    persons, eligible, vulnerable, broken = (cell.strip() or None for cell in f"{row} | ".split("|")[:4])
    cells = CELL | {"persons": persons, "eligible_persons": eligible, "vulnerable_persons": vulnerable}
    assert judged(WORKFORCE, cells)[0] == ([broken] if broken else [])


PROGRAMMES = """
    jkk | jkm | jht | end_date   | quarantined
    Y   | Y   | Y   |            | no
    Y   | T   | T   |            | no
    T   | T   | Y   |            | no
    T   | T   | T   |            | yes
        |     |     |            | yes
    T   | T   | T   | 01-01-2025 | yes
    T   | T   | T   | 31-12-2024 | no
    T   | T   | T   | 01-06-2024 | no
"""


@pytest.mark.parametrize("row", drawn(PROGRAMMES))
def test_a_membership_that_is_not_ended_holds_a_programme(row):
    """One that ended protects no person, with any programmes."""
    jkk, jkm, jht, end, quarantined = (cell.strip() or None for cell in row.split("|"))
    rules, kept = judged(
        ENROLMENTS, MEMBER | {"jkk": jkk, "jkm": jkm, "jht": jht, "end_date": end, "paid_through": "12-2024"}
    )
    assert ("programme_held" in rules, kept.height) == ((True, 0) if quarantined == "yes" else (False, 1))
