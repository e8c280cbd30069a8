"""Dues, payments and punctuality: drawn memberships and payments of December 2024.

A wage of 5,000,000 IDR in trade (class 1) owes JKK 12,000 and JKM 15,000; JHT 285,000 and JP 150,000 more. The lowest
income band of own-account workers owes 10,000 and 6,800, the two together 16,800.
"""

from datetime import date

import polars as pl
import pytest
from summaries import MONTH, build, figures, given, warehouse
from tables import stored

from assets.coverage.compliance import COMPLIANCE_SUMMARY, due_on, parts_add_up
from assets.registers.prepayments import build_prepayments
from assets.warehouse import Warehouse
from schemas.extracts.catalogue import stored_table
from schemas.extracts.contributions import CONTRIBUTIONS
from schemas.extracts.employers import EMPLOYERS
from schemas.months import previous
from schemas.registers import MEMBERSHIPS, PAYMENTS, PREPAYMENTS

NOBODY = "membership_key\n"
NOTHING = "membership_key | months\n"


def held(there: Warehouse, text: str, month: str = MONTH) -> None:
    """Memberships: as drawn, else of a wage earner in Jakarta's trade with JKK and JKM, paid through the month."""
    usual = {
        "segment": "PU", "jkk": True, "jkm": True, "jht": False, "jp": False, "jkp": False, "work_region": "3171",
        "kbli": "47111", "employer_id": "A0000001", "employer_division": "000", "start_date": date(2020, 1, 1),
    }  # fmt: skip
    drawn = "paid_through" in text
    given(
        there,
        MEMBERSHIPS,
        text,
        month,
        **(usual | ({} if drawn else {"paid_through": date.fromisoformat(f"{month}-01")})),
    )


def paid(there: Warehouse, text: str, month: str = MONTH, until: date | None = None) -> None:
    """Payments delivered in the month: as drawn, else for JKK and JKM of that one month, on its tenth.

    Somebody who owes nothing here pays on the day `until`, the last day that the delivery shows: the due day of employers.
    """
    first = date.fromisoformat(f"{month}-01")
    usual = {"programme": "jkk+jkm", "months": 1, "paid_on": first.replace(day=10), "month": first, "month_from": first}
    stranger = usual | {"paid_on": until or due_on(month, following=True)}
    rows = [stored(PAYMENTS, text, **usual), stored(PAYMENTS, "membership_key | amount_idr\n999 | 1", **stranger)]
    with there.candidate(PAYMENTS.name, month) as candidate:
        pl.concat(rows).write_parquet(candidate / "part-00000.parquet")
        there.promote(PAYMENTS.name, month, candidate, {"fingerprint": f"{PAYMENTS.name}-{month}"})


def registered(there: Warehouse, text: str) -> None:
    given(there, stored_table(EMPLOYERS), text, employer_division="000")


def result(root, memberships: str, payments: str = NOTHING, month: str = MONTH, employers: str = "") -> pl.DataFrame:
    """The table of these memberships and payments."""
    there = warehouse(root)
    held(there, memberships, month)
    paid(there, payments, month)
    if employers:
        registered(there, employers)
    return build(there, COMPLIANCE_SUMMARY, month)


def nation(frame: pl.DataFrame, *columns: str, segment: str = "all") -> tuple[object, ...]:
    """Columns of the nation's row, of every size."""
    return frame.filter(province_code="ID", segment=segment, size_class="all").select(columns).row(0)


def due(root, columns: str, cells: str, month: str = MONTH) -> int:
    """The amount one membership owes."""
    frame = result(root, f"membership_key | {columns}\n1 | {cells}", month=month)
    return int(str(nation(frame, "due_idr")[0]))


# --- who owes the month --------------------------------------------------------------------------------------------

WHO = """
    membership_key | segment | paid_through | end_date
    1              | PU      | 2024-12      |
    2              | PU      | 2024-09      |
    3              | PU      | 2024-08      |
    4              | PU      | 2024-12      | 2024-12-31
    5              | PU      | 2024-12      | 2025-01-01
    6              | BPU     | 2024-12      |
    7              | BPU     | 2024-09      |
    8              | BPU     | 2024-08      |
    9              | JAKON   |              | 2026-01-01
    10             | PMI     |              | 2026-01-01
"""


