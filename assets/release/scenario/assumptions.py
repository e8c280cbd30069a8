"""The assumptions of a scenario, from a TOML file.

Belongs here: the entries, their limits, and a message for each wrong one. Not here: the arithmetic (`projection`).
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from assets.errors import CakupanError
from schemas.months import first_day

EVERY = "all"
SEGMENTS = ("formal", "informal")
Range = tuple[float, float, float]  # low, central, high


@dataclass(frozen=True)
class Assumption:
    """The assumed rates and totals of a segment of a province, or of every province. None: the rate observed in the release."""

    province: str
    segment: str
    entry_rate: Range | None = None
    exit_rate: Range | None = None
    campaign_persons: int = 0
    budget_idr: int = 0


@dataclass(frozen=True)
class Scenario:
    """The target month (YYYY-MM) and the assumptions; a later one for the same cell replaces the rates of an earlier one."""

    target_month: str
    assumptions: tuple[Assumption, ...]


def read_scenario(path: Path, provinces: Mapping[str, str]) -> Scenario:
    """The scenario of the file. `provinces`: code → name. Raises CakupanError, which names every wrong entry."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CakupanError(f"{path.name} cannot be read as TOML: {error}") from None
    target, entries, problems = found.get("target_month"), found.get("assumption", []), list[str]()
    if not isinstance(target, str) or not _is_month(target):
        problems.append('target_month: a month such as "2025-12" is needed')
    problems += [f"{name}: unknown; the file has target_month and [[assumption]]" for name in found.keys() - _TOP]
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        problems.append("assumption: write each one below its own line [[assumption]]")
        entries = []
    for number, entry in enumerate(entries, start=1):
        problems += [f"assumption {number}: {problem}" for problem in _problems(entry, provinces)]
    if problems:
        raise CakupanError(f"{path.name}: {'; '.join(problems)}")
    return Scenario(str(target), tuple(_assumption(entry) for entry in entries))


_TOP = {"target_month", "assumption"}


def _is_month(text: str) -> bool:
    try:
        first_day(text)
    except ValueError:
        return False
    return len(text) == len("2025-12")


def _is_rate(value: object) -> bool:
    """Whether it is a number from 0 to 1, or three of them in order."""
    values = value if isinstance(value, list) else [value] * 3
    numbers = [each for each in values if isinstance(each, int | float) and not isinstance(each, bool)]
    return (
        len(numbers) == len(values) == len(("low", "central", "high"))
        and 0 <= numbers[0] <= numbers[1] <= numbers[2] <= 1
    )


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


_RATE = "a monthly rate from 0 to 1, or three in order: [low, central, high]"
_CHECKS: dict[str, tuple[Callable[[object], bool], str]] = {
    "entry_rate": (_is_rate, _RATE),
    "exit_rate": (_is_rate, _RATE),
    "campaign_persons": (_is_count, "a whole number of persons"),
    "budget_idr": (_is_count, "a whole number of rupiah"),
}


def _problems(entry: dict[str, object], provinces: Mapping[str, str]) -> list[str]:
    found = []
    if entry.get("province") != EVERY and entry.get("province") not in provinces:
        found.append(f'province: the code of a province such as "32", or "{EVERY}", is needed')
    if entry.get("segment") not in SEGMENTS:
        found.append('segment: "formal" or "informal" is needed')
    for name, value in entry.items():
        if name in _CHECKS and not _CHECKS[name][0](value):
            found.append(f"{name}: {_CHECKS[name][1]} is needed")
        if name not in {"province", "segment", *_CHECKS}:
            found.append(f"{name}: unknown; known are {', '.join(_CHECKS)}")
    totals = [name for name in ("campaign_persons", "budget_idr") if name in entry]
    if entry.get("province") == EVERY and totals:
        found.append(f"{', '.join(totals)}: name one province, the total cannot be divided")
    if entry.get("segment") == "formal" and "budget_idr" in entry:
        found.append("budget_idr: budgets pay for informal workers only")
    return found


def _assumption(entry: dict[str, object]) -> Assumption:
    rates = {name: _range(entry[name]) for name in ("entry_rate", "exit_rate") if name in entry}
    totals = {name: int(str(entry[name])) for name in ("campaign_persons", "budget_idr") if name in entry}
    return Assumption(str(entry["province"]), str(entry["segment"]), **rates, **totals)  # type: ignore[arg-type]


def _range(value: object) -> Range:
    low, central, high = (float(str(each)) for each in (value if isinstance(value, list) else [value] * 3))
    return low, central, high
