"""Disclosure control by threshold: small counts are withheld, and every figure computed from them goes with them.

Belongs here: what is withheld. Which columns are counts, and what is computed from which, is declared with the table. A
withheld figure is null with a reason beside it, never zero. This hides small cells; that no sum gives them back is not
proven here.
"""

import json
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl

from schemas.model import Field, Table
from schemas.summaries import SUMMARIES

FREE = "F"
SMALL = "A"


@dataclass(frozen=True)
class Policy:
    """What a published cell must satisfy; written into every manifest."""

    min_count: int


@cache
def policy() -> Policy:
    """The policy of `policy.json`."""
    return Policy(json.loads(files("assets.release").joinpath("policy.json").read_text())["min_count"])


@dataclass(frozen=True)
class Protected:
    """The tables of a release as they may leave, by name, and the certificate that says by which rule; it holds no value."""

    frames: dict[str, pl.DataFrame]
    certificate: dict[str, Any]


def protect_all(frames: dict[str, pl.DataFrame], rule: Policy, earlier: Path | None) -> Protected:
    """All tables of a release, all months of each, protected together: what one tells can give away what another hides.

    `earlier` is the folder of the release published before, None for the first: what it withheld may be told apart from
    what this one shows. The threshold judges each figure by itself and needs neither.
    """
    shown = {table.name: protect(frames[table.name], table, rule) for table in SUMMARIES}
    withheld = {name: _rows_withheld(frame) for name, frame in shown.items()}
    return Protected(shown, {"method": "threshold", "policy": asdict(rule), "rows_withheld": withheld})


def verify_certificate(folder: Path) -> list[str]:
    """What of a release's certificate its own tables contradict; empty where they agree."""
    try:
        certificate = json.loads((folder / "certificate.json").read_text(encoding="utf-8"))
        rule, withheld = Policy(**certificate["policy"]), certificate["rows_withheld"]
        frames = {table.name: pl.read_parquet(folder / "parquet" / f"{table.name}.parquet") for table in SUMMARIES}
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError):
        return ["certificate.json, or a table it speaks of, cannot be read"]
    small = [table.name for table in SUMMARIES if exposed(frames[table.name], table, rule)]
    counted = [name for name, frame in frames.items() if _rows_withheld(frame) != withheld.get(name)]
    found = [f"{name} shows small counts that the certificate denies" for name in small]
    return found + [f"{name} withholds other rows than the certificate counts" for name in counted]


def protect(frame: pl.DataFrame, table: Table, rule: Policy) -> pl.DataFrame:
    """The frame without internal columns, small counts and their dependants null, and `conf_status` saying so."""
    hidden = {field.name: _withheld(field, table, rule) for field in table.fields if field.sensitive or field.of}
    lost = [where & pl.col(name).is_not_null() for name, where in hidden.items()]
    reason = pl.when(pl.any_horizontal(lost)).then(pl.lit(SMALL)).otherwise(pl.lit(FREE)).alias("conf_status")
    emptied = [pl.when(~where).then(pl.col(column)).alias(column) for column, where in hidden.items()]
    return frame.with_columns(reason, *emptied).select(table.released().names)


def exposed(frame: pl.DataFrame, table: Table, rule: Policy) -> int:
    """How many published counts are small: zero in a release that was protected."""
    counts = [field.name for field in table.fields if field.sensitive]
    return int(frame.select(pl.sum_horizontal(_small(count, table, rule).sum() for count in counts)).item())


def _rows_withheld(frame: pl.DataFrame) -> int:
    return frame.filter(pl.col("conf_status") != FREE).height


def _withheld(field: Field, table: Table, rule: Policy) -> pl.Expr:
    """Whether the count itself is small, or one it is computed from."""
    counts = [*([field.name] if field.sensitive else []), *field.of]
    return pl.any_horizontal([_small(count, table, rule) for count in counts])


def _small(count: str, table: Table, rule: Policy) -> pl.Expr:
    small = pl.col(count).is_between(1, rule.min_count - 1).fill_null(value=False)
    return small if table.open_where is None else small & ~table.open_where