def test_who_is_protected_or_in_grace_owes_the_month_and_projects_and_migrants_never_do(tmp_path):
    """Members three months behind still owe; members who ended by the end of the month do not."""
    frame = result(tmp_path, WHO)
    columns = ("segment", "due_memberships", "paid_memberships", "arrears_memberships", "arrears_months")
    assert figures(frame, *columns, province_code="ID", size_class="all") == [
        "BPU | 2 | 1 | 1 | 3",
        "PU | 3 | 2 | 1 | 3",
        "all | 5 | 3 | 2 | 6",
    ]


def test_paid_through_is_the_schemes_own_account_and_months_ahead_are_no_negative_arrears(tmp_path):
    frame = result(tmp_path, "membership_key | paid_through\n1 | 2025-11\n2 | 2024-12\n3 | 2024-11\n4 | 2024-10")
    columns = ("paid_memberships", "arrears_memberships", "arrears_months", "density_ratio", "in_time_memberships")
    assert nation(frame, *columns) == (2, 2, 3, 0.5, 0)


def test_a_month_without_anybody_who_owes_it_has_no_row(tmp_path):
    assert result(tmp_path, "membership_key | segment | end_date\n1 | PMI | 2026-01-01").height == 0


# --- what wage earners owe -----------------------------------------------------------------------------------------

WAGES = [
    ("jkk | jkm | jht | jp", "yes | yes | no | no", 12_000 + 15_000),
    ("jkk | jkm | jht | jp", "yes | yes | yes | no", 27_000 + 285_000),
    ("jkk | jkm | jht | jp", "yes | yes | yes | yes", 312_000 + 150_000),
    ("jkk | jkm | jht | jkp", "yes | yes | yes | yes", 312_000),
    ("jkk | jkm", "no | no", 0),
]


@pytest.mark.parametrize(("columns", "cells", "amount"), WAGES)
def test_every_programme_held_is_owed_by_its_share_and_job_loss_is_never_billed(tmp_path, columns, cells, amount):
    assert due(tmp_path, f"wage_idr | {columns}", f"5000000 | {cells}") == amount


def test_the_pension_ends_at_the_ceiling_and_old_age_savings_do_not(tmp_path):
    """20 million in December 2024: 3 % of 10,042,300 is 301,269; 5.7 % of all is 1,140,000; 0.54 % is 108,000."""
    assert due(tmp_path, "wage_idr | jht | jp", "20000000 | yes | yes") == 108_000 + 1_140_000 + 301_269


CEILINGS = [("2024-02", 286_788), ("2024-03", 301_269), ("2025-02", 301_269), ("2025-03", 316_422)]


@pytest.mark.parametrize(("month", "pension"), CEILINGS)
def test_the_ceiling_is_that_of_the_first_day_of_the_month(tmp_path, month, pension):
    assert due(tmp_path, "wage_idr | jkk | jkm | jp", "20000000 | no | no | yes", month) == pension


ACTIVITIES = [("47111", 12_000), ("10710", 44_500), ("41011", 87_000), ("", 12_000), ("04111", 12_000)]


@pytest.mark.parametrize(("kbli", "injury"), ACTIVITIES)
def test_work_injury_is_by_the_class_of_the_activity_and_of_class_1_where_nothing_is_known(tmp_path, kbli, injury):
    assert due(tmp_path, "wage_idr | kbli", f"5000000 | {kbli}") - 15_000 == injury


def test_where_the_membership_shows_no_activity_its_employers_counts(tmp_path):
    held_ = """
        membership_key | wage_idr | kbli  | employer_id | employer_division
        1              | 5000000  |       | B0000002    |
        2              | 5000000  | 47111 | B0000002    | 000
        3              | 5000000  |       | C0000003    | 000
    """
    frame = result(tmp_path, held_, employers="employer_id | kbli\nB0000002 | 41011\nC0000003 |")
    assert nation(frame, "due_idr") == (87_000 + 12_000 + 12_000 + 3 * 15_000,)


ROUNDED = [(100, "jkm", 0), (167, "jkm", 1), (500, "jkm", 2), (166, "jkm", 0), (4_210_521, "jkk", 10_105)]


