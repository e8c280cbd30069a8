"""The employers' and the workforce extract: their planted defects, and cutting them into files.

Belongs here: what the two share. Does not belong here: their content (`businesses`, `survey`), enrolments.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import polars as pl

from pipelines.simulator.containers import write
from pipelines.simulator.defects import NOTHING, Defect, catalogued, damaged, marks, overwritten
from pipelines.simulator.ledger import Account, marked
from pipelines.simulator.rendering import render
from pipelines.simulator.styles import Style, column_order, heading
from schemas.model import Severity, Table

_PER_ROW, _MOST = 2e-5, 3
_FRESH_NPP = pl.lit("ZZ") + pl.col("ordinal").cast(pl.String).str.zfill(6)  # no employer has two letters in front
_A_SECTOR = pl.lit("2020:A")  # a cell of its own: no other cell has a sector


def _missing(name: str, **values: pl.Expr) -> Defect:
    return Defect(f"{name}_present", "", {**values, name: NOTHING})


def _unreadable(name: str, cell: str, **values: pl.Expr) -> Defect:
    return Defect(f"{name}_readable", "", {**values, name: NOTHING}, (name, pl.lit(cell)))


def _invalid(rule: str, **values: pl.Expr) -> Defect:
    return Defect(rule, "", values)


_EMPLOYER_DEFECTS = catalogued(
    _missing("employer_id"),
    _invalid("employer_id_format", employer_id=pl.lit("12#45678")),
    _missing("employer_division", employer_id=_FRESH_NPP),
    _missing("work_region", employer_id=_FRESH_NPP),
    _unreadable("work_region", "9999", employer_id=_FRESH_NPP),
    *(_invalid(f"{name}_not_negative", **{name: pl.lit(-1_000_000), "employer_id": _FRESH_NPP})
      for name in ("workers_declared", "annual_sales_idr", "capital_idr")),
    _invalid("closed_after_registered", employer_id=_FRESH_NPP,
             closed_on=pl.col("registered_on") - pl.duration(days=30)),
    _unreadable("kbli", "ABCDE"),
    *(_unreadable(name, "abc") for name in ("workers_declared", "annual_sales_idr", "capital_idr")),
    _unreadable("size_class", "XYZ"),
    _unreadable("size_basis", "XYZ"),
    _unreadable("registered_on", "31-13-2010"),
    _unreadable("closed_on", "abc"),
    _unreadable("is_kur_debtor", "?"),
)  # fmt: skip

_parts = {"eligible_persons": NOTHING, "vulnerable_persons": NOTHING}
_WORKFORCE_DEFECTS = catalogued(
    *(_missing(name, sector=_A_SECTOR)
      for name in ("survey_wave", "region_code", "employment_status", "sex", "age_band", "persons")),
    _unreadable("survey_wave", "13-2024", sector=_A_SECTOR),
    _unreadable("region_code", "9999", sector=_A_SECTOR),
    _unreadable("employment_status", "9", sector=_A_SECTOR),
    _unreadable("sex", "X", sector=_A_SECTOR),
    _unreadable("age_band", "12-99", sector=_A_SECTOR),
    *(_unreadable(name, "abc", sector=_A_SECTOR) for name in ("persons", "eligible_persons", "vulnerable_persons")),
    Defect("region_scheme_readable", "", {"sector": _A_SECTOR, "region_scheme": pl.lit("kemendagri_2025")},
           ("region_scheme", pl.lit("XYZ"))),
    _invalid("persons_not_negative", sector=_A_SECTOR, persons=pl.lit(-5), **_parts),
    _invalid("eligible_within_persons", sector=_A_SECTOR, eligible_persons=pl.col("persons") + 1,
             vulnerable_persons=NOTHING),
    _invalid("vulnerable_within_persons", sector=_A_SECTOR, vulnerable_persons=pl.col("persons") + 1),
    _invalid("rse_percent", sector=_A_SECTOR, rse=pl.lit(120.0)),
    _invalid("rse_usable", rse=pl.lit(31.4)),
    _unreadable("sector", "ZZZ"),
    _unreadable("rse", "abc"),
)  # fmt: skip

_CATALOGUES: dict[str, Mapping[str, Defect]] = {"employers": _EMPLOYER_DEFECTS, "workforce": _WORKFORCE_DEFECTS}


def write_files(
    folder: Path,
    table: Table,
    rows: pl.DataFrame,
    files: Mapping[str, tuple[int, Style]],
    month: date,
    account: Account,
) -> dict[str, int]:
    """Cut the rows, in order, into files (name: rows and style), planted ones in the first; gives the rows by name."""
    catalogue = _CATALOGUES[table.name]
    good, harmed = _planted(rows, table, catalogue)
    account.judge(marked(pl.concat([good, harmed]), table, marks(catalogue)), table, month)
    written, first = {}, 0
    for name, (count, style) in files.items():
        part = good.filter(pl.col("row").is_between(first, first + count, closed="left"))
        mine = [part, harmed] if first == 0 else [part]
        write(folder / name, _in_order(mine, table, style), style)
        written[f"{table.name}/{name}"] = sum(frame.height for frame in mine)
        first += count
    account.rows_read += sum(written.values())
    account.files += len(written)
    return written


def _in_order(parts: list[pl.DataFrame], table: Table, style: Style) -> pl.DataFrame:
    columns = column_order(table, style)
    catalogue = _CATALOGUES[table.name]
    texts = [overwritten(render(part, table, style), catalogue).select("row", *columns) for part in parts]
    ordered = pl.concat(texts).sort("row", maintain_order=True).select(columns)
    return ordered.rename({name: heading(table, name, style) for name in columns})


def _planted(rows: pl.DataFrame, table: Table, catalogue: Mapping[str, Defect]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(good rows, damaged rows): extra copies where a fatal rule is broken, else the row itself."""
    numbered = rows.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    count = min(_MOST, max(1, round(rows.height * _PER_ROW)))
    wishes = [(rule, number) for rule in catalogue for number in range(count)]
    start = rows.height // 20 // len(wishes)  # all within the first twentieth: the first file has them
    labels = [(1 + start * i, rule, i) for i, (rule, _) in enumerate(wishes)]
    schema = {"row": pl.Int64(), "defect": pl.String(), "ordinal": pl.Int64()}
    victims = pl.DataFrame(labels, schema=schema, orient="row")
    fatal = [rule.name for rule in table.all_rules() if rule.severity is Severity.FATAL]
    replaced = victims.filter(~pl.col("defect").is_in(fatal))
    harmed = damaged(numbered.join(victims, on="row", how="inner", maintain_order="left"), catalogue)
    empty = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in schema.items() if name != "row"]
    good = numbered.join(replaced, on="row", how="anti", maintain_order="left").with_columns(empty)
    return good, harmed
