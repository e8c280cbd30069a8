"""The canonical form of a result (declared columns and types, rows in a fixed order) and its digest.

Belongs here: what makes results of two engines comparable. Two tables are equal exactly where their digests are.
"""

import hashlib

import polars as pl

from assets.errors import EngineRefused
from schemas.tables import Table


def canonical(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The frame in the declared columns and types, rows in the order of the key, then of everything else.

    Raises EngineRefused where a column is missing or holds what its type cannot: such an engine cannot be used.
    """
    missing = [name for name in table.names if name not in frame.columns]
    if missing:
        raise EngineRefused(f"{table.name} came back without {', '.join(missing)}: this engine cannot be used")
    try:
        typed = frame.select(pl.col(name).cast(dtype, strict=True) for name, dtype in table.storage.items())
    except pl.exceptions.PolarsError:  # its text quotes the value that it could not cast
        raise EngineRefused(f"{table.name} came back in types that are not the declared ones") from None
    rest = [name for name in table.names if name not in table.key]
    return typed.sort(*table.key, *rest, nulls_last=True)


def digest(frame: pl.DataFrame) -> str:
    """sha256 of a canonical frame as CSV: doubles in their shortest exact form, nulls distinct from any text."""
    return hashlib.sha256(frame.write_csv(null_value="\\N", quote_style="non_numeric").encode()).hexdigest()