@pytest.mark.parametrize(("wage", "programme", "amount"), ROUNDED)
def test_every_programme_is_rounded_half_up_by_itself(tmp_path, wage, programme, amount):
    """0.3 % of 100 is 0.3, of 166 0.498, of 167 0.501, of 500 1.5; 0.24 % of 4,210,521 is 10,105.2504."""
    other = {"jkm": "jkk", "jkk": "jkm"}[programme]
    assert due(tmp_path, f"wage_idr | {other}", f"{wage} | no") == amount


def test_programmes_are_not_rounded_together(tmp_path):
    """0.24 % and 0.3 % of 190 are 0.456 and 0.57: nothing and 1 IDR, not the 1.026 of both."""
    assert due(tmp_path, "wage_idr", "190") == 1
    assert due(tmp_path / "both", "wage_idr", "250") == 1 + 1  # 0.6 and 0.75 are 1 each; 1.35 together were 1


def test_a_wage_is_rounded_to_whole_rupiah_first(tmp_path):
    """166.5 counts as 167."""
    assert due(tmp_path, "wage_idr | jkk", "166.5 | no") == 1


def test_without_a_plausible_wage_a_wage_earner_owes_nothing_that_can_be_computed(tmp_path):
    wages = "membership_key | wage_idr | jht\n1 |  | yes\n2 | 1000000001 | yes\n3 | 1000000000 | no\n4 | 0 | no"
    frame = result(tmp_path, wages)
    assert nation(frame, "due_memberships", "unwaged_memberships", "due_idr") == (4, 2, 5_400_000)


# --- what own-account workers owe ----------------------------------------------------------------------------------

INCOMES = [
    ("", "no", 16_800), ("", "yes", 36_800), ("0", "no", 16_800), ("1099999", "no", 16_800), ("1100000", "no", 18_800),
    ("2700000", "yes", 29_500 + 6_800 + 59_000), ("20199999", "no", 206_300), ("20200000", "no", 213_800),
    ("999000000", "no", 213_800), ("1000000001", "no", 16_800),
]  # fmt: skip


@pytest.mark.parametrize(("income", "savings", "amount"), INCOMES)
def test_own_account_workers_owe_by_the_band_of_their_income_and_the_lowest_without_one(
    tmp_path, income, savings, amount
):
    assert due(tmp_path, "segment | wage_idr | jht", f"BPU | {income} | {savings}") == amount


RELIEFS = [("2026-03", "47111", 16_800), ("2026-04", "47111", 8_400), ("2026-01", "49431", 8_400), ("2026-03", "", 16_800),
           ("2027-01", "47111", 16_800), ("2020-08", "47111", 168)]  # fmt: skip


@pytest.mark.parametrize(("month", "kbli", "amount"), RELIEFS)
def test_reliefs_of_the_month_and_activity_lower_what_is_owed(tmp_path, month, kbli, amount):
    assert due(tmp_path, "segment | kbli", f"BPU | {kbli}", month) == amount


PAYERS = [("self", 8_400), ("group", 8_400), ("donor", 8_400), ("", 8_400), ("regional_government", 16_800),
          ("village_fund", 16_800)]  # fmt: skip


@pytest.mark.parametrize(("payer", "amount"), PAYERS)
def test_the_relief_of_2026_is_not_for_members_paid_by_a_public_budget(tmp_path, payer, amount):
    """PP 50/2025 article 3: not where JKK and JKM are paid from APBN or APBD; village budgets are treated in the same way."""
    assert due(tmp_path, "segment | payer | kbli", f"BPU | {payer} | 47111", "2026-06") == amount
    assert due(tmp_path / "transport", "segment | payer | kbli", f"BPU | {payer} | 49431", "2026-02") == amount


def test_no_relief_of_today_touches_wage_earners_or_old_age_savings(tmp_path):
    assert due(tmp_path, "wage_idr", "5000000", "2026-06") == 27_000
    assert due(tmp_path / "savings", "segment | jht", "BPU | yes", "2026-06") == 8_400 + 20_000


def test_unwaged_own_account_workers_are_counted_too(tmp_path):
    frame = result(tmp_path, "membership_key | segment | wage_idr\n1 | BPU |\n2 | BPU | 1500000")
    assert nation(frame, "unwaged_memberships", segment="BPU") == (1,)


