"""The rows that the reference counts: accepted rows as they are stored, a month of them, and a nation of months.

Belongs here: what a row holds, and arithmetic with months. Not: any rule, and nothing of the product.
"""

from calendar import monthrange
from dataclasses import MISSING, dataclass, field, fields
from datetime import date
from typing import Any

Row = dict[str, object]


def index(day: date) -> int:
    """The month of a day as one number: year * 12 + month."""
    return day.year * 12 + day.month


def shift(month: date, by: int) -> date:
    """The first day of the month `by` months after (before, where negative)."""
    index = month.year * 12 + month.month - 1 + by
    return date(index // 12, index % 12 + 1, 1)


def last_day(month: date) -> date:
    return date(month.year, month.month, monthrange(month.year, month.month)[1])


class Short:
    """Shows what differs from the default alone: a nation that fails a test is to be read."""

    def __repr__(self) -> str:
        values = ((f, getattr(self, f.name)) for f in fields(self))
        return f"{type(self).__name__}({', '.join(f'{f.name}={value!r}' for f, value in values if f.default is MISSING or value != f.default)})"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))


@dataclass(frozen=True, repr=False)
class Membership(Short):
    membership_key: int
    person_id: int
    segment: str = "PU"
    identity: str = "nik"
    birth_date: date = date(1990, 6, 15)
    sex: str = "M"
    jkk: bool = True
    jkm: bool = True
    jht: bool = False
    jp: bool = False
    jkp: bool = False
    employer_id: str | None = None
    employer_division: str | None = None
    work_region: str = "3171"
    home_region: str | None = "3201"
    home_basis: str = "declared"
    kbli: str | None = None
    wage_idr: float | None = None
    start_date: date = date(2020, 1, 1)
    end_date: date | None = None
    paid_through: date | None = None
    payer: str | None = None
    channel: str | None = None
    vulnerable_basis: str | None = None


@dataclass(frozen=True, repr=False)
class Employer(Short):
    employer_id: str
    employer_division: str = "000"
    kbli: str | None = None
    work_region: str = "3171"
    workers_declared: int | None = None
    annual_sales_idr: float | None = None
    capital_idr: float | None = None
    size_class: str | None = None
    registered_on: date | None = None
    closed_on: date | None = None
    is_kur_debtor: bool | None = None


@dataclass(frozen=True, repr=False)
class SurveyCell(Short):
    survey_wave: date
    region_code: str
    employment_status: str = "4"
    sex: str = "M"
    age_band: str = "25-34"
    sector: str | None = None
    persons: int = 0
    eligible_persons: int | None = None
    vulnerable_persons: int | None = None
    rse: float | None = None


@dataclass(frozen=True, repr=False)
class Payment(Short):
    membership_key: int
    programme: str
    month_from: date
    months: int
    amount_idr: float
    paid_on: date


@dataclass(frozen=True, repr=False)
class Loan(Short):
    contract_key: int
    person_id: int | None
    scheme: str
    plafond_idr: float
    signed_on: date
    region: str = "3201"


@dataclass(frozen=True, repr=False)
class Regulation(Short):
    region_code: str
    year: int
    regulation_kind: str
    regulation_no: str
    budget_idr: float
    months: int
    fund: str
    workers_budgeted: int | None = None
    in_force_from: date | None = None
    in_force_until: date | None = None


@dataclass(frozen=True, repr=False)
class Activity(Short):
    activity_id: str
    held_on: date
    region_code: str
    segment: str
    channel: str
    reach_persons: int | None = None
    cost_idr: float | None = None


@dataclass(frozen=True, repr=False)
class Target(Short):
    indicator: str
    region_code: str
    segment: str
    denominator_id: str
    target_month: date
    value: float
    source: str | None = None


@dataclass(frozen=True, repr=False)
class Delivery(Short):
    """The accepted rows of one month; None: that extract was not delivered. Without memberships the month was not run."""

    memberships: tuple[Membership, ...] | None = None
    employers: tuple[Employer, ...] | None = None
    workforce: tuple[SurveyCell, ...] | None = None
    contributions: tuple[Payment, ...] | None = None
    loans: tuple[Loan, ...] | None = None
    regulations: tuple[Regulation, ...] | None = None
    activities: tuple[Activity, ...] | None = None
    targets: tuple[Target, ...] | None = None


@dataclass(frozen=True)
class Nation:
    """Deliveries by the first day of their month."""

    months: dict[date, Delivery] = field(default_factory=dict)

    def of(self, month: date) -> Delivery:
        return self.months.get(month, Delivery())

    def members(self, month: date) -> tuple[Membership, ...]:
        return self.of(month).memberships or ()

    @property
    def run(self) -> list[date]:
        """The months that were run, in order."""
        return sorted(month for month, delivery in self.months.items() if delivery.memberships is not None)
