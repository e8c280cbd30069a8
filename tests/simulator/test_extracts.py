"""Contributions, loans, regulations, outreach and targets of the simulated nation, and what the ledger says of them.

Amounts are computed here once more in plain Python from the lists. Does not belong here: enrolments, flows.
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
from schemas.tables import ROW_MERGED, ROW_TOTAL
from simulator import simulate
from simulator.extracts.kur_contracts import contracts
from simulator.extracts.targets import targets
from simulator.memberships.membership_rows import draw_up
from simulator.months import month_index
from simulator.offices.offices import offices_of
from simulator.payments.payment_rows import payments
from simulator.payments.repeated_payments import delivered_again
from simulator.population.debtors import debtors
from simulator.population.month_plan import plan_month
from simulator.population.outreach_activities import EFFECTS, activities
from simulator.population.row_plan import STREAMS

NEW = ("contributions", "kur_debtors", "regional_programmes", "outreach", "targets")
MONTH, SCALE = "2026-04", 1e-4  # reliefs of two kinds are in force
PUBLIC = ("regional_government", "village_fund")  # whom the relief of 2026 is not for


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A delivery of every extract."""
    root = tmp_path_factory.mktemp("landing")
    simulate(root, MONTH, SCALE)
    return root


@pytest.fixture(scope="module")
def ledger(landing: Path) -> dict[str, Any]:
    """What is in it."""
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
    """A rule that nothing breaks is a rule that nobody has seen work. Totals and merged cells are in the tests of readers."""
    for extract, table in BY_NAME.items():
        rules = {rule.name for rule in (*table.all_rules(), *table.cross_row_rules())} - {ROW_TOTAL, ROW_MERGED}
        assert rules == ledger["extracts"][extract]["rules"].keys()


def test_broken_lines_and_copies_are_those_of_the_ledger(landing: Path, ledger: dict[str, Any]) -> None:
    """Lines with more or fewer cells than their header, and lines that stand a second time in their file."""
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


def test_accounts_and_manifest_have_the_rows_of_the_files(landing: Path, ledger: dict[str, Any]) -> None:
    """File by file; rows read = accepted + quarantined + collapsed."""
    manifest = json.loads((landing / MONTH / "manifest.json").read_text())
    vouched = {entry["name"]: entry["rows"] for entry in manifest["files"]}
    for extract in NEW:
        counted = {f"{extract}/{path.name}": len(lines(path)) - 1 for path in (landing / MONTH / extract).iterdir()}
        account = ledger["extracts"][extract]
        assert counted == {name: rows for name, rows in vouched.items() if name.startswith(f"{extract}/")}
        assert account["rows_read"] == sum(counted.values())
        assert account["rows_read"] == sum(account[f"rows_{what}"] for what in ("accepted", "quarantined", "collapsed"))


def test_some_extracts_alone_are_the_same(landing: Path, tmp_path: Path) -> None:
    """What an extract holds does not depend on the others."""
    simulate(tmp_path, MONTH, SCALE, extracts=("contributions", "kur_debtors"))
    made = [path for path in (tmp_path / MONTH).rglob("*") if path.is_file() and path.name != "manifest.json"]
    assert {path.parent.name for path in made} == {"contributions", "kur_debtors"}
    for path in made:
        same = landing / path.relative_to(tmp_path)
        assert hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256(same.read_bytes()).digest()
    with pytest.raises(ValueError, match="no extract"):
        simulate(tmp_path, MONTH, SCALE, extracts=("births",))


# --- contributions -------------------------------------------------------------------------------------------------


def members(month: str) -> pl.DataFrame:
    """Good memberships of the month."""
    plan = plan_month(month_index(month), SCALE, 2024)
    return draw_up(plan.draw_up(pl.int_range(plan.rows, eager=True)), month_index(month), 2024)


def listed(name: str, day: date, **wanted: str) -> list[dict[str, Any]]:
    """Rows of a list in force on the day."""
    rows = codes(name).filter(**wanted).iter_rows(named=True) if wanted else codes(name).iter_rows(named=True)
    return [row for row in rows if row["valid_from"] <= str(day) < (row["valid_to"] or "9999")]