# --- what was paid -------------------------------------------------------------------------------------------------

ONE = "membership_key | segment\n1 | BPU"


def test_a_payment_for_several_months_is_spread_and_the_remainder_falls_to_the_first(tmp_path):
    """50,000 for three months: 16,666 each, 16,668 for the first."""
    there = warehouse(tmp_path)
    held(there, ONE)
    paid(there, "membership_key | month_from | months | amount_idr\n1 | 2024-12 | 3 | 50000")
    assert nation(build(there, COMPLIANCE_SUMMARY), "paid_idr", "due_idr", "underpaid_memberships") == (
        16_668,
        16_800,
        1,
    )
    build_prepayments(there, MONTH)
    held(there, ONE, "2025-01")
    paid(there, NOTHING, "2025-01")
    assert nation(build(there, COMPLIANCE_SUMMARY, "2025-01"), "paid_idr", "history_months") == (16_666, 2)


def test_all_of_a_prepayment_is_counted_once_over_its_months_and_nothing_after(tmp_path):
    """201,601 for twelve months from December 2024: 16,801 in the first month, 16,800 in eleven, 201,601 in all."""
    there = warehouse(tmp_path)
    received = []
    for ahead in range(14):
        month = previous(MONTH, -ahead)
        held(there, ONE, month)
        paid(there, "membership_key | months | amount_idr\n1 | 12 | 201601" if ahead == 0 else NOTHING, month)
        received.append(nation(build(there, COMPLIANCE_SUMMARY, month), "paid_idr")[0])
        build_prepayments(there, month)
    assert received == [16_801, *[16_800] * 11, 0, 0]


AHEAD = [
    # paid on 5 January for the year that begins: delivered with December already, for its last month too
    ("2023-12", "2024-01-05", "2024-01", 12, 16_800),
    # the last day and the last month that the rule prepaid_at_most_a_year lets through
    ("2023-11", "2023-12-31", "2024-01", 12, 16_800),
    ("2023-11", "2023-12-31", "2024-12", 1, 201_600),
    ("2024-11", "2024-12-10", "2024-12", 1, 201_600),
    ("2023-11", "2023-12-31", "2023-12", 12, 0),
]


@pytest.mark.parametrize(("delivered", "paid_on", "first", "months", "share"), AHEAD)
def test_a_payment_that_came_with_the_month_before_its_day_counts_to_its_last_month(
    tmp_path, delivered, paid_on, first, months, share
):
    there = warehouse(tmp_path)
    header = "membership_key | month_from | months | amount_idr | paid_on"
    paid(there, f"{header}\n1 | {first} | {months} | 201600 | {paid_on}", delivered)
    build_prepayments(there, delivered)
    held(there, ONE)
    paid(there, NOTHING)
    assert nation(build(there, COMPLIANCE_SUMMARY), "paid_idr") == (share,)


def test_the_months_read_are_those_that_the_rule_of_prepayments_can_reach():
    """A payment of the last day that a delivery shows, for the last month that the rule lets through."""
    rules = {rule.name: rule for rule in CONTRIBUTIONS.rules}
    rows = [
        {"month": date(2024, 1, 1), "paid_on": date(2024, 2, 29), "month_from": date(2025, 1 + ahead, 1), "months": 1}
        for ahead in (1, 2)
    ]
    frame = pl.DataFrame(rows, schema_overrides={"months": pl.Int64})
    held_ = frame.select(rules["prepaid_at_most_a_year"].holds.alias("a"), rules["paid_by_delivery"].holds.alias("b"))
    assert held_.rows() == [(True, True), (False, True)]
    read = {read.name: read for read in COMPLIANCE_SUMMARY.inputs}["prepayments"]
    assert "2024-01" in read.select_months(["2024-01"], "2025-02")
    assert "2024-01" not in read.select_months(["2024-01"], "2025-03")


