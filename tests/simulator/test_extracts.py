"""Contributions, loans, regulations, outreach and targets of the simulated nation, against the ledger.

The tests compute amounts again in plain Python from the code lists. Not here: enrolments (`test_figures`), flows.
"""

import csv
import gzip
import hashlib
import json
from collections import Counter
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from schemas.code_lists import codes
from schemas.extracts.catalogue import BY_NAME
from schemas.rule_texts import ROW_COUNTS, ROW_MERGED, ROW_TOTAL
from simulator import simulate
from simulator.extracts.kur_contracts import contract_rows
from simulator.extracts.targets import target_rows
from simulator.memberships.membership_rows import membership_rows
from simulator.months import month_index, month_text
from simulator.offices.offices import plan_offices
from simulator.payments.payment_rows import payment_rows
from simulator.payments.repeated_payments import repeated_payments
from simulator.population.debtors import plan_debtors
from simulator.population.month_plan import plan_month
from simulator.population.outreach_activities import EFFECT_PER_1000_REACHED, activities
from simulator.population.row_plan import STRATA

NEW = ("contributions", "kur_debtors", "regional_programmes", "outreach", "targets")
MONTH, SCALE = "2026-04", 1e-4  # two kinds of reliefs are in force
PUBLIC = ("regional_government", "village_fund")  # payers without the relief of 2026


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A delivery of every extract."""
    root = tmp_path_factory.mktemp("landing")
    simulate(root, MONTH, SCALE)
    return root


@pytest.fixture(scope="module")
def ledger(landing: Path) -> dict[str, Any]:
    """The ledger of the delivery."""
    return dict(json.loads((landing / f"{MONTH}.ledger.json").read_text()))


def lines(path: Path) -> list[list[str]]:
    """The cells of a delimited file."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    head = text.splitlines()[0]
    return list(csv.reader(text.splitlines(), delimiter=max(",;\t", key=head.count)))


def test_every_rule_of_every_contract_is_broken_somewhere(ledger: dict[str, Any]) -> None:
    """Each rule must be seen to work. Totals, merged cells, statuses and whole columns are in the tests of ingestion."""
    for extract, table in BY_NAME.items():
        by_row = [rule for rule in (*table.all_rules(), *table.cross_row_rules()) if not rule.judges_column]
        rules = {rule.name for rule in by_row} - {ROW_TOTAL, ROW_MERGED, ROW_COUNTS}
        assert rules == ledger["extracts"][extract]["rules"].keys()


def test_ledger_counts_broken_lines_and_copies(landing: Path, ledger: dict[str, Any]) -> None:
    """Lines with more or fewer cells than their header, and lines that their file has twice."""
    for extract in NEW:
        ragged = copies = 0
        for path in (landing / MONTH / extract).iterdir():
            header, *rows = lines(path)
            whole = [tuple(row) for row in rows if len(row) == len(header)]
            ragged += len(rows) - len(whole)
            copies += len(whole) - len(set(whole))
        account = ledger["extracts"][extract]
        assert (ragged, copies) == (account["rules"]["row_structure"], account["rows_collapsed"])
        assert ragged
        assert copies


def test_ledger_and_manifest_count_the_rows_of_the_files(landing: Path, ledger: dict[str, Any]) -> None:
    """File by file; rows read = accepted + quarantined + collapsed."""
    manifest = json.loads((landing / MONTH / "manifest.json").read_text())
    listed = {entry["name"]: entry["rows"] for entry in manifest["files"]}
    for extract in NEW:
        counted = {f"{extract}/{path.name}": len(lines(path)) - 1 for path in (landing / MONTH / extract).iterdir()}
        account = ledger["extracts"][extract]
        assert counted == {name: rows for name, rows in listed.items() if name.startswith(f"{extract}/")}
        assert account["rows_read"] == sum(counted.values())
        assert account["rows_read"] == sum(account[f"rows_{what}"] for what in ("accepted", "quarantined", "collapsed"))


