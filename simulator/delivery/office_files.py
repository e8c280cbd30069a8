"""The files of the offices: enrolments, and the contributions paid for them.

Belongs here: the loop over offices, a file at a time, so that memory holds one office. Does not belong here: rows.
"""

import shutil
from functools import cache

import polars as pl

from schemas.extracts.contributions import CONTRIBUTIONS
from simulator.defects.defect_placement import place_rare
from simulator.defects.defect_schedule import schedule
from simulator.defects.extract_rows import planted, unharmed
from simulator.defects.office_rows import Nation, OfficeRows, rows_of
from simulator.delivery.delivery import Delivery
from simulator.delivery.enrolment_files import write_office
from simulator.delivery.extract_files import write_part
from simulator.months import month_index
from simulator.offices.file_formats import CSV, GZIP
from simulator.offices.offices import Office, offices_of
from simulator.offices.styles import STYLES
from simulator.payments.compliance import Compliance
from simulator.payments.payment_rows import payments
from simulator.payments.repeated_payments import delivered_again, without
from simulator.population.month_plan import plan_month
from simulator.population.row_plan import Plan

_PAYMENTS_A_MEMBERSHIP = 1.0  # about: how many rows of every defect are planted
_LEAN = tuple(style for style in STYLES if not style.personal and not style.quoted)


@cache
def _base(scale: float, seed: int) -> Plan:
    """The month by which the country is divided among the offices, so that an office stays what it is."""
    return plan_month(month_index("2024-12"), scale, seed)


def _offices(delivery: Delivery, plan: Plan) -> list[Office]:
    return offices_of(plan, _base(delivery.scale, delivery.seed))


def office_files(delivery: Delivery, plan: Plan) -> int:
    """How many files the offices will deliver."""
    offices = _offices(delivery, plan)
    again = sum(office.is_repeated for office in offices)
    return ("enrolments" in delivery.extracts) * (len(offices) + again) + ("contributions" in delivery.extracts) * len(
        offices
    )


def write_offices(delivery: Delivery, plan: Plan) -> None:
    """Every office's files, as far as they are wanted; enters the truth about dues."""
    if not delivery.extracts & {"enrolments", "contributions"}:
        return
    offices = _offices(delivery, plan)
    nation = Nation(plan, schedule(offices, plan.rows), delivery.month, delivery.seed)
    place_rare(nation, offices)
    compliance = Compliance(delivery.month)
    before = plan_month(delivery.month - 1, delivery.scale, delivery.seed)
    for office, earlier in zip(offices, _offices(delivery, before), strict=True):
        rows = rows_of(office, nation)
        if "enrolments" in delivery.extracts:
            _write_enrolments(delivery, office, rows, nation)
        if "contributions" in delivery.extracts:
            again = delivered_again(earlier, before, delivery.month - 1, delivery.seed)
            paid = pl.concat([payments(rows.own, delivery.month), again])
            compliance.add_memberships(rows.accepted)
            compliance.add_payments(without(_write_payments(delivery, office, paid, plan.rows), again))
            compliance.add_again(again)
    if "contributions" in delivery.extracts:
        delivery.truth["compliance"] = compliance.as_json()


def _write_enrolments(delivery: Delivery, office: Office, rows: OfficeRows, nation: Nation) -> None:
    name, account = f"enrolments/{office.code}{office.ending}", delivery.account("enrolments")
    written = write_office(delivery.folder / name, office, rows, nation, account)
    account.files += 1
    delivery.done({name: written})
    if office.is_repeated:
        _deliver_again(delivery, office, written)


def _deliver_again(delivery: Delivery, office: Office, rows: int) -> None:
    """The same file under another name: it must count once."""
    folder, account = delivery.folder / "enrolments", delivery.account("enrolments")
    again = f"{office.code}_kirim_ulang{office.ending}"
    shutil.copyfile(folder / f"{office.code}{office.ending}", folder / again)
    account.files += 1
    account.files_repeated += 1
    account.rows_repeated += rows
    delivery.done({f"enrolments/{again}": rows})


def _write_payments(delivery: Delivery, office: Office, paid: pl.DataFrame, memberships: int) -> pl.DataFrame:
    """Write the office's payments; gives those that the pipeline must accept."""
    day = delivery.first_day
    of = round(memberships * _PAYMENTS_A_MEMBERSHIP)
    part = unharmed(paid, CONTRIBUTIONS) if office.number else planted(paid, CONTRIBUTIONS, of, day)
    if part.good.is_empty() and part.harmed.is_empty():  # an office of projects alone: nobody pays by the month
        return part.accepted
    name = f"contributions/{office.code}{GZIP if office.number % 4 == 2 else CSV}"
    style = _LEAN[office.number % len(_LEAN)]
    written = write_part(delivery.folder / name, part, style, day, delivery.account("contributions"))
    delivery.done({name: written})
    return part.accepted