TWICE = """
    what                                    | first delivery                                 | second delivery                                | paid
    the same in everything                  | 1 | jkk+jkm | 2024-10 | 3 | 50400 | 2024-11-20 | 1 | jkk+jkm | 2024-10 | 3 | 50400 | 2024-11-20 | 16800
    another day                             | 1 | jkk+jkm | 2024-10 | 3 | 50400 | 2024-11-20 | 1 | jkk+jkm | 2024-10 | 3 | 50400 | 2024-11-21 | 33600
    another amount                          | 1 | jkk+jkm | 2024-10 | 3 | 50400 | 2024-11-20 | 1 | jkk+jkm | 2024-10 | 3 | 60000 | 2024-11-20 | 36800
    another programme                       | 1 | jkk+jkm | 2024-10 | 3 | 50400 | 2024-11-20 | 1 | jht     | 2024-10 | 3 | 50400 | 2024-11-20 | 33600
    another member                          | 1 | jkk+jkm | 2024-10 | 3 | 50400 | 2024-11-20 | 2 | jkk+jkm | 2024-10 | 3 | 50400 | 2024-11-20 | 33600
    another first month                     | 1 | jkk+jkm | 2024-10 | 3 | 50400 | 2024-11-20 | 1 | jkk+jkm | 2024-11 | 3 | 50400 | 2024-11-20 | 33600
"""
PAYMENT = "membership_key | programme | month_from | months | amount_idr | paid_on\n"


@pytest.mark.parametrize("row", TWICE.strip().splitlines()[1:])
def test_a_payment_in_two_deliveries_counts_once_where_it_is_the_same_in_everything(tmp_path, row):
    cells = [cell.strip() for cell in row.split("|")]
    first, second, amount = " | ".join(cells[1:7]), " | ".join(cells[7:13]), int(cells[13])
    there = warehouse(tmp_path)
    paid(there, PAYMENT + first, "2024-11")
    build_prepayments(there, "2024-11")
    held(there, "membership_key | segment\n1 | BPU\n2 | BPU")
    paid(there, PAYMENT + second)
    assert nation(build(there, COMPLIANCE_SUMMARY), "paid_idr") == (amount,)


def test_a_prepayment_in_three_deliveries_counts_once(tmp_path):
    there = warehouse(tmp_path)
    for month in ("2024-09", "2024-10", MONTH):
        paid(there, f"{PAYMENT}1 | jkk+jkm | 2024-09 | 12 | 201600 | 2024-09-05", month)
        build_prepayments(there, month)
    held(there, ONE)
    frame = build(there, COMPLIANCE_SUMMARY)
    assert nation(frame, "paid_idr", "late_idr") == (16_800, 0)


def test_late_money_that_the_previous_month_counted_is_not_counted_again(tmp_path):
    """Wage earners' money of November, paid by 15 December, is in the delivery of November and may be in December's too."""
    there = warehouse(tmp_path)
    paid(there, f"{PAYMENT}1 | jkk+jkm | 2024-11 | 1 | 27000 | 2024-12-10", "2024-11")
    held(there, "membership_key\n1\n2")
    both = "1 | jkk+jkm | 2024-11 | 1 | 27000 | 2024-12-10\n2 | jkk+jkm | 2024-11 | 1 | 26000 | 2024-12-28"
    paid(there, PAYMENT + both)
    assert nation(build(there, COMPLIANCE_SUMMARY), "late_idr") == (26_000,)


def test_two_payments_of_one_delivery_are_two(tmp_path):
    both = "1 | jkk+jkm | 2024-12 | 1 | 16800 | 2024-12-10\n1 | jkk+jkm | 2024-12 | 1 | 16800 | 2024-12-11"
    frame = result(tmp_path, ONE, PAYMENT + both)
    assert nation(frame, "paid_idr") == (33_600,)


def test_money_of_wage_earners_without_a_wage_is_compared_with_nothing(tmp_path):
    """Their dues are unknown: 27,000 of 27,000 due were paid, not 54,000."""
    held_ = "membership_key | segment | wage_idr\n1 | PU | 5000000\n2 | PU |\n3 | BPU |"
    frame = result(tmp_path, held_, "membership_key | amount_idr\n1 | 27000\n2 | 27000\n3 | 16800")
    assert nation(frame, "due_idr", "paid_idr", "paid_ratio", segment="PU") == (27_000, 27_000, 1.0)
    assert nation(frame, "due_idr", "paid_idr", "in_time_memberships", "paid_ratio") == (43_800, 43_800, 3, 1.0)