def test_extracts_are_the_same_when_simulated_alone(landing: Path, tmp_path: Path) -> None:
    """The content of an extract does not depend on the others."""
    simulate(tmp_path, MONTH, SCALE, extracts=("contributions", "kur_debtors"))
    written = [path for path in (tmp_path / MONTH).rglob("*") if path.is_file() and path.name != "manifest.json"]
    assert {path.parent.name for path in written} == {"contributions", "kur_debtors"}
    for path in written:
        same = landing / path.relative_to(tmp_path)
        assert hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256(same.read_bytes()).digest()
    with pytest.raises(ValueError, match="no extract"):
        simulate(tmp_path, MONTH, SCALE, extracts=("births",))


# --- contributions -------------------------------------------------------------------------------------------------


def members(month: str) -> pl.DataFrame:
    """Memberships of the month without defects."""
    plan = plan_month(month_index(month), SCALE, 2024)
    return membership_rows(plan.persons(pl.int_range(plan.rows, eager=True)), month_index(month), 2024)


def index_of(day: date) -> int:
    """The month index of a day."""
    return day.year * 12 + day.month - 1


def in_force(name: str, day: date, **filters: str) -> list[dict[str, Any]]:
    """Rows of a code list in force on the day."""
    rows = codes(name).filter(**filters).iter_rows(named=True) if filters else codes(name).iter_rows(named=True)
    return [row for row in rows if row["valid_from"] <= str(day) < (row["valid_to"] or "9999")]


def statutory(member: dict[str, Any], programme: str, day: date) -> int:
    """One month's amount of a programme, in whole IDR."""
    segment, division = member["segment"], member["kbli"][:2]
    income = member["wage_idr"] if member["wage_idr"] is not None else 1_000_000
    rates = in_force("contribution_rates", day, segment=segment, programme=programme)
    base = income
    if segment == "BPU":
        bands = in_force("bpu_income_bands", day)
        base = next(int(b["base_idr"]) for b in reversed(bands) if int(b["income_from_idr"]) <= income)
    elif programme == "jp":
        base = min(income, int(in_force("jp_ceilings", day)[0]["ceiling_idr"]))
    if rates and rates[0]["flat_idr"]:
        amount = Decimal(rates[0]["flat_idr"])
    elif rates:
        amount = Decimal(base) * int(rates[0]["share_ppm"]) / 10**6
    else:
        classes = [c for c in in_force("jkk_classes", day) if c["division_from"] <= division <= c["division_to"]]
        amount = (
            Decimal(base) * int(in_force("jkk_rates", day, risk_class=classes[0]["risk_class"])[0]["share_ppm"]) / 10**6
        )
    for relief in in_force("reliefs", day, segment=segment, programme=programme):
        is_theirs = member["payer"] not in PUBLIC or relief["for_subsidised"] == "yes"
        if is_theirs and relief["division_from"] <= division <= relief["division_to"]:
            amount = amount * int(relief["factor_permille"]) / 1000
    return int(amount.to_integral_value(ROUND_HALF_UP))


