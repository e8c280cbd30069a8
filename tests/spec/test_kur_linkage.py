"""Debtors of people's business credit and their protection, on contracts few enough to name."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from summaries import build, figures, given, given_persons, warehouse
from tables import written

from assets.coverage.kur import KUR
from assets.coverage.summary import build_summary
from assets.warehouse import Warehouse
from schemas.registers import LOANS, MEMBERSHIPS, PERSONS

NATION = {"province_code": "ID", "scheme": "all"}
USUAL_LOAN = {"scheme": "kecil", "plafond_idr": 200e6, "signed_on": date(2024, 3, 1), "region": "3201"}
USUAL_MEMBERSHIP = {
    "identity": "nik", "segment": "BPU", "jkk": True, "jkm": True, "birth_date": date(1990, 6, 15), "sex": "M",
    "home_region": "3201", "start_date": date(2020, 1, 1), "paid_through": date(2024, 12, 1),
}  # fmt: skip
NOBODY = "person_id | segment"


def held(root: Path, loans: str, memberships: str = NOBODY, loans_month: str = "2024-12", **loan: object) -> Warehouse:
    """A warehouse with these contracts; unless drawn, for 200 million of the scheme kecil, and BPU paid this month."""
    store = warehouse(root)
    given(store, LOANS, loans, loans_month, **(USUAL_LOAN | loan))
    given(store, MEMBERSHIPS, memberships, **USUAL_MEMBERSHIP)
    given_persons(store, NOBODY)
    return store


def linkage(root: Path, loans: str, memberships: str = NOBODY, **loan: object) -> pl.DataFrame:
    return build(held(root, loans, memberships, **loan), KUR)


# --- debtors are not contracts -------------------------------------------------------------------------------------

CONTRACTS = """
    contract_key | person_id | scheme | region
    1            | 1         | mikro  | 3201
    2            | 1         | mikro  | 3202
    3            | 1         | kecil  | 3171
    4            | 2         | mikro  | 3201
    5            |           | mikro  | 3201
"""


def test_a_debtor_with_several_contracts_counts_once_in_each_row(tmp_path):
    found = linkage(tmp_path, CONTRACTS)
    columns = ("province_code", "scheme", "contracts", "contracts_without_nik", "debtors")
    assert figures(found, *columns, availability="available") == [
        "31 | all | 1 | 0 | 1",
        "31 | kecil | 1 | 0 | 1",
        "32 | all | 4 | 1 | 2",
        "32 | mikro | 4 | 1 | 2",
        "ID | all | 5 | 1 | 2",
        "ID | kecil | 1 | 0 | 1",
        "ID | mikro | 4 | 1 | 2",
    ]


def test_contracts_without_a_nik_have_no_debtor_and_are_counted(tmp_path):
    found = linkage(tmp_path, CONTRACTS)
    assert figures(found, "link_ratio", **NATION) == ["0.8"]
    alone = linkage(tmp_path / "alone", "contract_key | person_id\n1 |\n2 |")
    columns = ("contracts", "contracts_without_nik", "debtors", "link_ratio", "protected_ratio", "obligation_ratio")
    assert figures(alone, *columns, **NATION) == ["2 | 2 | 0 | 0.0 |  |"]


def test_a_contract_without_a_region_is_of_province_00(tmp_path):
    found = linkage(tmp_path, "contract_key | person_id | region\n1 | 1 |", region=None)
    assert figures(found, "province_code", "debtors", scheme="all") == ["00 | 1", "ID | 1"]


# --- who of them is protected --------------------------------------------------------------------------------------

FIVE_DEBTORS = "contract_key | person_id\n1 | 1\n2 | 2\n3 | 3\n4 | 4\n5 | 5"
THEIR_MEMBERSHIPS = """
    membership_key | person_id | segment | paid_through
    11             | 1         | PU      | 2024-12
    12             | 2         | BPU     | 2024-12
    13             | 3         | PU      | 2024-12
    14             | 3         | BPU     | 2024-12
    15             | 4         | BPU     | 2024-11
    16             | 6         | BPU     | 2024-12
