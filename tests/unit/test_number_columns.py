"""Columns of numbers have one decimal separator: their texts determine it, otherwise the file is refused."""

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assets.errors import FileRejected
from schemas.extracts.employers import EMPLOYERS
from schemas.extracts.enrolments import ENROLMENTS
from schemas.extracts.outreach import OUTREACH_ACTIVITIES
from schemas.extracts.workforce import WORKFORCE
from tests.unit.column_files import read

FEW = settings(max_examples=40, deadline=None)


def amounts(*cells: str | None, **beside: list[str]) -> list[float | None]:
    return read(ENROLMENTS, "wage_idr", cells, **beside)


def workers(*cells: str | None, **beside: list[str]) -> list[int | None]:
    return read(EMPLOYERS, "workers_declared", cells, **beside)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.234.567,89", 1234567.89), ("1,234,567.89", 1234567.89), ("1234567.89", 1234567.89), ("1234567,89", 1234567.89),
        ("1.234", 1234.0), ("1,234", 1234.0), ("1.250", 1250.0), ("12.5", 12.5), ("12,5", 12.5), ("0", 0.0), ("-5", -5.0),
        ("-1.234,5", -1234.5), ("Rp 1.000.000,-", 1000000.0), ("Rp. 5000", 5000.0), ("rp5.000", 5000.0), ("0.000", 0.0),
        ("IDR 1,000", 1000.0), (" 7 ", 7.0), ("'7", 7.0), ("1E5", 100000.0), ("1 250 000", 1250000.0), ("(1.250)", -1250.0),
        ("1\u00a0250\u00a0000", 1250000.0), ("1.250-", -1250.0), ("5.000 rupiah", 5000.0), ("−5", -5.0), ("1.250*", 1250.0),
        ("1'250'000", 1250000.0), ("Rp1\u202f250\u202f000", 1250000.0), ("1,5E+06", 1500000.0), ("(Rp 5.000)", -5000.0),
    ],
)  # fmt: skip
def test_amounts_may_have_indonesian_and_english_separators(text, amount):
    assert amounts(text) == [amount]


@pytest.mark.parametrize(
    "text",
    ["", "x", "1.2.3", "1,2,3", "12.34.567", "1,23.4", "--5", "nan", "inf", "-inf", "1 00", "5 juta", "Rp", "1,23457E+11",
     "12½", "5 000 00"],
)  # fmt: skip
def test_other_texts_are_not_amounts(text):
    assert amounts(text) == [None]


COLUMNS = {
    "weighted totals": (["1658.503", "270.776", "33.847"], [1658.503, 270.776, 33.847]),
    "numeric(18,3)": (["1500000000.000", "999.999", "0.000"], [1500000000.0, 999.999, 0.0]),
    "thousands beside small numbers": (["1.250", "850", "2.000"], [1250, 850, 2000]),
    "thousands beside millions": (["1.250", "1.234.567", "12.000"], [1250, 1234567, 12000]),
    "English": (["1,250", "1,250.00", "12.5"], [1250, 1250, 12.5]),
    "Indonesian": (["1.250", "1.250,00", "12,5"], [1250, 1250, 12.5]),
    "comma and three decimals": (["1658,503", "270,776"], [1658.503, 270.776]),
    "a half makes the point decimal": (["12.5", "1.250"], [12.5, 1.25]),
    "two ambiguous numbers": (["1.250", "3.400"], [1250, 3400]),
}


@pytest.mark.parametrize("case", COLUMNS)
def test_all_texts_of_a_column_determine_its_separators(case):
    cells, expected = COLUMNS[case]
    assert amounts(*cells) == expected


@pytest.mark.parametrize("cells", [["1.250", "2.500", "3.750"], ["1,250", "2,500", "3,750"]])
def test_three_ambiguous_numbers_of_a_needed_field_refuse_the_file(cells):
    with pytest.raises(FileRejected, match=r"persons: 3 cells could have .* without thousands marks"):
        read(WORKFORCE, "persons", cells)
    assert amounts(*cells) == [None] * 3


def test_other_numbers_of_the_file_decide():
    cells = ["1.250", "2.500", "3.750"]
    assert read(EMPLOYERS, "annual_sales_idr", cells, capital_idr=["1.234.567"] * 3) == [1250, 2500, 3750]
    assert read(EMPLOYERS, "annual_sales_idr", cells, capital_idr=["12.50"] * 3) == [1.25, 2.5, 3.75]


def test_contradicting_separators_refuse_the_file():
    with pytest.raises(FileRejected, match="persons: 2 cells have a decimal point and 2 a decimal comma"):
        read(WORKFORCE, "persons", ["1.5", "2.5", "1,5", "2,5"])


def test_single_typing_errors_are_unreadable_cells():
    assert amounts(*["1.234.567,00"] * 1000, "12.5")[-2:] == [1234567.0, None]


def test_counts_are_whole_and_only_estimates_are_rounded():
    assert workers("12.000", "5.000", "150.000", "1250.000") == [12, 5, 150, 1250]
    assert workers("12.5", "3") == [None, 3]
    assert read(WORKFORCE, "persons", ["1658.503", "270.776", "4230.875"]) == [1659, 271, 4231]
    assert read(OUTREACH_ACTIVITIES, "reach_persons", ["9007199254740993", "1,5"]) == [None, None]


def test_typed_numbers_keep_their_values():
    persons = pl.Series([1658.503, 270.776, 812.0])
    assert read(WORKFORCE, "persons", [None] * 3, **{"persons:number": persons}) == [1659, 271, 812]
    assert read(EMPLOYERS, "workers_declared", [None, "1.250"], **{"workers_declared:number": pl.Series([1.25, None])}) == [
        None, 1250,
    ]  # fmt: skip


def test_percents_have_a_decimal_point_or_comma_and_no_thousands_separator():
    cells = [
        "12.5",
        "12,5",
        "1.234",
        "1.234,5",
        "x",
        "nan",
        None,
        "31,2*",
        "31.2 *",
        "31,2%",
        "...",
        "31,2 a)",
        "31,2²",
    ]
    expected = [12.5, 12.5, 1.234, None, None, None, None, 31.2, 31.2, 31.2, None, 31.2, 31.2]
    assert read(WORKFORCE, "rse", cells) == expected


@FEW
@given(st.integers(0, 10**14), st.sampled_from(["indonesian", "english", "plain"]))
@example(10**14, "indonesian")
@example(100_000, "english")
def test_any_amount_to_the_cent_reads_back(cents, style):
    english = f"{cents // 100:,}.{cents % 100:02d}"
    text = {
        "english": english,
        "indonesian": english.translate(str.maketrans(",.", ".,")),
        "plain": english.replace(",", ""),
    }[style]
    assert amounts(text) == [cents / 100]


@FEW
@given(
    st.lists(st.decimals(0, 10**7, places=3), min_size=1, max_size=12), st.sampled_from(["{:,}", "{}", "indonesian"])
)
def test_a_column_is_read_correctly_or_not_at_all(numbers, form):
    """Three decimals, in any style: a wrong number is possible only by the convention for one or two ambiguous ones."""
    written = [f"{number:,.3f}" if form != "{}" else f"{number:.3f}" for number in numbers]
    texts = [text.translate(str.maketrans(",.", ".,")) for text in written] if form == "indonesian" else written
    found = amounts(*texts)
    right = all(value is None or value == float(number) for value, number in zip(found, numbers, strict=True))
    assert right or len(set(texts)) <= 2
