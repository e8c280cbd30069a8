"""A delivery judged as a whole: each finding on measures and reports made by hand."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from assets.coverage.survey.findings import SurveyFinding
from assets.plausibility import measures
from assets.plausibility.findings import Finding
from assets.plausibility.judge import judge
from assets.plausibility.measures import Measure, of_files
from schemas import code_lists
from schemas.plausibility import limits

MONTH = "2024-12"


def found(now: list[Measure], *past: list[Measure]) -> dict[str, bool]:
    """Finding and subject → whether it holds."""
    return {f"{each.finding} {each.subject}": each.holds for each in judge(MONTH, now, past, {})}


def one(measure: str, value: float, subject: str = "all", extract: str = "enrolments", **more: Any) -> list[Measure]:
    """A measure on 100,000 rows that are half of the extract."""
    return [Measure(extract, measure, subject, value, **{"rows": 100_000, "share": 0.5} | more)]


@pytest.mark.parametrize(
    ("measure", "now", "before", "finding", "holds"),
    [
        # a share of the bytes
        ("files_lost", 0.004, None, "files_lost", False),
        ("files_lost", 0.34, None, "files_lost", True),
        # rows that are quarantined
        ("rows_set_apart", 0.02, None, None, None),
        ("rows_set_apart", 0.05, None, "rows_set_apart", False),
        ("rows_set_apart", 0.11, None, "rows_set_apart", True),
        ("office_set_apart", 0.10, None, None, None),
        ("office_set_apart", 0.41, None, "office_set_apart", True),
        # an office
        ("office_rows", 1_150, 1_000, None, None),
        ("office_rows", 700, 1_000, "office_rows", False),
        ("office_rows", 500, 1_000, "office_rows", True),
        ("office_rows", 2_000, 1_000, "office_rows", True),
        # the whole extract
        ("rows", 950, 1_000, None, None),
        ("rows", 930, 1_000, "rows", False),
        ("rows", 500, 1_000, "rows", True),
        ("rows", 1_200, 1_000, "rows", True),
        # columns
        ("column_empty", 0.09, 0.01, None, None),
        ("column_empty", 0.25, 0.01, "column_empty", False),
        ("column_empty", 1.00, 0.50, "column_empty", True),
        ("column_empty", 1.00, 0.95, None, None),
        ("column_empty", 0.00, 1.00, None, None),
        ("column_unreadable", 0.20, 0.00, "column_unreadable", False),
        ("column_unreadable", 0.60, None, "column_most_unreadable", True),
        ("column_one_value", 1.00, 0.90, None, None),
        ("column_one_value", 1.00, 0.40, "column_one_value", True),
        # programmes and identities
        ("programme", 0.95, 1.00, None, None),
        ("programme", 0.00, 0.80, "programme_lost", True),
        ("programme", 1.00, 0.50, None, None),
        ("without_nik", 0.04, 0.01, None, None),
        ("without_nik", 0.90, 0.01, "identity_lost", True),
        # persons
        ("memberships_per_person", 1.02, 1.01, None, None),
        ("memberships_per_person", 1.10, 1.01, "memberships_per_person", True),
        ("memberships_per_person", 1.60, None, "many_memberships", True),
        ("most_memberships", 5, None, None, None),
        ("most_memberships", 20, None, "one_person_many", False),
        ("most_memberships", 400, None, "one_person_many", True),
        # protected persons beyond drift_limits
        ("drift_nation", 0.05, None, "drift_nation", True),
        ("drift_province", 0.05, None, "drift_province", False),
        ("drift_province", 0.34, None, "drift_province", True),
    ],
)
def test_a_measure_against_its_limits(
    measure: str, now: float, before: float | None, finding: str | None, holds: bool | None
) -> None:
    past = [one(measure, before)] if before is not None else []
    assert found(one(measure, now), *past) == ({f"{finding} all": holds} if finding else {})


@pytest.mark.parametrize(
    ("measure", "now", "before", "holds"),
    [
        ("denominator_nation", 101_000_000, 102_000_000, None),
        ("denominator_nation", 95_000_000, 102_000_000, False),
        ("denominator_nation", 725, 61_066_000, True),
        ("denominator_nation", 623_000_000, 61_066_000, True),
        ("denominator_province", 1_500_000, 1_600_000, None),
        ("denominator_province", 1_350_000, 1_600_000, False),
        ("denominator_province", 87_000, 1_607_000, True),
    ],
)
def test_a_population_against_the_months_before(measure: str, now: float, before: float, holds: bool | None) -> None:
    then = one(measure, before, "35 potential", "workforce", rows=int(before))
    told = found(one(measure, now, "35 potential", "workforce", rows=int(now)), then)
    assert told == ({} if holds is None else {f"{measure} 35 potential": holds})


def test_a_population_that_is_gone_is_one_of_nobody() -> None:
    assert found([], one("denominator_province", 1_607_000, "35 potential", "workforce")) == {
        "denominator_province 35 potential": True
    }


def test_more_persons_than_there_are_hold_a_first_month() -> None:
    assert found(one("coverage_ratio", 6.23, "ID", "workforce")) == {"above_potential ID": True}
    assert found(one("coverage_ratio", 0.44, "ID", "workforce")) == {}


def test_an_office_that_is_gone_holds_unless_it_is_tiny() -> None:
    before = [
        Measure("enrolments", "office_rows", office, rows, rows, rows / 100_000)
        for office, rows in (("K0101", 99_950), ("K0102", 50))
    ]
    assert found([], before) == {"office_missing K0101": True, "office_missing K0102": False}
    assert found(before, before) == {}


def test_a_small_office_and_an_extract_that_is_optional_never_hold() -> None:
    assert found(one("office_rows", 500, share=0.0005), one("office_rows", 1_000, share=0.0005)) == {
        "office_rows all": False
    }
    assert found(one("office_rows", 50, rows=150), one("office_rows", 150, rows=150)) == {}
    assert found(one("files_lost", 0.9, extract="outreach")) == {"files_lost all": False}


def test_a_corrected_month_is_not_a_finding_after_a_wrong_one() -> None:
    good, wrong = one("office_rows", 10_000), one("office_rows", 3_000)
    assert found(wrong, good) == {"office_rows all": True}
    assert found(good, wrong, good) == {}


def test_a_column_that_an_office_left_out_is_empty() -> None:
    before = [*one("column_empty", 0.1, "K0101 sex"), *one("column_empty", 0.1, "K0101 kbli")]
    assert found(one("column_empty", 0.1, "K0101 kbli"), before) == {"column_empty K0101 sex": True}
    assert found(one("column_empty", 0.1, "K0102 sex"), before) == {}  # another office: its absence is its own finding


def test_the_message_has_finding_subject_size_and_remedy() -> None:
    [told] = judge(MONTH, one("programme", 0.0, "K0101 jht"), [one("programme", 0.8, "K0101 jht")], {})
    assert told.message == (
        "enrolments: share of the members of an office in a programme, against its months before: K0101 jht: 0.0 %, "
        "80.0 % before; limit 25.0 %; ask the office for the column of the programme and send the file again"
    )


def test_a_finding_is_the_same_as_long_as_nothing_is_delivered_anew() -> None:
    def told(digest: str, share: float = 0.34) -> Finding:
        [finding] = judge(MONTH, one("files_lost", share), [], {"enrolments": digest})
        return finding

    assert told("a").finding_id == told("a").finding_id
    assert len({told("a").finding_id, told("b").finding_id, told("a", 0.5).finding_id}) == 3


# --- what is measured ------------------------------------------------------------------------------------------------


def file(name: str, office: str = "K0101", read: int = 1_000, **more: Any) -> dict[str, Any]:
    """A file of which everything was accepted."""
    return {"name": name, "bytes": 100, "office_code": office, "rows_read": read, "rows_accepted": read,
            "rows_quarantined": 0, "rejected": "", "repeats": "", "columns": {}} | more  # fmt: skip


def measured(
    *files: dict[str, Any], missing: tuple[str, ...] = (), missing_bytes: int = 0, before: dict[str, int] | None = None
) -> dict[str, float]:
    report = {"files": list(files), "missing": list(missing), "missing_bytes": missing_bytes}
    return {f"{each.measure} {each.subject}": each.observed for each in of_files("enrolments", report, before or {})}


def test_lost_files_are_a_share_of_the_bytes() -> None:
    lost = file("b.csv", "unknown", 0, rejected="empty", bytes=300)
    told = measured(file("a.csv"), lost, missing=("c.csv",), missing_bytes=600)
    assert told["files_lost b.csv, c.csv (2/3)"] == 0.9
    cut = measured(file("a.csv"), lost | {"bytes": 2}, before={"a.csv": 100, "b.csv": 300})
    assert cut["files_lost b.csv (1/2)"] == 0.75  # as large as it was the month before
    assert not any(name.startswith("files_lost") for name in measured(file("a.csv")))


def test_rows_set_apart_by_office() -> None:
    told = measured(file("a.csv", rows_accepted=800, rows_quarantined=200), file("b.csv", "K0102"))
    assert (told["rows_set_apart all"], told["office_set_apart K0101"], told["office_set_apart K0102"]) == (0.1, 0.2, 0)
    assert told["rows all"] == 1_800


def test_columns_are_measured_over_the_files_of_an_office() -> None:
    column = {"cells": 1_000, "empty": 500, "unreadable": 50, "repaired": 0, "most_frequent": 400}
    told = measured(file("a.csv", columns={"sex": column}), file("b.csv", columns={"sex": column | {"empty": 900}}))
    assert told["column_empty K0101 sex"] == 0.7
    assert told["column_unreadable K0101 sex"] == 100 / 600
    assert told["column_one_value K0101 sex"] == 800 / 600


def test_programmes_and_identities_by_office() -> None:
    rows = {"office_code": ["K0101"], "memberships": [1_000], "jkk": [1_000], "jkm": [900], "jht": [0], "jp": [0],
            "jkp": [0], "without_nik": [20]}  # fmt: skip
    told = {f"{each.measure} {each.subject}": each.observed for each in measures.of_offices(pl.DataFrame(rows))}
    assert (told["programme K0101 jkm"], told["without_nik K0101"], told["office_rows K0101"]) == (0.9, 0.02, 1_000)


def test_payments_that_end_before_the_due_day_are_reported_and_never_hold() -> None:
    early = measures.of_payments("2024-12", 100_000, date(2025, 1, 10))
    assert (early.observed, found([early])) == (5, {"payments_end_early all": False})
    assert found([measures.of_payments("2024-12", 100_000, date(2025, 1, 15))]) == {}
    assert found([measures.of_payments("2025-01", 100_000, date(2025, 2, 17))]) == {}  # the 15th is a Saturday


def test_changes_of_flows_have_the_limit_of_their_segment() -> None:
    frame = pl.DataFrame({"province_code": ["ID", "31", "32"], "segment": ["PU", "PU", "all"], "drift": ["unusual", "unusual", "ok"],
                          "opening_persons": [9_000, 5_000, 9], "closing_persons": [8_000, 4_000, 9],
                          "change_ratio": [-0.11, -0.2, 0.0]})  # fmt: skip
    told = judge(MONTH, list(measures.of_flows(frame)), [], {})
    assert [(each.finding, each.subject, each.holds, each.limit) for each in told] == [
        ("drift_nation", "ID PU", True, 0.03),
        ("drift_province", "31 PU", False, 0.03),
    ]


def survey(name: str, delivered: int, expected: int, last: date = date(2024, 12, 1)) -> dict[str, bool]:
    doubt = SurveyFinding(name, date(2024, 8, 1), "ID", last, delivered, expected)
    return found(list(measures.of_survey([doubt], date(2024, 12, 1))))


@pytest.mark.parametrize(
    ("name", "delivered", "expected", "holds"),
    [
        ("survey_wave_incomplete", 37, 38, True),
        ("survey_wave_incomplete", 0, 38, False),  # a stray row
        ("survey_segment_missing", 1, 2, True),
        ("survey_wave_stray", 30, 38, False),
        ("survey_waves_in_file", 1, 500, False),
        ("survey_regencies_in_part", 2, 38, False),
        ("survey_regencies_disagree", 900, 1_000, False),
    ],
)
def test_a_survey_wave_that_the_month_delivered(name: str, delivered: int, expected: int, holds: bool) -> None:
    assert survey(name, delivered, expected) == {f"{name} 2024-08 ID": holds}
    assert survey(name, delivered, expected, last=date(2024, 11, 1)) == {}  # reported in November


# --- the list --------------------------------------------------------------------------------------------------------


def test_every_limit_has_a_reason_and_warns_before_it_holds() -> None:
    assert all(row["source"] and row["do"] for row in code_lists.codes("plausibility_limits").iter_rows(named=True))
    assert all(limit.holds_above is None or limit.warns_above <= limit.holds_above for limit in limits().values())
    assert {limit.code for limit in limits().values() if limit.is_incomplete} == {"files_lost", "office_missing"}
