"""Visible and empty cells; damaged identifiers are repaired where that is certain, otherwise quarantined."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.ingest.columns import cleaning
from assets.ingest.validation import validate
from schemas import code_lists
from schemas.extracts.catalogue import EXTRACTS
from schemas.extracts.contributions import CONTRIBUTIONS
from schemas.extracts.employers import EMPLOYERS
from schemas.extracts.enrolments import ENROLMENTS
from schemas.extracts.kur_debtors import KUR_DEBTORS
from schemas.extracts.outreach import OUTREACH_ACTIVITIES
from schemas.extracts.targets import TARGETS
from schemas.tables import Field, Kind, Table
from tests.unit.column_files import read, standardised

NIK = "3201051506900001"
WORDS = ["NULL", "null", "\\N", "#N/A", "nan", "None", "N/A", "NA", "-", "--", ".", "...", "…", "0000-00-00", "00/00/0000",
         "(null)", "nihil", "Kosong", "tidak ada", "TIDAK  ADA", " NULL ", "\u200bNULL", "–"]  # fmt: skip
UNSEEN = [NIK, f"`{NIK}", f'="{NIK}"', f"={NIK}", f"\u2019{NIK}", f"'{NIK}", f"\u200b{NIK}", f"{NIK}\u200b",
          f"\u200f{NIK}\u202c", f"\ufeff{NIK}", "3201\u00a0051506900001", "3201\u00ad051506900001", "３２０１０５１５０６９００００１",
          f"“{NIK}”", f"\u2068{NIK}\u2069", "3201 0515 0690 0001", "3201.0515.0690.0001", f"\t{NIK}"]  # fmt: skip


def broken(table: Table, columns: dict[str, object], rule: str) -> list[int]:
    """The rows of a file with these columns that break the rule."""
    found = validate(standardised(table, columns)[0], table).broken
    return found.filter(rule=rule)["row"].to_list()


@pytest.mark.parametrize("text", UNSEEN)
def test_invisible_characters_do_not_change_a_number(text):
    assert read(ENROLMENTS, "nik", [text]) == [NIK]
    assert read(ENROLMENTS, "membership_id", [text.replace(NIK, "12345678901")])[0] in ("12345678901", NIK)


def test_superscript_digits_are_not_digits():
    assert read(ENROLMENTS, "employer_id", ["1234567²"]) == ["1234567²"]
    assert broken(ENROLMENTS, {"employer_id": ["1234567²", "①2345678"]}, "employer_id_format") == [0, 1]
    assert read(ENROLMENTS, "wage_idr", ["5²", "½"]) == [5.0, None]


@pytest.mark.parametrize(("table", "field"), [(t, f) for t in EXTRACTS for f in t.fields], ids=lambda of: of.name)
def test_words_for_a_missing_value_are_empty_in_every_field(table: Table, field: Field):
    accepted = set(code_lists.aliases(field.codes)) if field.codes and field.kind is Kind.CODE else set()
    words = [word for word in WORDS if " ".join(word.replace("–", "-").upper().split()) not in accepted]
    words = [word for word in words if field.kind is not Kind.FLAG or word not in ("-", "–")]
    frame, file = standardised(table, {field.name: words})
    value = frame[field.name].to_list()
    assert set(value) <= {None, field.default}
    assert frame["marks"].to_list() == [0] * len(words)
    assert file.report[field.name].empty == len(words)


def test_a_code_of_the_field_is_not_a_missing_value():
    assert read(TARGETS, "denominator_id", ["-", "tidak ada", "NULL"]) == ["none", "none", None]
    assert read(ENROLMENTS, "jkk", ["-", "Y"]) == [False, True]


REPAIRED = [  # field, text, what it was, whether the row is flagged
    ("membership_id", "1234567803.0", "01234567803", True),
    ("membership_id", "22000000007.0", "22000000007", False),
    ("membership_id", "22000000007,00", "22000000007", False),
    ("membership_id", "2.2000000007E10", "22000000007", False),
    ("membership_id", "22,000,000,007", "22000000007", False),
    ("membership_id", "1234567", "1234567", False),
    ("membership_id", "kpj00000001", "KPJ00000001", False),
    ("employer_id", "12345678.0", "12345678", False),
    ("employer_id", "2345678.0", "02345678", True),
    ("employer_id", "12345678.000", "12345678", False),
    ("employer_id", "1.2345678E+07", "12345678", False),
    ("employer_id", "12.345.678", "12345678", False),
    ("employer_id", "1E345678", "1E345678", False),
    ("employer_id", "AB-12 34.56", "AB123456", False),
    ("employer_id", "1.2345E+07", None, True),
    ("employer_id", "1,23E+07", None, True),
    ("employer_division", "1.0", "001", True),
    ("employer_division", "1", "001", True),
    ("employer_division", "0", "000", True),
    ("employer_division", "01", "001", True),
    ("employer_division", "001", "001", False),
    ("employer_division", "1E2", "1E2", False),
    ("project_no", "30000001350", "0030000001350", True),
    ("project_no", "1.23457E+12", None, True),
    ("office_code", "101.0", "101", False),
    ("office_code", "K-01.01", "K0101", False),
    ("office_code", "1.01E+05", None, True),
    ("office_code", "1.000", None, True),
]


@pytest.mark.parametrize(("field", "text", "value", "flagged"), REPAIRED)
def test_identifiers_are_repaired_only_where_that_is_certain(field, text, value, flagged):
    assert read(ENROLMENTS, field, [text]) == [value]
    assert broken(ENROLMENTS, {field: [text]}, f"{field}_intact") == ([0] if flagged else [])


@pytest.mark.parametrize(
    ("table", "field", "text", "rule"),
    [
        (KUR_DEBTORS, "contract_no", "1.23457E+17", "contract_no"), (OUTREACH_ACTIVITIES, "activity_id", "2,02E+10", "activity_id"),
        (EMPLOYERS, "employer_id", "1.23E+07", "employer_id"), (ENROLMENTS, "office_code", "1.01E+05", "office_code"),
        (CONTRIBUTIONS, "membership_id", "2.2E+10", "membership_id"),
    ],
)  # fmt: skip
def test_a_lost_identifier_quarantines_its_row_with_the_reason(table, field, text, rule):
    for what in ("present", "intact"):
        assert broken(table, {field: [text]}, f"{rule}_{what}") == [0]


@pytest.mark.parametrize("text", ["3,20105E+15", "3.201051506900001E15", f"{NIK}.0", f"{NIK},00", "3.20105E+15"])
def test_a_nik_written_as_a_number_is_not_repaired(text):
    assert read(ENROLMENTS, "nik", [text]) == [None]
    assert broken(ENROLMENTS, {"nik": [text]}, "nik_intact") == [0]
    assert broken(ENROLMENTS, {"nik": [text]}, "nik_present") == []


def test_a_sign_is_not_a_digit_of_a_nik():
    assert broken(ENROLMENTS, {"nik": ["+320105150690001", "-320105150690001"]}, "nik_digits") == [0, 1]


def test_numbers_of_a_spreadsheet_and_floats_are_not_niks():
    whole, rounded = pl.Series([int(NIK)]), pl.Series([float(NIK)])
    assert read(ENROLMENTS, "nik", [None], **{"nik:number": whole}) == [NIK]
    assert read(ENROLMENTS, "nik", [None], **{"nik:number": rounded}) == [None]
    frame, _ = standardised(ENROLMENTS, {"nik:number": whole}, from_spreadsheet=True)
    assert frame["nik"].to_list() == [None]


def test_typed_numbers_are_identifiers_without_a_point():
    assert read(ENROLMENTS, "employer_id", [None] * 2, **{"employer_id:number": pl.Series([12345678.0, 2345678.0])}) == [
        "12345678", "02345678",
    ]  # fmt: skip
    typed = {"employer_division:number": pl.Series([1.0, 1.5])}
    assert read(ENROLMENTS, "employer_division", [None] * 2, **typed) == ["001", None]


def test_codes_written_as_numbers_are_read_as_codes():
    assert read(ENROLMENTS, "work_region", ["3201.0", "32.01", "32 01", "3201"]) == ["3201"] * 4
    assert read(ENROLMENTS, "segment", ["02", "2", "2.0"]) == ["BPU"] * 3
    assert read(ENROLMENTS, "jkk", ["1.0", "0.0", "1", "0"]) == [True, False, True, False]


def test_activities_regain_their_leading_zero_in_a_column_of_five_digits():
    assert read(ENROLMENTS, "kbli", ["10110", "1111", "1111.0", " 47111"]) == ["10110", "01111", "01111", "47111"]
    assert read(ENROLMENTS, "kbli", ["00123", "101100", "1A110"]) == [None] * 3
    assert read(ENROLMENTS, "kbli", ["1111", "1112", "1610"]) == [None] * 3  # classes of four digits
    assert read(ENROLMENTS, "kbli", ["10110", "4711", "1111", "4712"]) == ["10110", None, None, None]


def test_the_report_has_counts_and_no_cells():
    cells = ["12345678", "12345678", "2345678.0", "NULL", None, "1.2E+07"]
    _, file = standardised(ENROLMENTS, {"employer_id": cells, "jkk": ["Y", "T", "Y", "?", None, "NULL"]})
    assert vars(file.report["employer_id"]) == {
        "cells": 6, "empty": 2, "unreadable": 1, "repaired": 1, "most_frequent": 2, "yes": 0,
    }  # fmt: skip
    assert vars(file.report["jkk"]) == {
        "cells": 6,
        "empty": 2,
        "unreadable": 1,
        "repaired": 0,
        "most_frequent": 2,
        "yes": 2,
    }


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(st.none(), st.text(max_size=12), st.text("0123456789.,E+-\u200b\u00a0", max_size=14)),
        min_size=1,
        max_size=8,
    )
)
def test_no_text_raises_an_error_or_gains_a_digit(cells):
    digits = lambda text: sum(letter.isdigit() for letter in text or "")  # noqa: E731
    for field in ("membership_id", "employer_id", "employer_division", "project_no", "office_code", "nik"):
        width = ENROLMENTS.field(field).width or 0
        for text, value in zip(cells, read(ENROLMENTS, field, cells), strict=True):
            assert digits((value or "").lstrip("0")) <= digits(text)
            assert len(value or "") <= max(width, len(text or "") * 4)


def test_tidying_keeps_the_words_of_a_text():
    texts, repaired = cleaning.clean(pl.Series(["a  b", " x ", "'x'", "“x”", "\u200bx", None, ""]), words=True)
    assert texts.to_list() == ["a b", "x", "x", "x", "x", None, None]
    assert repaired.to_list()[:5] == [True, False, False, True, True]


@settings(max_examples=300, deadline=None)
@given(
    st.text(alphabet=st.characters(max_codepoint=0x2100), max_size=6) | st.text(alphabet=" -='\"`<>aZ09~!.", max_size=6)
)
def test_tidying_does_not_change_clean_texts(text: str) -> None:
    if cleaning.is_clean(pl.Series([text])).item():
        seen, repaired = cleaning.clean(pl.Series([text]))
        assert (seen.item(), repaired.item(), cleaning.is_null_word(seen).item()) == (text, False, False)