"""


def test_debtors_are_linked_by_person_and_by_every_protected_membership(tmp_path):
    """1 PU, 2 BPU, 3 both, 4 in grace, 5 not a member; 6 is a member without credit."""
    found = linkage(tmp_path, FIVE_DEBTORS, THEIR_MEMBERSHIPS)
    columns = ("debtors", "member_debtors", "protected_debtors", "protected_pu_debtors", "protected_bpu_debtors")
    assert figures(found, *columns, **NATION) == ["5 | 4 | 3 | 2 | 2"]
    assert figures(found, "protected_ratio", **NATION) == ["0.6"]


def test_an_obliged_wage_earner_is_protected_and_still_owes_a_bpu_membership(tmp_path):
    """Owing: 1 (PU alone), 4 (in grace), 5 (no member)."""
    found = linkage(tmp_path, FIVE_DEBTORS, THEIR_MEMBERSHIPS)
    columns = ("obliged_debtors", "obliged_protected_debtors", "obliged_bpu_debtors", "owing_bpu_debtors")
    assert figures(found, *columns, "obligation_ratio", **NATION) == ["5 | 3 | 2 | 3 | 0.4"]


@pytest.mark.parametrize(
    ("segment", "paid", "ended", "protected"),
    [
        ("PU", "2024-09", "", 1),  # three months of the employer's arrears
        ("PU", "2024-08", "", 0),
        ("BPU", "2024-11", "", 0),  # protection ends with the paid period
        ("JAKON", "", "2025-06-30", 1),
        ("JAKON", "", "2024-12-31", 0),
        ("PMI", "", "2025-06-30", 1),
        ("BPU", "2024-12", "2024-12-15", 0),
    ],
)
def test_protected_follows_the_rule_of_the_segment(tmp_path, segment, paid, ended, protected):
    drawn = f"membership_key | person_id | segment | paid_through | end_date\n9 | 1 | {segment} | {paid} | {ended}"
    found = linkage(tmp_path, "contract_key | person_id\n1 | 1", drawn)
    assert figures(found, "member_debtors", "protected_debtors", **NATION) == [f"1 | {protected}"]


# --- who is obliged ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scheme", "plafond", "signed", "obliged"),
    [
        ("kecil", "100000001", "2024-03-01", 1),
        ("kecil", "100000000", "2024-03-01", 0),  # above, not at, 100 million
        ("khusus", "300000000", "2024-03-01", 1),
        ("mikro", "300000000", "2024-03-01", 0),
        ("super_mikro", "300000000", "2024-03-01", 0),
        ("pmi", "300000000", "2024-03-01", 0),
        ("kecil", "300000000", "2023-01-25", 1),  # the first day of the rule
        ("kecil", "300000000", "2023-01-24", 0),
    ],
)
def test_scheme_amount_and_day_of_the_contract_oblige(tmp_path, scheme, plafond, signed, obliged):
    drawn = f"contract_key | person_id | scheme | plafond_idr | signed_on\n1 | 1 | {scheme} | {plafond} | {signed}"
    found = linkage(tmp_path, drawn)
    assert figures(found, "debtors", "obliged_debtors", "owing_bpu_debtors", **NATION) == [f"1 | {obliged} | {obliged}"]


def test_one_obliging_contract_obliges_in_the_rows_that_hold_it(tmp_path):
    found = linkage(tmp_path, CONTRACTS)
    assert figures(found, "province_code", "scheme", "obliged_debtors", availability="available") == [
        "31 | all | 1",
        "31 | kecil | 1",
        "32 | all | 0",
        "32 | mikro | 0",
        "ID | all | 1",
        "ID | kecil | 1",
        "ID | mikro | 0",
    ]


def test_no_rule_of_a_later_day_obliges(tmp_path):
    """In a month before the rule no debtor is obliged, not even by a contract dated on its first day."""
    store = warehouse(tmp_path)
    given(store, LOANS, "contract_key | person_id\n1 | 1", "2022-12", **(USUAL_LOAN | {"signed_on": date(2023, 1, 25)}))
    for table in (MEMBERSHIPS, PERSONS):
        given(store, table, NOBODY, "2022-12")
    assert figures(build(store, KUR, "2022-12"), "debtors", "obliged_debtors", **NATION) == ["1 | 0"]


# --- what was delivered --------------------------------------------------------------------------------------------


def test_the_newest_list_up_to_the_month_is_used_and_its_month_is_given(tmp_path):
    store = held(tmp_path, "contract_key | person_id\n1 | 1\n2 | 2", loans_month="2024-10")
    given(store, LOANS, "contract_key | person_id\n1 | 1", "2024-08", **USUAL_LOAN)
    given(store, LOANS, "contract_key | person_id\n1 | 1", "2025-01", **USUAL_LOAN)
    assert figures(build(store, KUR), "month", "delivered_month", "debtors", **NATION) == [
        "2024-12-01 | 2024-10-01 | 2"
    ]


def test_a_list_without_a_contract_is_a_row_of_zeros(tmp_path):
    found = linkage(tmp_path, "contract_key | person_id")
    columns = ("province_code", "scheme", "contracts", "debtors", "link_ratio")
    assert figures(found, *columns, availability="available") == ["ID | all | 0 | 0 |"]


def test_without_a_list_the_table_gives_the_reason(tmp_path):
    store = warehouse(tmp_path)
    given(store, MEMBERSHIPS, NOBODY)
    given_persons(store, NOBODY)
    reason = build_summary(store, "2024-12", KUR).reason
    assert reason.startswith("no kur_debtors was delivered for 2024-12")
    row = pl.read_parquet(store.files("kur_linkage", "2024-12"))
    kept = row.select("province_code", "scheme", "debtors", "availability", "reason")
    assert written(kept) == [f"ID | all |  | not_available | {reason}"]


def test_a_refused_list_differs_from_a_missing_one(tmp_path):
    store = warehouse(tmp_path)
    given(store, MEMBERSHIPS, NOBODY)
    given_persons(store, NOBODY)
    assert build_summary(store, "2024-12", KUR).reason.startswith("no kur_debtors was delivered for 2024-12")
    refused = {"name": "kur_debtors/bank.csv", "rejected": "columns", "message": "it has no plafond_idr", "repeats": ""}
    with store.candidate(LOANS.name, "2024-12") as candidate:
        store.promote(LOANS.name, "2024-12", candidate, {"fingerprint": "refused", "report": {"files": [refused]}})
    message = build_summary(store, "2024-12", KUR)
    reported = "kur_debtors of 2024-12 was delivered and refused: kur_debtors/bank.csv: it has no plafond_idr; "
    assert (message.reused, message.reason) == (False, reported + "correct it and run the month again")