def statutory(member: dict[str, Any], programme: str, day: date) -> int:
    """One month's amount of a programme, in whole IDR."""
    segment, division = member["segment"], member["kbli"][:2]
    income = member["wage_idr"] if member["wage_idr"] is not None else 1_000_000
    rates = listed("contribution_rates", day, segment=segment, programme=programme)
    base = income
    if segment == "BPU":
        bands = listed("bpu_income_bands", day)
        base = next(int(b["base_idr"]) for b in reversed(bands) if int(b["income_from_idr"]) <= income)
    elif programme == "jp":
        base = min(income, int(listed("jp_ceilings", day)[0]["ceiling_idr"]))
    if rates and rates[0]["flat_idr"]:
        amount = Decimal(rates[0]["flat_idr"])
    elif rates:
        amount = Decimal(base) * int(rates[0]["share_ppm"]) / 10**6
    else:
        classes = [c for c in listed("jkk_classes", day) if c["division_from"] <= division <= c["division_to"]]
        amount = (
            Decimal(base) * int(listed("jkk_rates", day, risk_class=classes[0]["risk_class"])[0]["share_ppm"]) / 10**6
        )
    for relief in listed("reliefs", day, segment=segment, programme=programme):
        is_theirs = member["payer"] not in PUBLIC or relief["for_subsidised"] == "yes"
        if is_theirs and relief["division_from"] <= division <= relief["division_to"]:
            amount = amount * int(relief["factor_permille"]) / 1000
    return int(amount.to_integral_value(ROUND_HALF_UP))