def test_history_is_the_deliveries_of_fourteen_months_and_a_month_without_one_is_not_counted(tmp_path):
    there = warehouse(tmp_path)
    for behind in range(15, 0, -1):
        month = previous(MONTH, behind)
        if behind != 5:
            paid(there, NOTHING, month)
        build_prepayments(there, month)
    held(there, ONE)
    paid(there, NOTHING)
    assert nation(build(there, COMPLIANCE_SUMMARY), "history_months") == (13,)


def test_payments_of_several_programmes_of_a_membership_are_one_membership(tmp_path):
    """312,000 + 150,000 due; a payment for a later month does not count for this one."""
    payments = """
        membership_key | programme | month_from | amount_idr
        1              | jkk+jkm   | 2024-12    | 27000
        1              | jht       | 2024-12    | 285000
        1              | jp        | 2024-12    | 150000
        1              | jp        | 2025-01    | 150000
        2              | jkk+jkm   | 2024-12    | 27000
        2              | jht       | 2024-12    | 284999
        2              | jp        | 2024-12    | 150000
    """
    frame = result(
        tmp_path, "membership_key | wage_idr | jht | jp\n1 | 5000000 | yes | yes\n2 | 5000000 | yes | yes", payments
    )
    columns = ("due_idr", "paid_idr", "in_time_memberships", "underpaid_memberships", "in_time_ratio")
    assert nation(frame, *columns) == (924_000, 923_999, 2, 1, 1.0)
    assert nation(frame, "paid_ratio") == (923_999 / 924_000,)


def test_nobody_who_paid_nothing_is_underpaid_and_overpaying_makes_good_for_no_other(tmp_path):
    frame = result(tmp_path, "membership_key | segment\n1 | BPU\n2 | BPU\n3 | BPU",
                   "membership_key | amount_idr\n1 | 16799\n2 | 99999")  # fmt: skip
    assert nation(frame, "underpaid_memberships", "paid_idr") == (1, 116_798)


def test_money_of_members_who_do_not_owe_the_month_is_not_counted(tmp_path):
    held_ = "membership_key | segment | paid_through\n1 | BPU | 2024-12\n2 | BPU | 2024-08"
    frame = result(tmp_path, held_, "membership_key | amount_idr\n1 | 16800\n2 | 16800\n77 | 16800")
    assert nation(frame, "due_memberships", "paid_idr", "in_time_memberships") == (1, 16_800, 1)


SLIPS = "membership_key | amount_idr\n1 | 0\n2 | 2000000001\n3 | 2000000000"


def test_a_payment_of_zero_and_one_that_no_wage_explains_have_no_effect(tmp_path):
    frame = result(tmp_path, "membership_key | segment\n1 | BPU\n2 | BPU\n3 | BPU", SLIPS)
    assert nation(frame, "paid_idr", "in_time_memberships", "underpaid_memberships") == (2_000_000_000, 1, 0)


def test_arrears_paid_now_are_late_money_and_no_money_of_this_month(tmp_path):
    """50,000 for October to December: 16,668 and 16,666 are late, 16,666 is for December; 16,800 for November are late too."""
    payments = """
        membership_key | month_from | months | amount_idr
        1              | 2024-10    | 3      | 50000
        2              | 2024-11    | 1      | 16800
    """
    frame = result(tmp_path, "membership_key | segment\n1 | BPU\n2 | BPU", payments)
    assert nation(frame, "paid_idr", "late_idr", "in_time_memberships") == (16_666, 33_334 + 16_800, 1)


def test_late_money_of_earlier_deliveries_is_not_counted_again(tmp_path):
    there = warehouse(tmp_path)
    paid(there, "membership_key | month_from | months | amount_idr\n1 | 2024-10 | 3 | 50400", "2024-11")
    build_prepayments(there, "2024-11")
    held(there, ONE)
    paid(there, NOTHING)
    assert nation(build(there, COMPLIANCE_SUMMARY), "paid_idr", "late_idr") == (16_800, 0)


# --- in time -------------------------------------------------------------------------------------------------------

