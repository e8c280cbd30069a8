"""Columns of codes: yes and no, business activities, regions, code lists, lists in a cell, free text.

Belongs here: the style of such a column, from all its texts. Not here: the code of one text (`conversions`).
"""

from collections.abc import Sequence

import polars as pl

from assets.errors import FileRejected
from assets.ingest.columns import conversions
from assets.ingest.columns.base import Column
from assets.ingest.columns.conversions import remove_zero_decimals
from assets.ingest.columns.evidence import UNREADABLE, Counts, Style, contradict, flags
from schemas.refusals import DOUBTFUL_FLAGS, FLAG_LETTERS, SEX_DIGITS, SEX_LETTERS

P_FEMALE, P_MALE = "P is female", "P is male"
YES_T, NO_T = "T is yes", "T is no"
_WORDS = {  # T is true in a file with F, and *tidak* (no) in a file with Y
    YES_T: ("F", "FALSE", "TRUE"),
    NO_T: ("Y", "YA", "YES", "IKUT", "1"),
    "no": ("N", "NO", "0", "TIDAK"),
    "T": ("T",),
}


class FlagColumn(Column):
    """Styles, one for all flags of a file: `T is yes` (in a file with F) and `T is no` (in a file with Y)."""

    def is_value(self, texts: pl.Series) -> pl.Series:
        """A dash is no."""
        return texts.str.to_uppercase().is_in(["-", *conversions.NO])

    def collect_evidence(self, counts: Counts) -> None:
        """Count the rows of each word for yes and no."""
        texts = remove_zero_decimals(self.texts).str.to_uppercase()
        for label, words in _WORDS.items():
            self.evidence.add(label, flags(texts.is_in(list(words))), counts)

    def determine_style(self, columns: Sequence[Column]) -> Style:
        """By all flags of the file."""
        flags = [column.evidence.rows for column in columns if isinstance(column, FlagColumn)]
        letter, yes, no, others = (sum(rows[label] for rows in flags) for label in ("T", YES_T, NO_T, "no"))
        if not letter:
            return Style("")
        if contradict(yes, no):
            return Style(NO_T, FileRejected(FLAG_LETTERS, field=self.field.header, yes=yes, no=no))
        if others and not yes + no:
            return Style(NO_T, FileRejected(DOUBTFUL_FLAGS, field=self.field.header))
        return Style(YES_T if yes > no else NO_T)

    def convert_texts(self, style: str) -> pl.Series:
        """True or false."""
        return conversions.to_flags(self.texts, t_is_yes=style == YES_T, f_is_no=style != NO_T)


class KbliColumn(Column):
    """Styles: `five digits`, some of which may have lost their leading zero, and `four digits` (classes)."""

    def is_regular(self, texts: pl.Series) -> pl.Series:
        """Five digits of a known division."""
        return conversions.to_kbli(texts).is_not_null()

    def collect_evidence(self, counts: Counts) -> None:
        """Count the codes by length, and the short ones that a leading zero does not explain."""
        texts = remove_zero_decimals(self.texts)
        self.evidence.add("five digits", flags(texts.str.contains(r"^\d{5}$")), counts)
        short = flags(texts.str.contains(r"^\d{4}$"))
        restored = flags(conversions.to_kbli(texts.str.zfill(5)).is_not_null())
        self.evidence.add("short", short, counts)
        self.evidence.add("four digits", short & ~restored, counts)

    def determine_style(self, columns: Sequence[Column]) -> Style:
        """`four digits` if no code has five digits, or if many codes cannot have lost a zero."""
        rows = self.evidence.rows
        if not rows["short"]:
            return Style("")
        if not rows["five digits"] or contradict(rows["five digits"], rows["four digits"]):
            return Style("four digits")
        return Style("five digits")

    def convert_texts(self, style: str) -> pl.Series:
        """Five digits of a known division."""
        texts = remove_zero_decimals(self.texts)
        lost = texts.str.contains(r"^\d{4}$").fill_null(value=False)
        self.repaired |= (lost if style == "five digits" else (texts != self.texts).fill_null(value=False)).to_numpy()
        filled = texts.str.zfill(5) if style == "five digits" else texts
        return conversions.to_kbli(pl.select(pl.when(lost).then(filled).otherwise(texts)).to_series())


class CodeColumn(Column):
    """A column of one code list: codes or aliases, in any case."""

    def is_regular(self, texts: pl.Series) -> pl.Series:
        """Texts of the list."""
        return conversions.to_codes(texts, self.field.codes or "").is_not_null()

    def is_value(self, texts: pl.Series) -> pl.Series:
        """Aliases of the list."""
        return self.is_regular(texts)

    def convert_texts(self, style: str) -> pl.Series:
        """The codes."""
        return conversions.to_codes(self.texts, self.field.codes or "")


class SexColumn(CodeColumn):
    """Styles: `P is female` (beside L for *laki-laki*) and `P is male` (*pria*, beside W for *wanita*)."""

    def is_regular(self, texts: pl.Series) -> pl.Series:
        """Texts of the list, except those whose meaning depends on others."""
        return super().is_regular(texts) & ~texts.is_in(["P", "p", "1", "0"])

    def collect_evidence(self, counts: Counts) -> None:
        """Count the rows of letters and digits that decide the meaning of others."""
        texts = remove_zero_decimals(self.texts).str.to_uppercase()
        for text in ("P", "L", "W", "0", "1", "2"):
            self.evidence.add(text, flags(texts == text), counts)

    def determine_style(self, columns: Sequence[Column]) -> Style:
        """By W and L; 1 means male only in a column that counts from 1."""
        rows = self.evidence.rows
        if contradict(rows["0"], rows["1"] + rows["2"]):
            return Style(P_FEMALE, FileRejected(SEX_DIGITS, field=self.field.header))
        if rows["P"] and contradict(rows["L"], rows["W"]):
            return Style(P_FEMALE, FileRejected(SEX_LETTERS, field=self.field.header))
        return Style(P_MALE if rows["P"] and rows["W"] > rows["L"] else P_FEMALE if rows["P"] else "")

    def convert_texts(self, style: str) -> pl.Series:
        """The codes."""
        texts = self.texts.str.to_uppercase().replace({"P": "M" if style == P_MALE else "F", "W": "F"})
        return conversions.to_codes(texts, self.field.codes or "")


class ListColumn(Column):
    """A column with several codes per cell."""

    def convert_texts(self, style: str) -> pl.Series:
        """`+a+b+`."""
        return conversions.to_code_lists(self.texts, self.field.codes or "")


class TextColumn(Column):
    """Free text."""

    def convert_texts(self, style: str) -> pl.Series:
        """The texts, unless the column is unreadable."""
        return self.texts if style != UNREADABLE else self.texts.clear(self.texts.len())
