"""Text becomes values: what each kind reads, and that whatever is no value of the kind is null."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assets.ingest import values

FEW = settings(max_examples=40, deadline=None)
DAY_FIRST = "%d-%m-%Y"


def texts(*cells: str | None) -> pl.Series:
    return pl.Series(cells, dtype=pl.String)


def day(text: str, first: str = DAY_FIRST) -> date | None:
    return values.dates(texts(text), first).item()


def month(text: str) -> date | None:
    return values.months(texts(text)).item()


def number(text: str) -> float | None:
    return values.numbers(texts(text)).item()


# --- dates and months ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "31-12-2024", "31/12/2024", "2024-12-31", "31.12.2024", "2024/12/31", "45657", "45657.0", "2024-12-31 00:00:00",
        "2024-12-31T00:00:00", "2024-12-31 00:00:00.000000", " 31-12-2024 ", "'31-12-2024", "\u00a031-12-2024",
    ],
)  # fmt: skip
def test_every_accepted_form_of_a_date(text):
    assert day(text) == date(2024, 12, 31)


@pytest.mark.parametrize(
    "text",
    [
        "", "-", "x", "31-02-2024", "29-02-2023", "32-01-2024", "01-13-2024", "2024-13-01", "12-31-2024", "31-12-1899",
        "1899-12-31", "31-12-24", "2024-12-31 08:30:00", "31 Des 2024", "1234", "123456", "-45657", "45657.5", "00-00-0000",
    ],
)  # fmt: skip
def test_what_is_no_date_is_null(text):
    assert day(text) is None


def test_1_january_1900_is_the_first_date():
    assert day("01-01-1900") == date(1900, 1, 1)


def test_odd_dates_among_uniform_ones_are_read_too():
    found = values.dates(texts("31-12-2024", None, "2024/01/02", "x", "45657"), DAY_FIRST)
    assert found.to_list() == [date(2024, 12, 31), None, date(2024, 1, 2), None, date(2024, 12, 31)]


@FEW
@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from(values.DATE_FORMATS), st.data())
def test_any_date_reads_back_in_any_format_whichever_is_tried_first(given_day, form, data):
    first = data.draw(st.sampled_from(values.DATE_FORMATS))
    assert day(given_day.strftime(form), first) == given_day


@FEW
@given(st.integers(10000, 73415))
@example(10000)
@example(73415)
def test_a_spreadsheets_serial_number_of_five_digits_is_its_day(serial):
    """From 18 May 1927 (10000) to 31 December 2100; earlier ones have four digits and are no date."""
    assert day(str(serial)) == date(1899, 12, 30) + timedelta(days=serial)


@pytest.mark.parametrize(
    "text",
    ["12-2024", "12/2024", "2024-12", "2024/12", "202412", "122024", "31-12-2024", "2024-12-01", "45657", "01/12/2024"],
)
def test_every_accepted_form_of_a_month(text):
    assert month(text) == date(2024, 12, 1)


@pytest.mark.parametrize(
    "text", ["", "13-2024", "00-2024", "2024-13", "202413", "132024", "Des 2024", "2024", "12", "x"]
)
def test_what_is_no_month_is_null(text):
    assert month(text) is None


@FEW
@given(
    st.integers(1900, 2099),
    st.integers(1, 12),
    st.sampled_from(["{m:02d}-{y}", "{m}-{y}", "{m:02d}/{y}", "{y}-{m:02d}", "{y}/{m}", "{y}{m:02d}", "{m:02d}{y}"]),
)
@example(2012, 12, "{m:02d}{y}")
@example(2012, 12, "{y}{m:02d}")
@example(1912, 12, "{m:02d}{y}")
def test_any_month_reads_back_in_any_form(year, number_of_month, form):
    assert month(form.format(y=year, m=number_of_month)) == date(year, number_of_month, 1)


# --- numbers -------------------------------------------------------------------------------------------------------

AMOUNTS = [
    ("1.234.567,89", 1234567.89),
    ("1,234,567.89", 1234567.89),
    ("1234567.89", 1234567.89),
    ("1234567,89", 1234567.89),
    ("1.234", 1234.0),
    ("1,234", 1234.0),
    ("12.5", 12.5),
    ("12,5", 12.5),
    ("0", 0.0),
    ("-5", -5.0),
    ("-1.234,5", -1234.5),
    ("Rp 1.000.000,-", 1000000.0),
    ("Rp. 5000", 5000.0),
    ("rp5.000", 5000.0),
    ("IDR 1,000", 1000.0),
    (" 7 ", 7.0),
    ("'7", 7.0),
    ("1E5", 100000.0),
]


@pytest.mark.parametrize(("text", "amount"), AMOUNTS)
def test_amounts_are_read_with_indonesian_and_english_marks(text, amount):
    assert number(text) == amount


@pytest.mark.parametrize(
    "text", ["", "x", "1.2.3", "1,2,3", "12.34.567", "1,23.4", "--5", "nan", "inf", "-inf", "1 000", "5 juta", "Rp"]
)
def test_what_is_no_amount_is_null(text):
    assert number(text) is None


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
    assert number(text) == cents / 100


@FEW
@given(st.integers(0, 10**12), st.sampled_from([",", ".", ""]))
def test_any_whole_amount_reads_back_with_either_thousands_mark(amount, mark):
    text = f"{amount:,}".replace(",", mark)
    assert number(text) == amount
    assert values.counts(texts(text)).item() == amount


def test_counts_are_whole():
    found = values.counts(texts("12", "1.234", "1,5", "1.5", "x", None, "9007199254740993"))
    assert found.to_list() == [12, 1234, None, None, None, None, None]
    assert found.dtype == pl.Int64


def test_percents_take_point_or_comma_and_no_thousands_mark():
    found = values.percents(texts("12.5", "12,5", "1.234", "1.234,5", "x", "nan", None))
    assert found.to_list() == [12.5, 12.5, 1.234, None, None, None, None]


# --- codes and texts -----------------------------------------------------------------------------------------------


def test_codes_are_the_code_or_an_alias_in_any_case():
    cells = texts("PU", "pu", " ppu ", "Penerima Upah", "pEnErImA uPaH", "02", "XX", "", None)
    assert values.codes(cells, "segments").to_list() == ["PU", "PU", "PU", "PU", "PU", "BPU", None, None, None]


def test_flags_are_yes_or_no_in_the_spellings_of_forms():
    yes = texts("Y", "y", "YA", "Ya", " yes ", "1", "TRUE", "true", "Ikut")
    no = texts("T", "N", "n", "Tidak", "NO", "0", "FALSE", "-")
    assert values.flags(yes).to_list() == [True] * 9
    assert values.flags(no).to_list() == [False] * 8
    assert values.flags(texts("", "2", "X", "YN", None)).to_list() == [None] * 5


def test_a_list_cell_is_every_code_between_plus_signs():
    cells = texts("JKK+JKM", "jkk, jkm", "JKK;JKM;JHT", " JHT ", "JKK+JKX", "", None)
    expected = ["+jkk+jkm+", "+jkk+jkm+", "+jkk+jkm+jht+", "+jht+", None, None, None]
    assert values.listed(cells, "programmes").to_list() == expected


def test_regions_of_any_vintage_become_present_codes():
    cells = texts("3201", "32.01", " 3201", "9101", "9301", "9401", "32", "3299", "", None)
    expected = ["3201", "3201", "3201", "9301", "9301", "9401", None, None, None, None]
    assert values.regions(cells, "kemendagri").to_list() == expected


def test_scoped_regions_are_read_in_their_own_scheme():
    cells = texts("bps_2020|9401", "kemendagri_2025|9401", "bps_2022|94", "bps_2020|94", "nonsense|32")
    assert values.regions(cells, "scoped").to_list() == ["9301", "9401", "91", None, None]


def test_kbli_has_five_digits_of_a_known_division_and_gets_its_lost_zero_back():
    cells = texts("10110", "1111", "1111.0", " 47111", "00123", "101100", "1A110", "", None)
    assert values.kbli(cells).to_list() == ["10110", "01111", "01111", "47111", None, None, None, None, None]


def test_identifiers_are_upper_case_without_blanks_dots_and_dashes():
    cells = texts("ab-12.3 4", "'0123", "0123", "A/B", "  ", None)
    assert values.identifiers(cells).to_list() == ["AB1234", "0123", "0123", "A/B", None, None]


def test_texts_are_trimmed_and_blank_ones_null():
    assert values.texts(texts(" a b ", "", "'", "\u00a0x", None)).to_list() == ["a b", None, None, "x", None]
    assert values.trimmed(texts(" 'x' \t\r")).to_list() == ["x"]


def test_a_prefix_of_a_nik_names_its_present_regency():
    known = values.nik_regions()
    assert (known.len(), known[3201], known[9101], known[9301], known[0], known[9999]) == (
        10_000, "3201", "9301", "9301", None, None,
    )  # fmt: skip


# --- the machinery -------------------------------------------------------------------------------------------------


def test_looked_up_is_null_for_what_is_not_known():
    known, meant = pl.Enum(["a", "b"]), pl.Series([1, 2])
    assert values.looked_up(texts("b", "c", None, "a"), known, meant).to_list() == [2, None, None, 1]


KINDS = {
    "dates": lambda text: values.dates(text, DAY_FIRST),
    "months": values.months,
    "numbers": values.numbers,
    "counts": values.counts,
    "percents": values.percents,
    "flags": values.flags,
    "codes": lambda text: values.codes(text, "segments"),
    "listed": lambda text: values.listed(text, "programmes"),
    "regions": lambda text: values.regions(text, "kemendagri"),
    "kbli": values.kbli,
}
CLEARLY_NO_VALUE = st.text("äß漢字😀§%#?!_~^", min_size=1, max_size=8)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15, deadline=None)
@given(st.lists(st.one_of(st.none(), CLEARLY_NO_VALUE), min_size=1, max_size=6))
def test_garbage_never_raises_and_is_never_a_value(kind, cells):
    assert KINDS[kind](texts(*cells)).to_list() == [None] * len(cells)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=12)), max_size=8))
@example([])
@example([None])
def test_no_text_whatever_raises_in_any_kind(cells):
    for convert in (*KINDS.values(), values.identifiers, values.texts, values.trimmed):
        assert convert(texts(*cells)).len() == len(cells)
