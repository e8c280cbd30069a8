"""CSV that people open in spreadsheets: no cell of it is ever run as a formula.

Belongs here: that one guard, used by whatever writes CSV for people.
"""

import polars as pl

_GUARDED = r"^['=+\-@\t\r]"


def escape_formulas(frame: pl.DataFrame) -> pl.DataFrame:
    """Text cells that a spreadsheet would run as a formula get an apostrophe before them.

    So do those that begin with an apostrophe: whoever takes one leading apostrophe away has the text as it was.
    """
    text = pl.col(pl.String)
    return frame.with_columns(pl.when(text.str.contains(_GUARDED)).then(pl.lit("'") + text).otherwise(text).name.keep())
