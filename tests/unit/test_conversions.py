"""From text to values: what each kind reads; all other texts are null."""

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assets.ingest.columns import conversions


def texts(*cells: str | None) -> pl.Series:
    return pl.Series(cells, dtype=pl.String)


# --- codes and texts -----------------------------------------------------------------------------------------------


def test_a_code_or_an_alias_is_read_in_any_case():
    cells = texts("PU", "pu", " ppu ", "Penerima Upah", "pEnErImA uPaH", "02", "XX", "", None)
    assert conversions.to_codes(cells, "segments").to_list() == ["PU", "PU", "PU", "PU", "PU", "BPU", None, None, None]


def test_flags_are_read_in_the_spellings_of_forms():
    yes = texts("Y", "y", "YA", "Ya", "yes", "1", "TRUE", "true", "Ikut", "1.0")
    no = texts("T", "N", "n", "Tidak", "NO", "0", "FALSE", "-", "F")
    assert conversions.to_flags(yes).to_list() == [True] * 10
    assert conversions.to_flags(no).to_list() == [False] * 9
    assert conversions.to_flags(texts("", "2", "X", "YN", None)).to_list() == [None] * 5


def test_a_list_is_stored_with_plus_signs():
    cells = texts("JKK+JKM", "jkk, jkm", "JKK;JKM;JHT", " JHT ", "JKK+JKX", "", None)
    expected = ["+jkk+jkm+", "+jkk+jkm+", "+jkk+jkm+jht+", "+jht+", None, None, None]
    assert conversions.to_code_lists(cells, "programmes").to_list() == expected


def test_regions_of_any_scheme_become_current_codes():
    cells = conversions.strip_region_codes(texts("3201", "32.01", "3201.0", "9101", "9301", "9401", "32", "3299", None))
    expected = ["3201", "3201", "3201", "9301", "9301", "9401", None, None, None]
    assert conversions.to_present_regions(cells, "kemendagri").to_list() == expected


def test_regions_with_a_scheme_are_read_in_that_scheme():
    cells = texts("bps_2020|9401", "kemendagri_2025|9401", "bps_2022|94", "bps_2020|94", "nonsense|32")
    assert conversions.to_present_regions(cells, "scoped").to_list() == ["9301", "9401", "91", None, None]


def test_an_activity_has_five_digits_of_a_known_division():
    cells = texts("10110", "01111", "1111", "47111", "00123", "101100", "1A110", None)
    assert conversions.to_kbli(cells).to_list() == ["10110", "01111", None, "47111", None, None, None, None]


def test_the_prefix_of_a_nik_gives_its_current_regency():
    known = conversions.regions_by_nik_prefix()
    assert (known.len(), known[3201], known[9101], known[9301], known[0], known[9999]) == (
        10_000, "3201", "9301", "9301", None, None,
    )  # fmt: skip


# --- all kinds -------------------------------------------------------------------------------------------------


def test_looking_up_an_unknown_text_gives_null():
    known, values = pl.Enum(["a", "b"]), pl.Series([1, 2])
    assert conversions.look_up(texts("b", "c", None, "a"), known, values).to_list() == [2, None, None, 1]


KINDS = {
    "flags": conversions.to_flags,
    "codes": lambda text: conversions.to_codes(text, "segments"),
    "listed": lambda text: conversions.to_code_lists(text, "programmes"),
    "regions": lambda text: conversions.to_present_regions(text, "kemendagri"),
    "kbli": conversions.to_kbli,
}
CLEARLY_NO_VALUE = st.text("äß漢字😀§%#?!_~^", min_size=1, max_size=8)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15, deadline=None)
@given(st.lists(st.one_of(st.none(), CLEARLY_NO_VALUE), min_size=1, max_size=6))
def test_texts_without_a_value_are_null(kind, cells):
    assert KINDS[kind](texts(*cells)).to_list() == [None] * len(cells)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=12)), max_size=8))
@example([])
@example([None])
def test_no_text_raises_an_error_in_any_kind(cells):
    for convert in KINDS.values():
        assert convert(texts(*cells)).len() == len(cells)
