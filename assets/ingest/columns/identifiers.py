"""Columns of identifiers: damage is detected before any repair, and only lost leading zeros are added.

Belongs here: identifiers of every extract. Not here: texts that mean no value (`cleaning`).
"""

import polars as pl

from assets.ingest.columns.base import Column
from assets.ingest.columns.cleaning import BROKEN
from schemas.tables import Kind

LOST_ZEROS = 3  # so many leading zeros are restored at most; a shorter text is not an identifier of that width
_FLOAT = r"^(\d+)[.,]0+$"
_GROUPED = r"^\d{1,3}([.,]\d{3})+$"
_SCIENTIFIC = r"(?i)^(\d)(?:[.,](\d+))?E\+?(\d{1,2})$"
_CUT = r"(?i)^\d[\d.,]*E\+?\d*$"
_EXACT_DIGITS = 15  # of a float
_NAME = r"^[0-9A-Z]*[A-DF-Z][0-9A-Z]*$"  # not a number in any notation
_NIK_FLOAT = r"^\d{16,}[.,]\d+$"


class IdentifierColumn(Column):
    """A column of identifiers: upper-case letters and digits, in the declared width where there is one."""

    def is_regular(self, texts: pl.Series) -> pl.Series:
        """Digits in the declared width."""
        number, width = texts.cast(pl.Int64, strict=False), self.field.width
        if not width:
            return number.is_not_null() & ~texts.str.contains(r"^[+-]")
        long = number >= 10 ** (width - 1)
        full: pl.Series = (long & (texts.str.len_bytes() == width)).fill_null(value=False)
        low = (number < 10 ** (width - 1)).arg_true()  # leading zeros, or a sign, which is not a digit
        if low.is_empty():
            return full
        zeros = texts.gather(low).str.contains(rf"^0\d{{{width - 1}}}$")
        if width > LOST_ZEROS:
            zeros &= number.gather(low) > 0  # nothing but zeros means no value
        return full.scatter(low, zeros)

    def convert_texts(self, style: str) -> pl.Series:
        """The identifiers; sets `damaged` to the indices of texts that lost digits, repaired or not."""
        self.damaged = pl.Series([], dtype=pl.UInt32)
        rest = self.irregular
        if rest.len():
            texts = self.texts.gather(rest)
            width = self.field.width
            whole = self.is_regular(texts) | (
                texts.str.contains(r"^[0-9A-Z]+$") & (texts.str.len_bytes() == width)
                if width
                else texts.str.contains(_NAME)
            )
            rest = rest.filter(~whole.fill_null(value=True))
        if rest.is_empty():
            return self.texts
        texts = self.texts.gather(rest).str.to_uppercase()
        found = _repair_nik(texts) if self.field.kind is Kind.NIK else _repair(texts, self.field.width)
        self.damaged = rest.filter(found["damaged"])
        self.repaired[rest] |= found["repaired"].to_numpy()
        return self.texts.clone().scatter(rest, found["value"])


def _repair(texts: pl.Series, width: int | None) -> pl.DataFrame:
    """`value`: null if digits are lost; `damaged`: zeros or digits were lost; `repaired`: all digits could be restored."""
    t = pl.col("t")
    parts = t.str.extract_groups(_SCIENTIFIC).struct
    decimals = parts.field("2").fill_null("")
    # with the right width and without sign or decimal mark, it is an identifier that contains an E
    short_form = t.str.contains(_CUT) & ~(t.str.contains(r"^\d+E\d+$") & (t.str.len_bytes() == (width or 0)))
    exact = short_form & (decimals.str.len_bytes() == parts.field("3").cast(pl.UInt32, strict=False)) & (decimals != "")
    digits = t.str.extract(_FLOAT, 1)
    digits = pl.when(digits.str.len_bytes() <= (width or _EXACT_DIGITS)).then(digits)
    # without a declared width, 1.000 may be 1 or 1,000
    unclear = t.str.contains(r"^\d{1,3}[.,]000$") if width is None else pl.lit(value=False)
    lost = t.str.contains(BROKEN, literal=True) | unclear | (short_form & ~exact.fill_null(value=False))
    grouped = t.str.contains(_GROUPED)
    value = (
        pl.when(lost)
        .then(None)
        .when(exact)
        .then(pl.concat_str(parts.field("1"), decimals))
        .when(digits.is_not_null())
        .then(digits)
        .when(grouped)
        .then(t.str.replace_all(r"[.,]", ""))
        .otherwise(t.str.replace_all(r"[ .\-]", ""))
    )
    repaired = ~lost & (exact.fill_null(value=False) | digits.is_not_null() | grouped)
    found = pl.DataFrame({"t": texts}).select(value=pl.when(value != "").then(value), damaged=lost, repaired=repaired)
    if width is None:
        return found
    short = found["value"].str.contains(rf"^\d{{{max(1, width - LOST_ZEROS)},{width - 1}}}$").fill_null(value=False)
    filled = pl.when(short).then(pl.col("value").str.zfill(width)).otherwise("value")
    return found.select(value=filled, damaged=pl.col("damaged") | short, repaired=pl.col("repaired") | short)


def _repair_nik(texts: pl.Series) -> pl.DataFrame:
    """As `_repair`, but a NIK that was a float is lost: a float cannot represent its 16 digits."""
    t = pl.col("t")
    damaged = t.str.contains(_CUT) | t.str.contains(_NIK_FLOAT) | t.str.contains(BROKEN, literal=True)
    short = t.str.extract(r"^(\d{1,15})[.,]0+$", 1)
    digits = pl.coalesce(short, t.str.replace_all(r"[ .+\-]", ""))  # a sign is not a digit
    value = pl.when(~damaged & (digits != "")).then(digits)
    return pl.DataFrame({"t": texts}).select(value=value, damaged=damaged, repaired=~damaged & short.is_not_null())
