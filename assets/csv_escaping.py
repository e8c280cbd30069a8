"""Escaping of CSV cells, so that a spreadsheet never runs one as a formula.

Belongs here: this one guard, for all code that writes CSV for people.
"""

import polars as pl

_GUARDED = r"^['=+\-@\t\r]"


def escape_formulas(frame: pl.DataFrame) -> pl.DataFrame:
    """Put an apostrophe before each text cell that a spreadsheet would run as a formula.

    Text that begins with an apostrophe gets one too, so removing one leading apostrophe always restores the text.
    """
    text = pl.col(pl.String)
    return frame.with_columns(pl.when(text.str.contains(_GUARDED)).then(pl.lit("'") + text).otherwise(text).name.keep())
