"""The offices and their files: which rows of the plan each delivers, with its file name, format and style.

Belongs here: dividing the nation into files. Not here: what the files contain.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import polars as pl

from simulator.offices.file_formats import CSV, GZIP, PARQUET, SHEET, ZSTD
from simulator.offices.styles import STYLES, TYPED, Style, style_of
from simulator.population.regencies import regencies
from simulator.population.row_plan import RowPlan

_FEWEST_FILES, _MOST_FILES, _ROWS_PER_FILE = 8, 325, 2_000
_SMALL_FILE = 3_000  # rows of the files that people write by hand
_SHEETS, _PARQUETS, _DELIVERED_TWICE = (3, 103), (7,), 6  # numbers of offices
# Regional offices by province; the numbers are synthetic.
_REGIONAL_OFFICE = {"11": 1, "12": 1, "13": 2, "14": 2, "21": 2, "15": 3, "16": 3, "17": 3, "18": 3, "19": 3, "31": 4,
                    "32": 5, "36": 6, "33": 7, "34": 7, "35": 8, "61": 9, "62": 9, "63": 9, "64": 9, "65": 9}  # fmt: skip
_EAST, _BALI_PAPUA = 10, 11


@dataclass(frozen=True)
class Office:
    """One office and its file."""

    number: int
    code: str
    rows: range  # row numbers in the plan
    suffix: str
    style: Style
    is_small: bool
    is_delivered_twice: bool

    @property
    def has_defects(self) -> bool:
        """Whether errors are planted here: not in typed cells, nor in files that are too small to hide them."""
        return not self.is_small and self.suffix not in (SHEET, PARQUET)


def file_count(rows: int) -> int:
    """The number of files of a nation with so many rows."""
    return min(max(round(rows / _ROWS_PER_FILE), _FEWEST_FILES), _MOST_FILES)


def plan_offices(plan: RowPlan, base: RowPlan | None = None) -> list[Office]:
    """All offices in the order of their regions. Each covers the same part of the country as in the plan `base`."""
    if base is None:
        return _divide(plan)
    offices = _divide(base)
    starts = [*_same_positions([office.rows.start for office in offices], base, plan), plan.rows]
    return [
        replace(office, rows=range(start, stop))
        for office, start, stop in zip(offices, starts, starts[1:], strict=False)
    ]


def _same_positions(rows: list[int], base: RowPlan, plan: RowPlan) -> list[int]:
    """The rows of the plan that are as far into their regency as these rows of the base are."""
    before, now = ({regency: (first, count) for regency, first, count in _regency_rows(each)} for each in (base, plan))
    starts = pl.DataFrame({"first_row": rows}).join_asof(base.ranges.select("first_row", "regency"), on="first_row")
    positions = []
    for row, regency in starts.iter_rows():
        (first, count), (first_now, count_now) = before[regency], now.get(regency, (plan.rows, 0))
        positions.append(first_now + (row - first) * count_now // count)
    return positions


def _regency_rows(plan: RowPlan) -> Iterable[tuple[int, int, int]]:
    """(regency, first row, number of rows)."""
    return plan.ranges.group_by("regency").agg(pl.col("first_row").min(), pl.col("count").sum()).iter_rows()


def _divide(plan: RowPlan) -> list[Office]:
    """The nation in files of equal size, except the small ones."""
    count = file_count(plan.rows)
    small = [number for number in (*_SHEETS, _DELIVERED_TWICE) if number < count]
    few = min(_SMALL_FILE, plan.rows // count // 4)
    many, remainder = divmod(plan.rows - few * len(small), count - len(small))
    offices: list[Office] = []
    start = 0
    for number in range(count):
        rows = few if number in small else many + (remainder > 0)
        remainder -= number not in small
        offices.append(_office(number, _office_code(plan, start, offices), range(start, start + rows)))
        start += rows
    return offices


def _office(number: int, code: str, rows: range) -> Office:
    suffix = CSV
    if number in _SHEETS:
        suffix = SHEET
    elif number in _PARQUETS:
        suffix = PARQUET
    elif number % 16 in (2, 5):
        suffix = GZIP if number % 16 == 2 else ZSTD
    is_small = number in (*_SHEETS, _DELIVERED_TWICE)
    return Office(number, code, rows, suffix, _style(number, suffix), is_small, number == _DELIVERED_TWICE)


def _style(number: int, suffix: str) -> Style:
    if suffix == PARQUET or number == _SHEETS[-1]:
        return TYPED
    # Quotes, names and addresses make a file 1.5 times as long, so only the first offices write them.
    return style_of(number) if number < len(STYLES) else replace(style_of(number), personal=False, quoted=False)


def _office_code(plan: RowPlan, first_row: int, offices: list[Office]) -> str:
    """K, the number of the regional office, and the number of the office in it."""
    regency = plan.ranges.filter(plan.ranges["first_row"] <= first_row)["regency"][-1]
    province = regencies()["province_code"][regency]
    other = _BALI_PAPUA if province[0] in "59" else _EAST
    regional = f"K{_REGIONAL_OFFICE.get(province, other):02d}"
    return f"{regional}{1 + sum(office.code.startswith(regional) for office in offices):02d}"
