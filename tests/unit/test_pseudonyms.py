"""Pseudonyms of NIKs: a permutation under a key that never appears in text."""

import polars as pl
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assets.errors import KeyRefused
from assets.ingest.pseudonyms import BLOCK, KEY_VARIABLE, PersonKey, person_key, to_blocks

SECRET = bytes(range(100, 132))
KEY = PersonKey(SECRET)
NIKS = pl.Series([f"32010515069{number:05d}" for number in range(2000)])


def test_the_pseudonym_is_one_block_of_aes_256():
    block = Cipher(algorithms.AES(SECRET), modes.ECB()).encryptor().update(b"3201051506900001")
    person, check = KEY.pseudonymise(pl.Series(["3201051506900001"]))
    assert person.to_list() == [int.from_bytes(block[:8], "little", signed=True)]
    assert check.to_list() == [int.from_bytes(block[8:10], "little") & 0x7FFF]


def test_one_nik_has_one_pseudonym():
    person, check = KEY.pseudonymise(NIKS)
    again, check_again = KEY.pseudonymise(NIKS)
    assert person.n_unique() == 2000
    assert person.equals(again)
    assert check.equals(check_again)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 1999), min_size=1, max_size=50))
def test_a_pseudonym_depends_on_its_nik_alone(positions):
    person, check = KEY.pseudonymise(NIKS)
    some, some_check = KEY.pseudonymise(NIKS.gather(positions))
    assert some.to_list() == person.gather(positions).to_list()
    assert some_check.to_list() == check.gather(positions).to_list()


@given(
    st.lists(st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]), min_size=1), unique=True)
)
@example(["1", "10", "3201051506900001", "3201051506900001/KUR", "é" * 8, "é" * 7 + "e", "x" * 15, "x" * 16, "x" * 17])
def test_texts_of_any_length_become_different_blocks_and_none_is_a_nik(texts):
    blocks = to_blocks(pl.Series(texts, dtype=pl.String))
    assert blocks.n_unique() == len(texts)
    assert (blocks.str.len_bytes() == BLOCK).all()
    assert blocks.str.contains("\0", literal=True).all()


@pytest.mark.parametrize(("offset", "length"), [(0, 1), (1, 1), (7, 100), (1999, 1), (1000, 1000), (5, 0)])
def test_a_slice_gives_the_same_as_a_new_column(offset, length):
    part = NIKS.slice(offset, length)
    fresh = pl.Series(part.to_list(), dtype=pl.String)
    assert [column.to_list() for column in KEY.pseudonymise(part)] == [c.to_list() for c in KEY.pseudonymise(fresh)]


def test_a_column_of_several_chunks_gives_the_same_as_one():
    chunked = pl.concat([NIKS.slice(1000), NIKS.slice(3, 10)], rechunk=False)
    assert chunked.n_chunks() == 2
    assert KEY.pseudonymise(chunked)[0].to_list() == KEY.pseudonymise(pl.Series(chunked.to_list()))[0].to_list()


def test_another_key_gives_other_pseudonyms_and_another_fingerprint():
    other = PersonKey(bytes(32))
    assert set(KEY.pseudonymise(NIKS)[0]) & set(other.pseudonymise(NIKS)[0]) == set()
    assert KEY.fingerprint != other.fingerprint
    assert KEY.fingerprint == PersonKey(SECRET).fingerprint


def test_an_empty_column_gives_no_pseudonyms():
    person, check = KEY.pseudonymise(pl.Series([], dtype=pl.String))
    assert (person.to_list(), check.to_list(), person.dtype, check.dtype) == ([], [], pl.Int64, pl.Int16)


@pytest.mark.parametrize("text", ["320105150690001", "32010515069000011", "", "é20105150690001é", None])
def test_a_text_of_another_length_is_refused_without_being_quoted(text):
    with pytest.raises(KeyRefused) as caught:
        KEY.pseudonymise(pl.Series(["3201051506900001", text], dtype=pl.String))
    assert str(caught.value) == "only texts of 16 bytes can be pseudonymised: an identifier was not validated"
    assert caught.value.__cause__ is None


def test_the_key_never_appears_in_text():
    shown = f"{KEY!r} {KEY} {KEY.fingerprint}"
    assert repr(KEY) == "PersonKey(…)"
    assert SECRET.hex() not in shown
    assert str(SECRET) not in shown


def test_the_key_is_read_from_the_environment(monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, SECRET.hex().upper())
    assert person_key(synthetic=False).fingerprint == KEY.fingerprint


def test_the_key_is_read_from_a_file(monkeypatch, tmp_path):
    (tmp_path / "key").write_text(SECRET.hex() + "\n")
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "key"))
    assert person_key(synthetic=False).fingerprint == KEY.fingerprint


def test_without_a_key_only_synthetic_deliveries_are_read(monkeypatch):
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    assert person_key(synthetic=True).is_demo
    with pytest.raises(KeyRefused, match="is not set"):
        person_key(synthetic=False)


def test_the_demonstration_key_is_refused_for_real_deliveries(monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, bytes(range(32)).hex())
    assert person_key(synthetic=True).is_demo
    with pytest.raises(KeyRefused, match="is the demonstration key"):
        person_key(synthetic=False)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("abcd", "must be 32 bytes"),
        ("00" * 31, "must be 32 bytes"),
        ("00" * 33, "must be 32 bytes"),
        ("zz" * 32, "is not hexadecimal"),
        ("0" * 63, "is not hexadecimal"),
        ("/no/such/file", "cannot be read"),
    ],
)
def test_a_malformed_key_is_refused_without_being_quoted(monkeypatch, text, message):
    monkeypatch.setenv(KEY_VARIABLE, text)
    with pytest.raises(KeyRefused, match=message) as caught:
        person_key(synthetic=False)
    assert text not in str(caught.value)
