"""The table `kur_linkage`, computed independently. Source: docs/questions.md (kur_linkage), the fields of the table, list kur_obligations."""

from collections import defaultdict
from datetime import date

from tests.reference.codes import available, in_force, province, ratio
from tests.reference.regional import newest_list
from tests.reference.registers import status
from tests.reference.rows import Loan, Nation, Row, last_day


def is_obliged(loan: Loan, month: date) -> bool:
    """By the rule of the day it was signed, as long as that rule is in force at the end of the month."""
    on_both_days = [
        line
        for line in in_force("kur_obligations", loan.signed_on)
        if line in [*in_force("kur_obligations", last_day(month))]
    ]
    return any(line["scheme"] == loan.scheme and loan.plafond_idr > int(line["above_idr"]) for line in on_both_days)


def kur_linkage(nation: Nation, month: date) -> list[Row] | None:
    found = newest_list(nation, month, "loans")
    if found is None:
        return None
    delivered, listed = found
    rows: dict[tuple[str, str], list[Loan]] = defaultdict(list, {("ID", "all"): []})
    for loan in listed:
        assert isinstance(loan, Loan)
        for region_code in (province(loan.region), "ID"):
            rows[region_code, "all"].append(loan)
            rows[region_code, loan.scheme].append(loan)
    registered = {held.person_id for held in nation.members(month)}
    protected = [held for held in nation.members(month) if status(held, month) == "protected"]
    by_segment = {
        segment: {held.person_id for held in protected if held.segment == segment} for segment in ("PU", "BPU")
    }
    anyhow = {held.person_id for held in protected}
    made = []
    for (region_code, scheme), loans in rows.items():
        debtors = {loan.person_id for loan in loans if loan.person_id is not None}
        obliged = {loan.person_id for loan in loans if loan.person_id is not None and is_obliged(loan, month)}
        unknown = sum(loan.person_id is None for loan in loans)
        met = len(obliged & by_segment["BPU"])
        made.append(available(
            month=month, province_code=region_code, scheme=scheme, delivered_month=delivered, contracts=len(loans),
            contracts_without_nik=unknown, debtors=len(debtors), member_debtors=len(debtors & registered),
            protected_debtors=len(debtors & anyhow), protected_pu_debtors=len(debtors & by_segment["PU"]),
            protected_bpu_debtors=len(debtors & by_segment["BPU"]), obliged_debtors=len(obliged),
            obliged_protected_debtors=len(obliged & anyhow), obliged_bpu_debtors=met,
            owing_bpu_debtors=len(obliged) - met, link_ratio=ratio(len(loans) - unknown, len(loans)),
            protected_ratio=ratio(len(debtors & anyhow), len(debtors)), obligation_ratio=ratio(met, len(obliged)),
        ))  # fmt: skip
    return made
