"""Columns of dates and months: read in the one way that all texts allow, otherwise the file is refused."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assets.errors import FileRejected
from assets.ingest.batch import EPOCH_1904
from schemas.extracts.contributions import CONTRIBUTIONS
from schemas.extracts.employers import EMPLOYERS
from schemas.extracts.enrolments import ENROLMENTS
from schemas.extracts.outreach import OUTREACH_ACTIVITIES
from schemas.extracts.regional_programmes import REGIONAL_PROGRAMMES
from tests.unit.column_files import read, standardised

FEW = settings(max_examples=40, deadline=None)


def days(*cells: str | None, month: str = "2024-12", **beside: list[str]) -> list[str | None]:
    """The dates of a column `start_date`, as ISO 8601."""
    return [day and day.isoformat() for day in read(ENROLMENTS, "start_date", cells, month, **beside)]


def months(*cells: str | None, month: str = "2024-12", **beside: list[str]) -> list[str | None]:
    """The months of a column `paid_through`."""
    return [day and f"{day:%Y-%m}" for day in read(ENROLMENTS, "paid_through", cells, month, **beside)]


@pytest.mark.parametrize(
    "text",
    [
        "31-12-2024", "31/12/2024", "2024-12-31", "31.12.2024", "2024/12/31", "45657", "45657.0", "2024-12-31 00:00:00",
        "2024-12-31T00:00:00", "2024-12-31 00:00:00.000000", " 31-12-2024 ", "'31-12-2024", "\u00a031-12-2024",
        "12/31/2024", "\u200b31-12-2024", "３１-１２-２０２４", "31‑12‑2024", '="31-12-2024"', "`31-12-2024",
    ],
)  # fmt: skip
def test_every_accepted_form_of_a_date_is_read(text):
    assert days(text) == ["2024-12-31"]


@pytest.mark.parametrize(
    "text",
    [
        "", "-", "x", "31-02-2024", "29-02-2023", "32-01-2024", "01-13-1899", "2024-13-01", "31-12-1899", "1899-12-31",
        "31-12-24", "2024-12-31 08:30:00", "31 Des 2024", "1234", "123456", "-45657", "45657.5", "00-00-0000", "2024-31-12",
        "01-01-12024", "0000-00-00", "NULL",
    ],
)  # fmt: skip
def test_other_texts_are_not_dates(text):
    assert days(text) == [None]


ORDERS = {
    "month first, some days above 12": (["12/31/2019", "01/02/2020", "3/4/2018", "6/25/2021"],
                                        ["2019-12-31", "2020-01-02", "2018-03-04", "2021-06-25"]),
    "day first": (["31/12/2019", "01/02/2020", "3/4/2018"], ["2019-12-31", "2020-02-01", "2018-04-03"]),
    "month first with dashes": (["12-31-2019", "01-02-2020"], ["2019-12-31", "2020-01-02"]),
    "year first beside month first": (["2019-03-04", "12/31/2019", "01/02/2020"], ["2019-03-04", "2019-12-31", "2020-01-02"]),
    "one alone, by convention": (["03/04/2024"], ["2024-04-03"]),
    "two, by convention": (["03/04/2024", "05/06/2024", "03/04/2024"], ["2024-04-03", "2024-06-05", "2024-04-03"]),
    "nothing to doubt": (["01/01/2020", "02/02/2020", "03/03/2020"], ["2020-01-01", "2020-02-02", "2020-03-03"]),
}  # fmt: skip


@pytest.mark.parametrize("case", ORDERS)
def test_all_texts_of_a_column_determine_the_order_of_day_and_month(case):
    cells, expected = ORDERS[case]
    assert days(*cells) == expected


DOUBTFUL = ["03/04/2020", "05/06/2020", "07/08/2020"]


def test_three_ambiguous_dates_refuse_the_file():
    with pytest.raises(
        FileRejected, match=r"start_date: 3 cells could be .* write every date as 2024-12-31"
    ) as refused:
        days(*DOUBTFUL)
    assert refused.value.reason == "doubtful_column"


@pytest.mark.parametrize(("other", "first"), [("25/12/1990", "2020-04-03"), ("12/25/1990", "2020-03-04")])
def test_other_dates_of_the_file_decide(other, first):
    assert days(*DOUBTFUL, birth_date=[other] * 3)[0] == first


def test_dates_with_the_same_separator_decide_first():
    beside = {"birth_date": ["25-12-1990"] * 3, "end_date": ["12/25/2025"] * 3}
    assert days(*DOUBTFUL, **beside) == ["2020-03-04", "2020-05-06", "2020-07-08"]


@pytest.mark.parametrize(
    ("cells", "first"),
    [(["12/01/2024", "12/02/2024", "12/03/2024"], 1), (["01/12/2024", "02/12/2024", "03/12/2024"], 1)],
)
def test_the_order_that_is_near_the_reported_month_applies(cells, first):
    found = read(OUTREACH_ACTIVITIES, "held_on", cells)
    assert found == [date(2024, 12, first), date(2024, 12, 2), date(2024, 12, 3)]


def test_regulations_start_on_the_first_of_a_month():
    found = read(REGIONAL_PROGRAMMES, "in_force_from", ["01-04-2024", "01-07-2024", "01-10-2024"])
    assert found == [date(2024, 4, 1), date(2024, 7, 1), date(2024, 10, 1)]


def test_contradicting_texts_of_a_needed_field_refuse_the_file():
    with pytest.raises(FileRejected, match=r"start_date: 2 cells are day-month-year and 2 are month-day-year"):
        days("31/12/2019", "30/11/2019", "12/31/2019", "11/30/2019")


def test_contradicting_texts_of_another_field_are_unreadable():
    cells = ["31/12/2019", "30/11/2019", "12/31/2019", "11/30/2019"]
    frame, file = standardised(EMPLOYERS, {"registered_on": cells})
    assert frame["registered_on"].to_list() == [None] * 4
    assert file.styles() == {"registered_on": "unreadable"}
    assert file.report["registered_on"].unreadable == 4


def test_single_typing_errors_are_unreadable_cells():
    cells = ["25/11/2019"] * 1000 + ["12/31/2019", "12/30/2019", "01/02/2020"]
    assert days(*cells)[-3:] == [None, None, "2020-02-01"]


def test_a_later_batch_decides_for_the_whole_file():
    cells = ["01/02/2020", "03/04/2020", "12/31/2019", "12/30/2019"]
    frame, _ = standardised(ENROLMENTS, {"start_date": cells}, batch=1)
    assert frame["start_date"].to_list() == [date(2020, 1, 2), date(2020, 3, 4), date(2019, 12, 31), date(2019, 12, 30)]


def test_a_serial_number_is_a_date_only_among_serial_numbers():
    assert days("45657", "45292", "45292") == ["2024-12-31", "2024-01-01", "2024-01-01"]
    assert days(*["31-12-2024"] * 200, "45657")[-1] is None
    with pytest.raises(FileRejected, match="2 cells are day numbers of a spreadsheet and 2 are dates"):
        days("45657", "45292", "31-12-2024", "30-12-2024")


def test_serial_numbers_count_from_the_epoch_of_the_workbook():
    frame, _ = standardised(ENROLMENTS, {"start_date": ["44195"]}, epoch=EPOCH_1904)
    assert frame["start_date"].to_list() == [date(1904, 1, 1) + timedelta(days=44195)]


def test_typed_dates_stay_and_dates_read_month_first_refuse_the_file():
    typed = pl.Series([date(2024, 12, 31), None, date(2024, 1, 2), date(2024, 3, 4)])
    frame, _ = standardised(ENROLMENTS, {"start_date:date": typed, "start_date": [None, "2024-05-06", None, None]})
    assert frame["start_date"].to_list() == [date(2024, 12, 31), date(2024, 5, 6), date(2024, 1, 2), date(2024, 3, 4)]
    early = pl.Series([date(2024, 1, 2), date(2024, 3, 4), date(2024, 5, 6), None])
    with pytest.raises(FileRejected, match="a program converted only the dates that it could read month first"):
        standardised(ENROLMENTS, {"start_date:date": early, "start_date": [None, None, None, "31/12/2024"]})


@FEW
@given(
    st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from(["%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y"])
)
def test_any_date_reads_back_in_any_format(day, form):
    assert days(day.strftime(form)) == [day.isoformat()] or (day.day <= 12 or day.month <= 12)


@FEW
@given(
    st.lists(st.dates(date(1950, 1, 1), date(2030, 12, 31)), min_size=1, max_size=30),
    st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]),
)
def test_a_column_is_read_correctly_or_not_at_all(given_days, form):
    """A wrong date is possible only by the convention for one or two ambiguous dates."""
    texts = [day.strftime(form) for day in given_days]
    try:
        found = days(*texts)
    except FileRejected:
        return
    right = found == [day.isoformat() for day in given_days]
    assert right or len({text for text in texts if text[:2] != text[3:5]}) <= 2


# --- months --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["12-2024", "12/2024", "2024-12", "2024/12", "202412", "122024", "31-12-2024", "2024-12-01", "45657", "01/12/2024",
     "202412.0", "122024.0", "45657.0", '="12-2024"'],
)  # fmt: skip
def test_every_accepted_form_of_a_month_is_read(text):
    assert months(text) == ["2024-12"]


@pytest.mark.parametrize(
    "text", ["", "13-2024", "00-2024", "2024-13", "202413", "132024", "Des 2024", "2024", "12", "x", "10000"]
)
def test_other_texts_are_not_months(text):
    assert months(text) == [None]


@FEW
@given(
    st.integers(1900, 2099), st.integers(1, 12),
    st.sampled_from(["{m:02d}-{y}", "{m}-{y}", "{m:02d}/{y}", "{y}-{m:02d}", "{y}/{m}", "{y}{m:02d}", "{m:02d}{y}"]),
)  # fmt: skip
@example(2012, 12, "{m:02d}{y}")
@example(2012, 12, "{y}{m:02d}")
@example(1912, 12, "{m:02d}{y}")
def test_any_month_reads_back_in_any_form(year, number_of_month, form):
    assert months(form.format(y=year, m=number_of_month)) == [f"{year:04d}-{number_of_month:02d}"]


def test_months_without_their_leading_zero_are_not_serial_numbers():
    texts = [f"{month}2024" for month in range(1, 13)]
    assert months(*texts) == [f"2024-{month:02d}" for month in range(1, 13)]


@pytest.mark.parametrize(("text", "month", "meant"), [("12025", "2025-01", "2025-01"), ("45627", "2024-12", "2024-12"),
                                                      ("92024", "2024-12", "2024-09"), ("41999", "2014-11", "2014-12")])  # fmt: skip
def test_a_doubtful_number_is_the_month_nearer_to_the_reported_one(text, month, meant):
    assert months(text, text, month=month) == [meant, meant]


def test_serial_numbers_and_months_as_numbers_refuse_the_file():
    with pytest.raises(FileRejected, match="write every month as 2024-12"):
        months("12024", "22024", "45627", "45658")


def test_months_may_be_written_as_their_first_days():
    found = read(CONTRIBUTIONS, "month_from", ["01/12/2024", "01/11/2024", "01/10/2024", "01/09/2024"])
    assert [f"{day:%Y-%m}" for day in found] == ["2024-12", "2024-11", "2024-10", "2024-09"]
