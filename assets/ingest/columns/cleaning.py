"""Clean texts: invisible characters, text markers of spreadsheets, full-width letters, words that mean no value.

Belongs here: cleaning for every kind of field, before conversion. It never adds or changes a digit. Not here: damaged
identifiers (`identifiers`), conversion (`conversions` and the columns).
"""

from functools import cache

import polars as pl

from schemas import code_lists

BROKEN = "\ufffd"  # the replacement character: data were lost before ingestion, so a text with it is not a value
_MARKS = " \t\r\n'`"  # blanks, and the text markers of spreadsheets
_IRREGULAR = r'[^!-~ ]|^[="<]|"$|  '
_INVISIBLE = r"[\p{Cf}\p{Cc}\u{034F}\u{115F}\u{1160}\u{3164}\u{FFA0}\u{FE00}-\u{FE0F}]"
_QUOTES = _MARKS + '"\u00b4\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u2032\u02b9\u02bc\uff07'
_DASHES = r"[\u{2010}-\u{2015}\u{2212}\u{FE63}\u{FF0D}]"
_CLEAN = r"^[!#-&(-;>-_a-~](?:(?: ?[!-~])* ?[!#-&(-_a-~])?$"  # ASCII without anything that `clean` changes
_NO_COMPATIBILITY = (  # superscripts, subscripts, circled digits and fractions must not become digits
    r"[\u{00AA}\u{00B2}\u{00B3}\u{00B9}\u{00BA}\u{00BC}-\u{00BE}\u{2070}-\u{209C}\u{2150}-\u{218B}\u{2460}-\u{24FF}]"
)


def clean(text: pl.Series, *, words: bool = False) -> tuple[pl.Series, pl.Series]:
    """(texts, repaired): the cleaned texts, null if blank, and which of them needed more than stripping.

    `words`: free text, which keeps its dashes.
    """
    stripped = text.str.strip_chars(_MARKS)
    irregular = stripped.str.contains(_IRREGULAR).fill_null(value=False)
    at = irregular.arg_true()
    if at.len():
        stripped = stripped.scatter(at, _visible(stripped.gather(at), words=words))
    return pl.select(pl.when(stripped != "").then(stripped)).to_series(), irregular & (stripped != text).fill_null(
        value=True
    )


def is_clean(text: pl.Series) -> pl.Series:
    """Whether `clean` leaves each text unchanged and `is_null_word` does not match it: a fast test that most texts pass."""
    return text.str.contains(_CLEAN) & ~text.str.to_uppercase().is_in(_null_words().implode())


def is_null_word(text: pl.Series) -> pl.Series:
    """Whether each text means no value (code list `words_for_nothing`), in any case, with dashes of any length."""
    return text.str.replace_all(_DASHES, "-").str.to_uppercase().is_in(_null_words().implode()).fill_null(value=False)


def _visible(text: pl.Series, *, words: bool) -> pl.Series:
    """Irregular texts with single blanks, compatible letters in their usual form, and without surrounding quotes."""
    visible = text.str.replace_all(r"\s+", " ").str.replace_all(_INVISIBLE, "")
    visible = visible.str.replace(r'^="(.*)"$', "$1").str.replace(r"^=(\d+)$", "$1").str.strip_chars(_QUOTES)
    safe = ~visible.str.contains(_NO_COMPATIBILITY)
    visible = pl.select(pl.when(safe).then(visible.str.normalize("NFKC")).otherwise(visible)).to_series()
    return (
        (visible if words else visible.str.replace_all(_DASHES, "-"))
        .str.replace_all(" +", " ")
        .str.strip_chars(_QUOTES)
    )


@cache
def _null_words() -> pl.Series:
    return pl.Series(code_lists.values("words_for_nothing"), dtype=pl.String)