@pytest.mark.parametrize("month", ["2024-12", "2026-03", "2026-04"])
def test_payments_have_the_amounts_of_the_law(month: str) -> None:
    """To the rupiah, except for the few employers who always pay a tenth too little."""
    known = {row["membership_id"]: row for row in members(month).iter_rows(named=True)}
    short = 0
    paid = payment_rows(members(month), month_index(month))
    for row in paid.iter_rows(named=True):
        member = known[row["membership_id"]]
        programmes = row["programme"].split("+")
        owed = row["months"] * sum(statutory(member, programme, row["month_from"]) for programme in programmes)
        assert row["amount_idr"] in (owed, owed * 9 // 10)
        assert all(member[programme] for programme in programmes)
        short += row["amount_idr"] != owed
    assert 0 < short < paid.height // 50


@pytest.mark.parametrize("month", ["2024-12", "2026-04"])
def test_payments_come_on_their_days(month: str) -> None:
    """For wage earners in the next month or, in arrears, after the 16th; for own-account members in the month.

    A few pay for a year in the first days of the next month; that year starts in the month after it.
    """
    first = date.fromisoformat(f"{month}-01")
    following = (first + timedelta(days=31)).replace(day=1)
    member = members(month).select("membership_id", "segment", "period_months")
    paid = payment_rows(members(month), month_index(month)).join(member, on="membership_id")
    in_two_months = (following + timedelta(days=31)).replace(day=1)
    early = paid.filter(pl.col("segment") == "BPU", pl.col("month_from") == in_two_months)
    assert early.height
    assert (early["months"] == 12).all()
    assert early["paid_on"].is_between(following, following + timedelta(days=4)).all()
    own = paid.filter(segment="BPU").join(early, on="membership_id", how="anti")
    assert (own["month_from"] == first).all()
    assert (own["months"] == own["period_months"]).all()
    assert own["paid_on"].dt.month_start().unique().to_list() == [first]
    employed = paid.filter(segment="PU")
    assert (employed["months"] == 1).all()
    assert (employed.filter(pl.col("month_from") < first)["paid_on"] > first + timedelta(days=16)).all()
    assert (employed.filter(pl.col("month_from") == first)["paid_on"] >= following).all()
    assert paid.select("membership_id", "programme", "month_from", "paid_on").is_unique().all()


def test_own_account_members_pay_for_each_month_up_to_paid_through(landing: Path) -> None:
    """Of recent entrants; the only later payments are those made early for the next year."""
    paid: dict[str, set[int]] = {}
    for month in range(month_index("2025-10"), month_index("2025-10") + 7):
        for row in payment_rows(members(month_text(month)), month).iter_rows(named=True):
            start = index_of(row["month_from"])
            paid.setdefault(row["membership_id"], set()).update(range(start, start + row["months"]))
    new = members(MONTH).filter(segment="BPU", state=0).filter(pl.col("start_date") >= date(2025, 10, 1))
    assert new.height > 50
    for row in new.iter_rows(named=True):
        through = index_of(row["paid_through"])
        later = {month for month in paid[row["membership_id"]] if month > through}
        assert later in (set(), set(range(through + 1, through + 13)))
        assert max(paid[row["membership_id"]] - later) == through


def test_no_month_is_paid_for_twice() -> None:
    """In a year and a half of deliveries, some of which have early payments."""
    counted: Counter[tuple[str, int]] = Counter()
    early = 0
    for month in range(month_index("2024-07"), month_index("2024-07") + 18):
        paid = payment_rows(members(month_text(month)), month).unique(["membership_id", "month_from"])
        for row in paid.iter_rows(named=True):
            start = index_of(row["month_from"])
            counted.update((row["membership_id"], covered) for covered in range(start, start + row["months"]))
            early += start > month
    assert early > 20
    assert max(counted.values()) == 1


def test_some_payments_are_delivered_a_second_time(ledger: dict[str, Any]) -> None:
    """Two memberships per office, one of them paid in advance; unchanged from the delivery of the month before."""
    month = month_index(MONTH) - 1
    plan = plan_month(month, SCALE, 2024)
    paid = payment_rows(members("2026-03"), month)
    base = plan_month(month_index("2024-12"), SCALE, 2024)
    repeated = pl.concat(repeated_payments(plan, office.rows, month, 2024) for office in plan_offices(plan, base))
    assert repeated.join(paid, on=repeated.columns, how="semi", nulls_equal=True).height == repeated.height
    assert repeated.height == ledger["compliance"]["again"]["rows"]
    reaching = repeated.filter(pl.col("months") > 1)
    assert reaching.height == ledger["compliance"]["again"]["rows_reaching_the_month"] > 0


def test_true_compliance_adds_up(ledger: dict[str, Any]) -> None:
    """Payments are spread over months without remainder; each membership that owes has paid or is in arrears."""
    truth = ledger["compliance"]
    assert sum(truth["paid_for"].values()) == truth["payments"]["amount_idr"]
    accepted = ledger["extracts"]["contributions"]["rows_accepted"]
    assert truth["payments"]["rows"] + truth["again"]["rows"] == accepted
    for sums in truth["segments"].values():
        assert sums["memberships_paid"] + sums["memberships_in_arrears"] == sums["due_memberships"]
        assert sums["memberships_in_time"] <= sums["memberships_paid"]


# --- national extracts ----------------------------------------------------------------------------------------------------


def test_loans_have_the_published_shares() -> None:
    """Debtors within a tenth, shares of schemes, several contracts for some; a third of the debtors are members."""
    month = month_index("2024-12")
    plan = plan_debtors(month, 1e-3, 2024)
    rows = contract_rows(plan.persons(pl.int_range(plan.rows, eager=True)), month, 2024)
    assert abs(plan.rows - 4_400) < 440
    assert rows["nik"].n_unique() == plan.rows
    assert rows["contract_no"].is_unique().all()
    assert 1.05 < rows.height / plan.rows < 1.12
    members_among = rows.filter(pl.col("stratum") != STRATA.index("outsider"))["nik"].n_unique()
    assert 0.3 < members_among / plan.rows < 0.4
    shares = dict(rows.group_by("scheme").len().iter_rows())
    assert abs(shares["mikro"] / rows.height - 0.84) < 0.03
    obliged = rows.filter(pl.col("scheme").is_in(["kecil", "khusus"]), pl.col("plafond_idr") > 100_000_000)
    assert 0.2 < obliged.height / rows.filter(pl.col("scheme").is_in(["kecil", "khusus"])).height < 0.95


def test_debtors_who_are_members_are_in_the_enrolments() -> None:
    """By NIK, unless they pause as wage earners."""
    month = month_index("2024-12")
    plan = plan_debtors(month, SCALE, 2024)
    rows = contract_rows(plan.persons(pl.int_range(plan.rows, eager=True)), month, 2024)
    known = set(members("2024-12")["nik"])
    pausing = (pl.col("stratum") == STRATA.index("PU")) & (pl.col("state") > 0)
    outside = (pl.col("stratum") == STRATA.index("outsider")) | pausing
    assert set(rows.filter(~outside)["nik"]) <= known
    assert not set(rows.filter(outside)["nik"]) & known


def test_outreach_leaves_regencies_to_compare_with() -> None:
    """A regency has activities every sixteenth month, mostly on one channel; each month uses every channel."""
    start = month_index("2024-01")
    held = pl.concat(activities(month, 1, 2024).with_columns(month=month) for month in range(start, start + 16))
    own = held.filter(segment="BPU")
    assert own.group_by("region_code").agg(pl.col("month").n_unique()).get_column("month").max() == 1
    assert own["region_code"].n_unique() == 514
    single = own.group_by("region_code").len().filter(pl.col("len") == 1).height
    assert single > 0.85 * 514
    channels = own.group_by("month").agg(pl.col("channel").n_unique())
    assert channels["channel"].min() == len(EFFECT_PER_1000_REACHED)


def test_targets_include_the_published_ones() -> None:
    """17.4 million own-account members, 70 million in all, and Bali's 67.28 %."""
    rows = target_rows(1)
    assert rows.filter(region_code="ID", segment="BPU")["value"].to_list() == [17_400_000]
    assert rows.filter(region_code="51", indicator="coverage_ratio")["value"].to_list()[0] == pytest.approx(67.28)
    provinces = rows.filter(pl.col("region_code") != "ID", segment="BPU")
    assert provinces["value"].sum() == 17_400_000
