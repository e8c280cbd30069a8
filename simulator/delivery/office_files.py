"""The files of the offices: enrolments, and the contributions paid for them.

Belongs here: the loop over the offices; memory holds the rows of one office at a time. Not here: the rows.
"""

import shutil
from functools import cache

import polars as pl

from schemas.extracts.contributions import CONTRIBUTIONS
from simulator.defects.defect_placement import move_rare_defects
from simulator.defects.defect_schedule import schedule_defects
from simulator.defects.extract_rows import with_defects, without_defects
from simulator.defects.office_rows import EnrolmentMonth, OfficeRows, office_rows
from simulator.delivery.delivery import Delivery
from simulator.delivery.enrolment_files import write_enrolments
from simulator.delivery.extract_files import write_extract_file
from simulator.months import month_index
from simulator.offices.file_formats import CSV, GZIP
from simulator.offices.offices import Office, plan_offices
from simulator.offices.styles import STYLES
from simulator.payments.compliance import ComplianceTruth
from simulator.payments.payment_rows import payment_rows
from simulator.payments.repeated_payments import repeated_payments, without_repeated
from simulator.population.month_plan import plan_month
from simulator.population.row_plan import RowPlan

_STYLES = tuple(style for style in STYLES if not style.personal and not style.quoted)


@cache
def _base_plan(scale: float, seed: int, *, dormant: bool) -> RowPlan:
    """The plan by which the country is divided among the offices, so that an office stays the same in every month."""
    return plan_month(month_index("2024-12"), scale, seed, dormant=dormant)


def _offices(delivery: Delivery, plan: RowPlan) -> list[Office]:
    return plan_offices(plan, _base_plan(delivery.scale, delivery.seed, dormant=delivery.dormant))


def count_office_files(delivery: Delivery, plan: RowPlan) -> int:
    """The number of files that the offices deliver."""
    offices = _offices(delivery, plan)
    enrolments = len(offices) + sum(office.is_delivered_twice for office in offices)
    counts = {"enrolments": enrolments, "contributions": len(offices)}
    return sum(count for extract, count in counts.items() if extract in delivery.extracts)


def write_office_files(delivery: Delivery, plan: RowPlan) -> None:
    """Write the selected extracts of every office, with the ledger's section on compliance."""
    if not delivery.extracts & {"enrolments", "contributions"}:
        return
    offices = _offices(delivery, plan)
    month = EnrolmentMonth(plan, schedule_defects(offices, plan.rows), delivery.month, delivery.seed)
    move_rare_defects(month, offices)
    truth = ComplianceTruth(delivery.month)
    plan_before = plan_month(delivery.month - 1, delivery.scale, delivery.seed, dormant=delivery.dormant)
    for office, office_before in zip(offices, _offices(delivery, plan_before), strict=True):
        rows = office_rows(office, month)
        if "enrolments" in delivery.extracts:
            _write_enrolments(delivery, office, rows, month)
        if "contributions" in delivery.extracts:
            repeated = repeated_payments(plan_before, office_before.rows, delivery.month - 1, delivery.seed)
            paid = pl.concat([payment_rows(rows.original, delivery.month), repeated])
            accepted = _write_payments(delivery, office, paid, plan.rows)
            truth.add_memberships(rows.accepted)
            truth.add_payments(without_repeated(accepted, repeated))
            truth.add_repeated(repeated)
    if "contributions" in delivery.extracts:
        delivery.truth["compliance"] = truth.as_json()


def _write_enrolments(delivery: Delivery, office: Office, rows: OfficeRows, month: EnrolmentMonth) -> None:
    name, counts = f"enrolments/{office.code}{office.suffix}", delivery.counts_of("enrolments")
    written = write_enrolments(delivery.folder / name, office, rows, month, counts)
    counts.files += 1
    delivery.add_file(name, written)
    if office.is_delivered_twice:  # under another name: the pipeline must count it once
        copy = f"enrolments/{office.code}_kirim_ulang{office.suffix}"
        shutil.copyfile(delivery.folder / name, delivery.folder / copy)
        counts.files += 1
        counts.files_repeated += 1
        counts.rows_repeated += written
        delivery.add_file(copy, written)


def _write_payments(delivery: Delivery, office: Office, paid: pl.DataFrame, memberships: int) -> pl.DataFrame:
    """Write the office's payments; return those that the pipeline must accept. Defects are planted in the first office."""
    if office.number:
        file = without_defects(paid, CONTRIBUTIONS)
    else:
        file = with_defects(paid, CONTRIBUTIONS, memberships, delivery.first_day)
    if file.count:  # an office that has only projects receives no monthly payments, and delivers no file
        name = f"{office.code}{GZIP if office.number % 4 == 2 else CSV}"
        write_extract_file(delivery, name, file, _STYLES[office.number % len(_STYLES)])
    return file.accepted
