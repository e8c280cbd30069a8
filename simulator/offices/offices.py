"""The offices and their files: which rows of the plan each delivers, under which name, in which format and style.

Belongs here: cutting the nation into files. Does not belong here: what is in them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import polars as pl

from simulator.offices.file_formats import CSV, GZIP, PARQUET, SHEET, ZSTD
from simulator.offices.styles import STYLES, TYPED, Style, style_of
from simulator.population.regencies import places
from simulator.population.row_plan import Plan

_FEWEST, _MOST, _ROWS_A_FILE = 8, 325, 2_000
_SMALL = 3_000  # rows of the files that people make by hand
_SHEETS, _PARQUETS, _REPEATED = (3, 103), (7,), 6
# Regional offices, by the first digits of the provinces they look after; the numbers are invented.
_REGIONAL = {"11": 1, "12": 1, "13": 2, "14": 2, "21": 2, "15": 3, "16": 3, "17": 3, "18": 3, "19": 3, "31": 4, "32": 5,
             "36": 6, "33": 7, "34": 7, "35": 8, "61": 9, "62": 9, "63": 9, "64": 9, "65": 9}  # fmt: skip
_EAST, _BALI_PAPUA = 10, 11


@dataclass(frozen=True)
class Office:
    """One office and its file: rows `first` to `first + rows` of the plan."""

    number: int
    code: str
    first: int
    rows: int
    ending: str
    style: Style
    is_small: bool
    is_repeated: bool

    @property
    def takes_defects(self) -> bool:
        """Whether rows are planted here: not where cells have types, nor in files too small to hide them."""
        return not self.is_small and self.ending not in (SHEET, PARQUET)


def file_count(rows: int) -> int:
    """Files of a nation with so many rows."""
    return min(max(round(rows / _ROWS_A_FILE), _FEWEST), _MOST)


def offices_of(plan: Plan, base: Plan | None = None) -> list[Office]:
    """All offices, in the order of their regions; each looks after the same part of the country as in the plan `base`."""
    if base is None:
        return _cut(plan)
    offices = _cut(base)
    begins = [*_moved([office.first for office in offices], base, plan), plan.rows]
    return [
        replace(office, first=first, rows=after - first)
        for office, first, after in zip(offices, begins, begins[1:], strict=False)
    ]


def _moved(rows: list[int], base: Plan, plan: Plan) -> list[int]:
    """The row of the plan that is as far into its place as each of these rows of the base."""
    there, now = ({place: (first, count) for place, first, count in _by_place(of)} for of in (base, plan))
    wanted = pl.DataFrame({"offset": rows}).join_asof(base.cells.select("offset", "place"), on="offset")
    found = []
    for row, place in wanted.iter_rows():
        (first, count), (first_now, count_now) = there[place], now.get(place, (plan.rows, 0))
        found.append(first_now + (row - first) * count_now // count)
    return found


def _by_place(plan: Plan) -> Iterable[tuple[int, int, int]]:
    """Place, its first row, its rows."""
    return plan.cells.group_by("place").agg(pl.col("offset").min(), pl.col("count").sum()).iter_rows()


def _cut(plan: Plan) -> list[Office]:
    """The nation cut into files of one size, but for the small ones."""
    count = file_count(plan.rows)
    small = [number for number in (*_SHEETS, _REPEATED) if number < count]
    few = min(_SMALL, plan.rows // count // 4)
    large, left = divmod(plan.rows - few * len(small), count - len(small))
    offices: list[Office] = []
    first = 0
    for number in range(count):
        rows = few if number in small else large + (left > 0)
        left -= number not in small
        offices.append(_office(number, _code(plan, first, offices), first, rows))
        first += rows
    return offices


def _office(number: int, code: str, first: int, rows: int) -> Office:
    ending = CSV
    if number in _SHEETS:
        ending = SHEET
    elif number in _PARQUETS:
        ending = PARQUET
    elif number % 16 in (2, 5):
        ending = GZIP if number % 16 == 2 else ZSTD
    small = number in (*_SHEETS, _REPEATED)
    return Office(number, code, first, rows, ending, _style(number, ending), small, number == _REPEATED)


def _style(number: int, ending: str) -> Style:
    if ending == PARQUET or number == _SHEETS[-1]:
        return TYPED
    style, is_first = style_of(number), number < len(STYLES)
    # Quotes, names and addresses make a file half as long again: only the first offices have them.
    return style if is_first else replace(style, personal=False, quoted=False)


def _code(plan: Plan, first: int, offices: list[Office]) -> str:
    """K, the regional office, and the office's number there."""
    cell = plan.cells.filter(plan.cells["offset"] <= first)["place"][-1]
    province = places()["province_code"][cell]
    other = _BALI_PAPUA if province[0] in "59" else _EAST
    regional = f"K{_REGIONAL.get(province, other):02d}"
    return f"{regional}{1 + sum(office.code.startswith(regional) for office in offices):02d}"