DUE_DAYS = [
    ("2024-12", "2025-01-15", "2024-12-16"),  # 15 December 2024 is a Sunday
    ("2025-02", "2025-03-17", "2025-02-17"),  # both 15ths are Saturdays
    ("2024-10", "2024-11-15", "2024-10-15"),
    ("2025-05", "2025-06-16", "2025-05-15"),
]


@pytest.mark.parametrize(("month", "employers", "own_account"), DUE_DAYS)
def test_the_15th_of_the_next_month_and_of_the_month_itself_move_from_a_weekend_to_monday(
    month, employers, own_account
):
    assert due_on(month, following=True).isoformat() == employers
    assert due_on(month, following=False).isoformat() == own_account


IN_TIME = """
    membership_key | amount_idr | paid_on
    1              | 27000      | 2025-01-15
    2              | 27000      | 2025-01-16
    3              | 16800      | 2024-12-16
    4              | 16800      | 2024-12-17
    5              | 27000      | 2025-01-20
    5              | 27000      | 2025-01-10
"""


def test_the_first_payment_for_the_month_decides_whether_it_was_in_time(tmp_path):
    """Due 15 January for employers, 16 December (a Monday) for own-account workers."""
    held_ = "membership_key | segment\n1 | PU\n2 | PU\n3 | BPU\n4 | BPU\n5 | PU\n6 | PU"
    frame = result(tmp_path, held_, IN_TIME)
    columns = ("segment", "in_time_memberships", "in_time_ratio")
    assert figures(frame, *columns, province_code="ID", size_class="all") == [
        "BPU | 1 | 0.5",
        "PU | 2 | 0.5",
        "all | 3 | 0.5",
    ]


SHOWN = [
    # until        PU            BPU           all
    ("2025-01-15", ("1", "0.5"), ("1", "1.0"), ("2", f"{2 / 3}")),
    ("2025-01-14", ("", ""), ("1", "1.0"), ("", "")),
    ("2024-12-16", ("", ""), ("1", "1.0"), ("", "")),
    ("2024-12-15", ("", ""), ("", ""), ("", "")),
    ("2025-02-01", ("", ""), ("1", "1.0"), ("", "")),  # a slip of the date: the newest payment but it is of 14 January
]


@pytest.mark.parametrize(("until", "employed", "own", "everybody"), SHOWN)
def test_who_paid_in_time_is_not_known_before_the_delivery_shows_the_due_day(tmp_path, until, employed, own, everybody):
    there = warehouse(tmp_path)
    held(there, "membership_key | segment\n1 | PU\n2 | PU\n3 | BPU")
    last = "2024-12-15" if until == "2024-12-15" else "2025-01-14" if until > "2025-01-13" else "2024-12-16"
    drawn_ = f"membership_key | amount_idr | paid_on\n1 | 27000 | {last}\n3 | 16800 | 2024-12-01"
    paid(there, drawn_, until=date.fromisoformat(until))
    rows = figures(build(there, COMPLIANCE_SUMMARY), "segment", "in_time_memberships", "in_time_ratio", province_code="ID",
                   size_class="all")  # fmt: skip
    expected = zip(("BPU", "PU", "all"), (own, employed, everybody), strict=True)
    assert rows == [" | ".join((name, *cells)).strip() for name, cells in expected]


def test_a_row_of_own_account_workers_alone_does_not_wait_for_the_due_day_of_employers(tmp_path):
    there = warehouse(tmp_path)
    held(there, "membership_key | segment | work_region\n1 | PU | 3201\n2 | BPU | 3171")
    paid(there, NOTHING, until=date(2024, 12, 20))
    rows = figures(build(there, COMPLIANCE_SUMMARY), "province_code", "in_time_memberships", segment="all")
    assert rows == ["31 | 0", "32 |", "ID |"]


# --- where, and of which size --------------------------------------------------------------------------------------

REGIONS = """
    membership_key | segment | work_region | employer_id | wage_idr
    1              | PU      | 3171        | S0000001    | 5000000
    2              | PU      | 3201        | S0000001    | 5000000
    3              | PU      | 3201        | N0000002    | 5000000
    4              | PU      | 3273        | X0000009    | 5000000
    5              | BPU     | 3171        | S0000001    |
"""
SIZES = "employer_id | size_class\nS0000001 | small\nN0000002 |"


