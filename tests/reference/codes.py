"""Code lists as the reference reads them: plain rows of text, and what is in force on a day.

Belongs here: reading the CSV files. Not: what a code means for a figure.
"""

import csv
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

from tests.reference.rows import Row

FOLDER = Path(__file__).parents[2] / "schemas" / "codes"
Line = dict[str, str]


@cache
def listed(name: str) -> tuple[Line, ...]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def in_force(name: str, day: date) -> Iterator[Line]:
    """The rows of a list whose validity holds the day: `valid_to` excluded, empty: open."""
    for line in listed(name):
        if (line.get("valid_from") or "0") <= day.isoformat() < (line.get("valid_to") or "9"):
            yield line


PROVINCES = tuple(line["code"] for line in listed("provinces"))
REGENCIES = {line["code"]: line["province_code"] for line in listed("regencies")}
PARENT_2020 = {line["code"]: line["parent_2020"] for line in listed("provinces")}
SEGMENT_CLASS = {line["code"]: line["segment_class"] for line in listed("segments")}
SEGMENT_RANK = {line["code"]: int(line["rank"]) for line in listed("segments")}


def groups(segment: str) -> list[str]:
    """The rows that a segment is counted in: its own, formal or informal, and all; migrants abroad in their own alone."""
    own_class = SEGMENT_CLASS[segment]
    return [segment] if own_class == "abroad" else [segment, own_class, "all"]


def province(region: str) -> str:
    """The province of a regency or province; 00 of what is not stated."""
    return REGENCIES.get(region, region[:2])


def regions_of(region: str) -> list[tuple[str, str]]:
    """Level and code of every region that a regency, a province or the unstated 0000 is part of."""
    own = province(region)
    found = [("nation", "ID"), ("province", own), ("province_2020", PARENT_2020.get(own, "00"))]
    return [*found, ("regency", region)] if len(region) == 4 else found


def ratio(part: float | None, whole: float | None) -> float | None:
    """None where one is unknown, or the whole is zero."""
    return None if part is None or not whole else part / whole


def available(**figures: object) -> Row:
    """A row of a table that is available."""
    return {**figures, "availability": "available"}
