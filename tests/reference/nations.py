"""Small nations: accepted rows of a few persons over a few months, odd where the world is odd.

Belongs here: what can come. Not: what is right. Hypothesis draws the sizes, so that a nation that fails shrinks to a few rows;
what a row holds follows from one number and the row's own, so that a row stays as it is when others go.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.reference.rows import (
    Activity,
    Delivery,
    Employer,
    Loan,
    Membership,
    Nation,
    Payment,
    Regulation,
    Target,
    last_day,
    shift,
)
from tests.reference.surveys import surveys

LAST_MONTHS = (date(2024, 12, 1), date(2024, 2, 1), date(2025, 3, 1), date(2026, 5, 1), date(2025, 1, 1))
HOMES = ("3201", "3273", "3404", "9301")
BIRTHS = (
    date(1990, 6, 15),
    date(2000, 2, 29),
    date(1999, 12, 31),
    date(1960, 1, 1),
    date(2009, 11, 30),
    date(1940, 2, 28),
)
OFFERED = {
    "PU": ("jkk", "jkm", "jht", "jp", "jkp"), "JAKON": ("jkk", "jkm"), "BPU": ("jkk", "jkm", "jht"), "PMI": ("jkk", "jkm", "jht")
}  # fmt: skip
CHANNELS = (None, "app", "agent", "agent", "branch")
PAYERS = (None, "self", "employer", "regional_government", "village_fund", "donor", "group")
BASES = (None, None, "farmer", "fisher")
FUNDS = ("province", "regency", "village", "palm_oil", "tobacco", "csr", "donor")
KBLI = (None, "47111", "49213", "41011", "01111", "04000", "99000")
WAGES = (None, 0.0, 999_999.5, 1_100_000.0, 1_050_000.49, 5_000_000.0, 10_042_300.0, 40_000_000.0, 1e9, 1e9 + 1)
NPP = ("00000001", "AB345678")
MONEY = (0.0, 0.4, 0.5, 16_800.0, 16_800.0, 100_000.5, 201_600.0, 2_000_000_000.0, 2_000_000_000.5)
SIZES = {"employers": 6, "loans": 8, "regulations": 6, "activities": 8, "targets": 4}


def nations() -> st.SearchStrategy[Nation]:
    """One draw per nation: with several draws, hypothesis copies one into another, and most nations would be similar to an earlier one."""
    return st.binary(min_size=16, max_size=16).map(nation_of)


def nation_of(drawn: bytes) -> Nation:
    """One to four months up to the last; one between may be missing, and payments of a year before may be there.

    The first bytes are sizes, the last four the seed of the rows; zero is small, and hypothesis searches for it.
    """
    seed, size = int.from_bytes(drawn[12:]), dict(zip(BUILDERS, drawn[7:12], strict=True))
    last = LAST_MONTHS[drawn[0] % len(LAST_MONTHS)]
    months = [shift(last, -back) for back in range(drawn[1] % 4, -1, -1)]
    if len(months) > 2 and drawn[2] % 6 == 5:
        del months[-2]
    members = drawn[3] % 19
    lives = {key: _life(_random(seed, "life", key), key, months) for key in range(1, members + 1)}
    people = sorted({held.person_id for life in lives.values() for held in life.values()})
    survey = surveys(_random(seed, "survey", 0), months) if drawn[4] % 6 else {}
    payments = _payments(seed, months, drawn[5] % 10, members)
    found = {}
    for month in months:
        listed: dict[str, Any] = {}
        for what, make in BUILDERS.items():
            most = size[what] % (SIZES[what] + 2) - 1  # -1: not delivered
            number = _random(seed, f"{what} {month}", -1)(most, most, most, most // 2, -1)
            rows = [make(_random(seed, f"{what} {month}", row), month, row, people) for row in range(number)]
            listed[what] = None if number < 0 else _keyed(what, rows)
        memberships = tuple(life[month] for life in lives.values() if month in life)
        found[month] = Delivery(memberships, workforce=survey.get(month), contributions=payments.get(month), **listed)
    earlier = {month: Delivery(contributions=rows) for month, rows in payments.items() if month not in found}
    return Nation(found | earlier)


def _random(seed: int, what: str, number: int) -> Callable[..., Any]:
    """A choice among its arguments, the same for a row whatever else is drawn."""
    chance = Random(f"{seed} {what} {number}")
    return lambda *values: chance.choice(values)


KEYS = {
    "employers": ("employer_id", "employer_division"), "loans": ("contract_key",), "activities": ("activity_id",),
    "regulations": ("region_code", "year", "regulation_kind", "regulation_no", "fund"),
    "targets": ("indicator", "region_code", "segment", "denominator_id", "target_month"),
    "contributions": ("membership_key", "programme", "month_from", "paid_on"),
}  # fmt: skip


def _keyed(what: str, rows: list[Any]) -> tuple[Any, ...]:
    """A key belongs to one row of a month."""
    return tuple({tuple(getattr(row, name) for name in KEYS[what]): row for row in rows}.values())


def _life(one: Callable[..., Any], key: int, months: list[date]) -> dict[date, Membership]:
    """A membership through the months: each month it may be gone, lapse, move, change payer or lose its NIK."""
    held = _membership(one, key, months[-1])
    life = {}
    for month in months:
        what = one(
            *["same"] * 5,
            "gone",
            "moved",
            "moved",
            "unstated",
            "payer",
            "damaged",
            "damaged",
            "corrected",
            "ends",
            "joins",
        )
        if what == "moved":
            held = replace(held, home_region=one(*HOMES), home_basis=one("declared", "declared", "nik"))
        if what == "unstated":
            held = replace(held, home_region=None, home_basis="none")
        if what == "payer":
            held = replace(held, payer=one(*PAYERS), vulnerable_basis=one(*BASES))
        if what == "damaged":
            held = replace(held, person_id=1000 + key, identity="membership")
        if what == "corrected":
            held = replace(held, person_id=one(1, 2, 100 + key), identity="nik")
        if what == "ends":
            held = replace(held, end_date=max(held.start_date, one(month, last_day(month), shift(month, 1))))
        if what == "joins" and held.segment in ("PU", "BPU"):
            held = replace(held, **_segment(one, one("PU", "BPU")))
        if held.segment in ("PU", "BPU"):
            held = replace(held, paid_through=shift(month, one(*[0] * 8, -1, -3, -4, -7, -12, -13, -26, 1, 12)))
        if what != "gone" and held.start_date <= last_day(month):
            life[month] = held
    return life


def _segment(one: Callable[..., Any], segment: str) -> dict[str, Any]:
    """A segment with at least one of its programmes, and an employer where it needs one."""
    programmes = {one(*OFFERED[segment]) for _ in range(one(1, 3, 8))}
    found: dict[str, Any] = {name: name in programmes for name in OFFERED["PU"]}
    return found | {"segment": segment, "employer_id": one(*NPP) if segment == "PU" else one(None, NPP[0])}


def _membership(one: Callable[..., Any], key: int, month: date) -> Membership:
    person = one(*[key + 100] * 4, 1, 2)
    segment = one("PU", "PU", "PU", "BPU", "BPU", "BPU", "JAKON", "PMI")
    began = one(
        date(2020, 1, 1), date(2020, 1, 1), date(2024, 2, 29), month, shift(month, -1), last_day(month), shift(month, -2),
        last_day(shift(month, -1)),
    )  # fmt: skip
    ends = [max(began, day) for day in (began, last_day(month), shift(month, 1), shift(month, 6), shift(month, -1))]
    basis, home = one(("declared", one(*HOMES)), ("declared", "3201"), ("nik", "3273"), ("none", None))
    return Membership(
        key, person, birth_date=one(*BIRTHS), sex=one("M", "F"), **_segment(one, segment),
        employer_division=one(None, "000", "001"), work_region=one(*HOMES), home_basis=basis, home_region=home,
        kbli=one(*KBLI), wage_idr=one(*WAGES), start_date=began,
        end_date=one(*ends, *[shift(month, 9)] * 5) if segment in ("JAKON", "PMI") else one(*[None] * 20, *ends),
        payer=one(*PAYERS), vulnerable_basis=one(*BASES), channel=one(*CHANNELS),
    )  # fmt: skip


def _employer(one: Callable[..., Any], month: date, number: int, people: list[int]) -> Employer:
    return Employer(
        (*NPP, "ZZ000009")[number % 3], ("000", "001")[number // 3], one(*KBLI), one(*HOMES), one(None, 0, 1, 4, 5, 20, 100),
        one(None, 0.0, 2e9, 2e9 + 1, 6e10), one(None, None, 1e9, 6e9, 2e10), one(None, "micro", "small", "medium", "large"),
        one(None, date(2021, 2, 1), date(2021, 2, 2), date(2015, 1, 1)),
        one(*[None] * 5, last_day(month), shift(month, 1), date(2021, 6, 1)), one(None, False, True),
    )  # fmt: skip


def _payments(seed: int, months: list[date], size: int, members: int) -> dict[date, tuple[Payment, ...]]:
    """Payments by delivery: late, for the month, far ahead, for unknown memberships; some are delivered again or corrected."""
    one = _random(seed, "payments", 0)
    earlier = [shift(months[-1], -back) for back in (1, 2, 11, 12, 13, 14) if one(False, True)]
    found: dict[date, dict[Any, Payment]] = {}
    for month in sorted({*earlier, *(month for month in months if one(True, True, True, True, False))}):
        rows = [_payment(_random(seed, f"payment {month}", number), month, members) for number in range(size)]
        found[month] = {_paid(row): row for row in rows}
    for before, after in pairwise(sorted(found)):
        for key, row in found[before].items():
            if one(False, False, True):
                found[after].setdefault(key, one(row, row, replace(row, amount_idr=16_801.0)))
    return {month: tuple(rows.values()) for month, rows in found.items()}


def _paid(row: Payment) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in KEYS["contributions"])


def _payment(one: Callable[..., Any], month: date, members: int) -> Payment:
    following = shift(month, 1)
    paid_on = one(
        following.replace(day=5),
        month.replace(day=15),
        month.replace(day=16),
        *(following.replace(day=d) for d in (15, 17)),
    )
    return Payment(
        one(*range(1, members + 2)), one("jkk", "jkm", "jkk+jkm", "jkk+jkm+jht"), shift(month, one(0, 0, 0, -1, -3, 1, 12)),
        one(1, 1, 2, 3, 12, 12), one(*MONEY), paid_on,
    )  # fmt: skip


def _loan(one: Callable[..., Any], month: date, number: int, people: list[int]) -> Loan:
    return Loan(
        number, one(None, 77, *people, *people), one("mikro", "kecil", "kecil", "khusus"), one(1e8, 1e8 + 1, 4e8),
        one(date(2023, 1, 24), date(2023, 1, 25), last_day(month)), one(*HOMES),
    )  # fmt: skip


def _regulation(one: Callable[..., Any], month: date, number: int, people: list[int]) -> Regulation:
    year = month.year - one(0, 0, 0, 0, 1)
    begins = one(None, None, date(year, 3, 1), last_day(month), shift(month, 1), date(year - 1, 5, 1))
    ends = one(None, None, date(year, 12, 31), last_day(month), shift(month, 1))
    return Regulation(
        one("32", "3201", "3273", "93", "9301"), year, one("perda", "perkada", "other"), f"{one(number, 1)}/{year}",
        one(0.0, 16_800.0, 1e9, 201_600.5, 5e6), one(12, 1, 6, 11), one(*FUNDS),
        one(None, 0, 10, 11), begins, None if begins and ends and ends <= begins else ends,
    )  # fmt: skip


def _activity(one: Callable[..., Any], month: date, number: int, people: list[int]) -> Activity:
    """Numbers of the months before are among them: delivered again, and corrected since."""
    held = one(month, last_day(month), shift(month, -1), last_day(shift(month, -2)), last_day(shift(month, -3)))
    return Activity(
        f"A{one(*range(12))}", held, one(*HOMES), one("PU", "PU", "BPU", "BPU", "PMI"), one("app", "webinar"),
        one(None, 0, 10), one(None, 0.0, 1000.5, 5e6),
    )  # fmt: skip


def _target(one: Callable[..., Any], month: date, number: int, people: list[int]) -> Target:
    denominator = one("employed", "potential", "none")
    segments = {"employed": ("all",), "potential": ("all", "formal", "informal"), "none": ("all", "BPU", "PMI")}[
        denominator
    ]
    return Target(
        "protected_persons" if denominator == "none" else "coverage_ratio", one("ID", "32", "3201"), one(*segments),
        denominator, shift(month, one(-1, 0, 1, 12)), float(one(0, 3, 50, 100)), one(None, "plan"),
    )  # fmt: skip


BUILDERS = {
    "employers": _employer,
    "loans": _loan,
    "regulations": _regulation,
    "activities": _activity,
    "targets": _target,
}