def test_provinces_segments_and_declared_sizes_add_up_and_unknown_differs_from_none(tmp_path):
    """Of no size declared and of no employer found: unknown. Own-account workers: none, whatever employer they name."""
    frame = result(tmp_path, REGIONS, employers=SIZES)
    columns = ("province_code", "segment", "size_class", "due_memberships", "due_idr")
    assert figures(frame, *columns) == [
        "31 | BPU | all | 1 | 16800",
        "31 | BPU | none | 1 | 16800",
        "31 | PU | all | 1 | 27000",
        "31 | PU | small | 1 | 27000",
        "31 | all | all | 2 | 43800",
        "32 | PU | all | 3 | 81000",
        "32 | PU | small | 1 | 27000",
        "32 | PU | unknown | 2 | 54000",
        "32 | all | all | 3 | 81000",
        "ID | BPU | all | 1 | 16800",
        "ID | BPU | none | 1 | 16800",
        "ID | PU | all | 4 | 108000",
        "ID | PU | small | 2 | 54000",
        "ID | PU | unknown | 2 | 54000",
        "ID | all | all | 5 | 124800",
    ]


def test_without_employers_every_wage_earners_size_is_unknown(tmp_path):
    frame = result(tmp_path, REGIONS)
    assert figures(frame, "size_class", "due_memberships", province_code="ID", segment="PU") == [
        "all | 4",
        "unknown | 4",
    ]


def test_a_table_whose_parts_do_not_add_up_is_noticed(tmp_path):
    frame = result(tmp_path, REGIONS, employers=SIZES)
    assert parts_add_up(frame) == []
    province = (pl.col("province_code") == "31") & (pl.col("segment") == "PU")
    assert parts_add_up(_off(frame, "paid_idr", province & (pl.col("size_class") == "all"))) == [
        "provinces do not add up to their total: paid_idr (month 2024-12, segment PU, size_class all)",
        "sizes do not add up to their total: paid_idr (month 2024-12, province_code 31, segment PU)",
        "segments do not add up to their total: paid_idr (month 2024-12, province_code 31, size_class all)",
    ]


def _off(frame: pl.DataFrame, column: str, where: pl.Expr) -> pl.DataFrame:
    return frame.with_columns(pl.when(where).then(pl.col(column) + 1).otherwise(column).alias(column))


# --- what is not there ---------------------------------------------------------------------------------------------


def test_without_payments_the_table_names_the_missing_extract(tmp_path):
    there = warehouse(tmp_path)
    held(there, ONE)
    frame = build(there, COMPLIANCE_SUMMARY)
    columns = ("province_code", "segment", "size_class", "due_memberships", "availability", "reason")
    assert figures(frame, *columns) == [
        "ID | all | all |  | not_available | no contributions was delivered for 2024-12: put it in 2024-12/contributions/ and "
        "run the month again"
    ]


def test_an_available_row_is_marked(tmp_path):
    frame = result(tmp_path, ONE)
    assert figures(frame.unique("availability"), "availability", "reason", "conf_status") == ["available |  |"]


# --- the register of prepayments -----------------------------------------------------------------------------------


def test_prepayments_are_the_payments_that_cover_a_later_month(tmp_path):
    there = warehouse(tmp_path)
    payments = """
        membership_key | month_from | months | amount_idr
        1              | 2024-12    | 1      | 1
        2              | 2024-12    | 2      | 2
        3              | 2024-10    | 3      | 3
        4              | 2024-10    | 4      | 4
        5              | 2025-01    | 1      | 5
        6              | 2024-12    | 12     | 6
    """
    paid(there, payments)
    assert build_prepayments(there, MONTH) == {"prepayments": 4, "reused": 0}
    kept = pl.read_parquet(there.files("prepayments", MONTH))
    assert kept.schema == PREPAYMENTS.storage
    assert figures(kept, "membership_key", "months") == ["2 | 2", "4 | 4", "5 | 1", "6 | 12"]
    assert build_prepayments(there, MONTH) == {"prepayments": 4, "reused": 1}


def test_a_month_without_payments_has_an_empty_register(tmp_path):
    assert build_prepayments(warehouse(tmp_path), MONTH) == {"prepayments": 0, "reused": 0}