@pytest.mark.parametrize("month", ["2024-12", "2026-03", "2026-04"])
def test_payments_are_statutory_for_the_months_they_cover(month: str) -> None:
    """To the rupiah, but for the few who always pay a tenth too little."""
    known = {row["membership_id"]: row for row in members(month).iter_rows(named=True)}
    short = 0
    paid = payments(members(month), month_index(month))
    for row in paid.iter_rows(named=True):
        member = known[row["membership_id"]]
        programmes = row["programme"].split("+")
        owed = row["months"] * sum(statutory(member, programme, row["month_from"]) for programme in programmes)
        assert row["amount_idr"] in (owed, owed * 9 // 10)
        assert all(member[programme] for programme in programmes)
        short += row["amount_idr"] != owed
    assert 0 < short < paid.height // 50


@pytest.mark.parametrize("month", ["2024-12", "2026-04"])
def test_payments_come_when_they_should(month: str) -> None:
    """Wage earners after the 15th of the month until the 15th of the next, the late ones later; others in the month.

    A few pay for a year in the first days of the next month, from the month after it on.
    """
    first = date.fromisoformat(f"{month}-01")
    following = (first + timedelta(days=31)).replace(day=1)
    member = members(month).select("membership_id", "segment", "span")
    paid = payments(members(month), month_index(month)).join(member, on="membership_id")
    in_two_months = (following + timedelta(days=31)).replace(day=1)
    early = paid.filter(pl.col("segment") == "BPU", pl.col("month_from") == in_two_months)
    assert early.height
    assert (early["months"] == 12).all()
    assert early["paid_on"].is_between(following, following + timedelta(days=4)).all()
    own = paid.filter(segment="BPU").join(early, on="membership_id", how="anti")
    assert (own["month_from"] == first).all()
    assert (own["months"] == own["span"]).all()
    assert own["paid_on"].dt.month_start().unique().to_list() == [first]
    employed = paid.filter(segment="PU")
    assert (employed["months"] == 1).all()
    assert (employed.filter(pl.col("month_from") < first)["paid_on"] > first + timedelta(days=16)).all()
    assert (employed.filter(pl.col("month_from") == first)["paid_on"] >= following).all()
    assert paid.select("membership_id", "programme", "month_from", "paid_on").is_unique().all()


def test_own_account_workers_pay_for_every_month_they_are_paid_up(landing: Path) -> None:
    """Whoever has begun since is paid through what the payments since then say, but for the next year, paid early."""
    paid: dict[str, set[int]] = {}
    for month in [month_index("2025-10") + turn for turn in range(7)]:
        text = f"{month // 12}-{month % 12 + 1:02d}"
        for row in payments(members(text), month).iter_rows(named=True):
            start = row["month_from"].year * 12 + row["month_from"].month - 1
            paid.setdefault(row["membership_id"], set()).update(range(start, start + row["months"]))
    new = members(MONTH).filter(segment="BPU", state=0).filter(pl.col("start_date") >= date(2025, 10, 1))
    assert new.height > 50
    for row in new.iter_rows(named=True):
        through = row["paid_through"].year * 12 + row["paid_through"].month - 1
        later = {month for month in paid[row["membership_id"]] if month > through}
        assert later in (set(), set(range(through + 1, through + 13)))
        assert max(paid[row["membership_id"]] - later) == through


def test_a_year_that_is_paid_early_is_paid_once() -> None:
    """No month is paid for twice by deliveries of a year and a half."""
    counted: Counter[tuple[str, int]] = Counter()
    early = 0
    for month in [month_index("2024-07") + turn for turn in range(18)]:
        paid = payments(members(f"{month // 12}-{month % 12 + 1:02d}"), month).unique(["membership_id", "month_from"])
        for row in paid.iter_rows(named=True):
            start = row["month_from"].year * 12 + row["month_from"].month - 1
            counted.update((row["membership_id"], start + turn) for turn in range(row["months"]))
            early += start > month
    assert early > 20
    assert max(counted.values()) == 1


def test_some_payments_are_delivered_a_second_time(ledger: dict[str, Any]) -> None:
    """Two memberships of an office, one of them paid for months to come; the same as the month before had them."""
    month = month_index(MONTH) - 1
    plan = plan_month(month, SCALE, 2024)
    paid = payments(members("2026-03"), month)
    base = plan_month(month_index("2024-12"), SCALE, 2024)
    again = pl.concat(delivered_again(office, plan, month, 2024) for office in offices_of(plan, base))
    assert again.join(paid, on=again.columns, how="semi", nulls_equal=True).height == again.height
    assert again.height == ledger["compliance"]["again"]["rows"]
    reaching = again.filter(pl.col("months") > 1)
    assert reaching.height == ledger["compliance"]["again"]["rows_reaching_the_month"] > 0


def test_truth_about_payments_adds_up(ledger: dict[str, Any]) -> None:
    """What came in is spread without remainder; who owes has paid or is in arrears."""
    truth = ledger["compliance"]
    assert sum(truth["paid_for"].values()) == truth["payments"]["amount_idr"]
    accepted = ledger["extracts"]["contributions"]["rows_accepted"]
    assert truth["payments"]["rows"] + truth["again"]["rows"] == accepted
    for sums in truth["segments"].values():
        assert sums["memberships_paid"] + sums["memberships_in_arrears"] == sums["due_memberships"]
        assert sums["memberships_in_time"] <= sums["memberships_paid"]


# --- the others ----------------------------------------------------------------------------------------------------


def test_loans_are_as_published() -> None:
    """Debtors at full scale within a tenth, shares of schemes, several contracts for some; a third are members."""
    month = month_index("2024-12")
    plan = debtors(month, 1e-3, 2024)
    rows = contracts(plan.draw_up(pl.int_range(plan.rows, eager=True)), month, 2024)
    assert abs(plan.rows - 4_400) < 440
    assert rows["nik"].n_unique() == plan.rows
    assert rows["contract_no"].is_unique().all()
    assert 1.05 < rows.height / plan.rows < 1.12
    members_among = rows.filter(pl.col("stream") != STREAMS.index("outsider"))["nik"].n_unique()
    assert 0.3 < members_among / plan.rows < 0.4
    shares = dict(rows.group_by("scheme").len().iter_rows())
    assert abs(shares["mikro"] / rows.height - 0.84) < 0.03
    obliged = rows.filter(pl.col("scheme").is_in(["kecil", "khusus"]), pl.col("plafond_idr") > 100_000_000)
    assert 0.2 < obliged.height / rows.filter(pl.col("scheme").is_in(["kecil", "khusus"])).height < 0.95


def test_debtors_who_are_members_are_in_the_enrolments() -> None:
    """By NIK, with the status that the truth has."""
    month = month_index("2024-12")
    plan = debtors(month, SCALE, 2024)
    rows = contracts(plan.draw_up(pl.int_range(plan.rows, eager=True)), month, 2024)
    known = set(members("2024-12")["nik"])
    pausing = (pl.col("stream") == STREAMS.index("PU")) & (pl.col("state") > 0)
    outside = (pl.col("stream") == STREAMS.index("outsider")) | pausing
    assert set(rows.filter(~outside)["nik"]) <= known
    assert not set(rows.filter(outside)["nik"]) & known


def test_outreach_has_clean_comparisons() -> None:
    """A regency has its turn every sixteenth month, mostly with one channel; every channel is used every month."""
    held = pl.concat([activities(month_index("2024-01") + turn, 1, 2024).with_columns(turn=turn) for turn in range(16)])
    own = held.filter(segment="BPU")
    assert own.group_by("region_code").agg(pl.col("turn").n_unique()).get_column("turn").max() == 1
    assert own["region_code"].n_unique() == 514
    single = own.group_by("region_code").len().filter(pl.col("len") == 1).height
    assert single > 0.85 * 514
    assert own.group_by("turn").agg(pl.col("channel").n_unique()).get_column("channel").min() == len(EFFECTS)


def test_published_targets_are_there() -> None:
    """17.4 million own-account members, 70 million in all, and Bali's 67.28 %."""
    rows = targets(1)
    assert rows.filter(region_code="ID", segment="BPU")["value"].to_list() == [17_400_000]
    assert rows.filter(region_code="51", indicator="coverage_ratio")["value"].to_list()[0] == pytest.approx(67.28)
    provinces = rows.filter(pl.col("region_code") != "ID", segment="BPU")
    assert provinces["value"].sum() == 17_400_000
