"""What is seen in a cell, without what is not: invisible characters, forced text, full-width letters, words for nothing.

Belongs here: what is done to the text of any field before anybody asks what it means. Nothing here adds or changes a digit.
Not: damage of numbers that were names (`identifiers`), what a text means (`values` and the columns).
"""

from functools import cache

import polars as pl

from schemas import code_lists

BROKEN = "\ufffd"  # stands for what was lost before we read it; a text that holds it is no value
_MARKS = " \t\r\n'`"  # blanks, and the marks with which spreadsheets keep text
_IRREGULAR = r'[^!-~ ]|^[="<]|"$|  '
_INVISIBLE = r"[\p{Cf}\p{Cc}\u{034F}\u{115F}\u{1160}\u{3164}\u{FFA0}\u{FE00}-\u{FE0F}]"
_QUOTES = _MARKS + '"\u00b4\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u2032\u02b9\u02bc\uff07'
_DASHES = r"[\u{2010}-\u{2015}\u{2212}\u{FE63}\u{FF0D}]"
_CLEAN = r"^[!#-&(-;>-_a-~](?:(?: ?[!-~])* ?[!#-&(-_a-~])?$"  # of plain letters, and none of what `tidied` looks for
_NO_COMPATIBILITY = (  # digits above and below the line, in circles, of fractions: never plain digits
    r"[\u{00AA}\u{00B2}\u{00B3}\u{00B9}\u{00BA}\u{00BC}-\u{00BE}\u{2070}-\u{209C}\u{2150}-\u{218B}\u{2460}-\u{24FF}]"
)


def clean(text: pl.Series, *, words: bool = False) -> tuple[pl.Series, pl.Series]:
    """(texts, mended): the texts as they are seen, blank ones null, and which held more than blanks around them.

    `words`: free text, whose dashes are kept as they are.
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
    """Which texts `tidied` leaves as they are and are no words for nothing: most are, and this is seen in one look."""
    return text.str.contains(_CLEAN) & ~text.str.to_uppercase().is_in(_null_words().implode())


def is_null_word(text: pl.Series) -> pl.Series:
    """Which texts are words for nothing (list `words_for_nothing`), in any case; dashes of any length are one."""
    return text.str.replace_all(_DASHES, "-").str.to_uppercase().is_in(_null_words().implode()).fill_null(value=False)


def trimmed(text: pl.Series) -> pl.Series:
    """The texts as they are seen; what is blank is empty."""
    return clean(text)[0].fill_null("")


def _visible(text: pl.Series, *, words: bool) -> pl.Series:
    """Texts with odd characters: one blank for each gap, compatible letters as plain ones, no quotes around."""
    seen = text.str.replace_all(r"\s+", " ").str.replace_all(_INVISIBLE, "")
    seen = seen.str.replace(r'^="(.*)"$', "$1").str.replace(r"^=(\d+)$", "$1").str.strip_chars(_QUOTES)
    safe = ~seen.str.contains(_NO_COMPATIBILITY)
    seen = pl.select(pl.when(safe).then(seen.str.normalize("NFKC")).otherwise(seen)).to_series()
    return (seen if words else seen.str.replace_all(_DASHES, "-")).str.replace_all(" +", " ").str.strip_chars(_QUOTES)


@cache
def _null_words() -> pl.Series:
    return pl.Series(code_lists.values("words_for_nothing"), dtype=pl.String)
