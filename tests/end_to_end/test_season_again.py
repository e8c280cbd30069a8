"""Repeated and early entries of the season's deliveries count once and in their month.

Belongs here: payments delivered twice or far ahead, a moved activity of outreach, a recounted province of the survey. Not: months
that are delivered again as a whole (`test_restated`).
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from assets.coverage.compliance import COMPLIANCE_SUMMARY
from assets.coverage.summary import build_summary
from assets.coverage.survey import assemble
from assets.ingest.delivery import read_delivery
from assets.ingest.month import ingest_month
from assets.ingest.pseudonyms import warehouse_key
from assets.registers.prepayments import build_prepayments
from assets.resources import Locations
from schemas.code_lists import codes
from schemas.extracts.catalogue import BY_NAME
from schemas.extracts.contributions import MONTHS_AHEAD
from schemas.months import first_day, previous
from simulator import simulate
from tests.nation import MONTHS, SCALE, SEASON, Nation, locations_at

LAST = SEASON[-1]
PAYMENT = ["membership_key", "programme", "month_from", "months", "amount_idr", "paid_on"]
NATION = {"province_code": "ID", "segment": "all", "size_class": "all"}
GRACE, HIGHEST_WAGE = 3, 10**9
RECENT = 3  # months whose activities priorities counts


def table(locations: Locations, name: str, month: str) -> pl.DataFrame:
    return pl.read_parquet(locations.warehouse.files(name, month))


def owing(locations: Locations, month: str) -> pl.DataFrame:
    """Memberships that owe the month and of which it is known what."""
    behind = pl.lit(first_day(month)).dt.month_start().pipe(_months) - pl.col("paid_through").pipe(_months)
    known = (pl.col("segment") == "BPU") | (pl.col("wage_idr") <= HIGHEST_WAGE)
    is_open = pl.col("end_date").is_null() | (pl.col("end_date") >= first_day(previous(month, -1)))
    rows = table(locations, "memberships", month).filter(pl.col("segment").is_in(["PU", "BPU"]))
    return rows.filter((behind <= GRACE) & is_open & known)


def paid_for(payments: pl.DataFrame, month: str, due: pl.DataFrame) -> int:
    """The amounts that payments cover for the month, of memberships that owe it; the remainder belongs to the first month."""
    each = pl.col("amount_idr").floor() // pl.col("months")
    turn = pl.lit(first_day(month)).pipe(_months) - pl.col("month_from").pipe(_months)
    now = pl.when(turn == 0).then(pl.col("amount_idr") - each * (pl.col("months") - 1)).otherwise(each)
    covering = payments.filter((turn >= 0) & (turn < pl.col("months"))).join(due, on="membership_key", how="semi")
    return int(covering.select(now.sum()).item())


def _months(day: pl.Expr) -> pl.Expr:
    return day.dt.year().cast(pl.Int64) * 12 + day.dt.month()


def delivered(season: Nation, months: tuple[str, ...]) -> pl.DataFrame:
    return pl.concat(table(season.locations, "contributions", month).select(PAYMENT) for month in months)


@pytest.mark.parametrize("month", SEASON[1:])
def test_payments_that_come_again_are_those_of_the_ledger(season: Nation, month: str) -> None:
    truth = season.ledger(month)["compliance"]["again"]
    again = delivered(season, (month,)).join(delivered(season, (previous(month),)), on=PAYMENT, how="semi")
    assert again.height == truth["rows"] > 10
    assert again.filter(pl.col("months") > 1).height == truth["rows_reaching_the_month"] > 0


@pytest.mark.parametrize("month", SEASON[1:])
def test_what_was_paid_for_the_month_counts_each_payment_once(season: Nation, month: str) -> None:
    """To the rupiah; counted twice it would be more."""
    payments, due = delivered(season, SEASON[: SEASON.index(month) + 1]), owing(season.locations, month)
    nation = table(season.locations, "compliance", month).filter(**NATION).row(0, named=True)
    once = paid_for(payments.unique(), month, due)
    assert nation["paid_idr"] == once
    assert paid_for(payments, month, due) > once


def test_a_year_paid_early_counts_thirteen_months_after_its_delivery(tmp_path: Path) -> None:
    locations, early = locations_at(tmp_path), previous(LAST, MONTHS_AHEAD)
    simulate(locations.landing, early, SCALE, extracts=["contributions"])
    simulate(locations.landing, LAST, SCALE, extracts=["contributions", "enrolments"])
    for month, extract in ((LAST, "contributions"), (LAST, "enrolments"), (early, "contributions")):
        ingest(locations, month, extract)
    without = _compliance(locations)
    build_prepayments(locations.warehouse, early)
    nation = _compliance(locations)
    reaching = table(locations, "prepayments", early)
    truth = json.loads((locations.landing / f"{early}.ledger.json").read_text())["compliance"]["paid_for"][LAST]
    assert paid_for(reaching, LAST, reaching) == truth > 0
    gained = paid_for(reaching, LAST, owing(locations, LAST))
    assert nation["paid_idr"] - without["paid_idr"] == gained > 0
    assert (without["history_months"], nation["history_months"]) == (1, 2)


def ingest(locations: Locations, month: str, extract: str) -> None:
    delivery = read_delivery(locations.landing, month)
    ingest_month(
        BY_NAME[extract],
        delivery,
        locations.warehouse,
        warehouse_key(locations.warehouse, synthetic=delivery.synthetic),
    )


def _compliance(locations: Locations) -> dict[str, Any]:
    build_summary(locations.warehouse, LAST, COMPLIANCE_SUMMARY)
    return table(locations, "compliance", LAST).filter(**NATION).row(0, named=True)


@pytest.mark.parametrize("month", SEASON[2:])
def test_a_moved_activity_counts_once_where_it_was_delivered_last(season: Nation, month: str) -> None:
    truth = season.ledger(month)["outreach"]
    moved = truth["moved"]
    assert moved["from"] != moved["to"]
    by_region = Counter[tuple[str, str]]()
    classes = dict(codes("segments").select("code", "segment_class").iter_rows())
    for segment, counted in truth["recent_by_region"].items():
        for region, activities in counted.items():
            by_region.update({(classes[segment], code): activities for code in (region, region[:2])})
    rows = table(season.locations, "priorities", month).select("segment", "region_code", "outreach_activities").rows()
    assert {(segment, region): count for segment, region, count in rows} == {
        (segment, region): by_region[segment, region] for segment, region, _ in rows
    }
    assert {region for _, region, count in rows if count} & {moved["to"], moved["to"][:2]}


@pytest.mark.parametrize("month", SEASON[2:])
def test_outreach_counts_activities_in_the_province_where_they_were_delivered_last(season: Nation, month: str) -> None:
    recent = pl.col("held_month") > first_day(previous(month, RECENT))
    rows = table(season.locations, "outreach", month).filter(recent, pl.col("province_code") != "ID", channel="all")
    ours = rows.group_by("segment", "province_code").agg(pl.col("activities").sum())
    truth = Counter[tuple[str, str]]()
    for segment, counted in season.ledger(month)["outreach"]["recent_by_region"].items():
        for region, activities in counted.items():
            truth[segment, region[:2]] += activities
    assert {(segment, province): count for segment, province, count in ours.iter_rows()} == dict(truth)


@pytest.mark.parametrize("month", SEASON)
def test_ratios_divide_by_the_cells_that_were_delivered_last(season: Nation, month: str) -> None:
    """The nation, and the province that is counted again in January."""
    ledger = season.ledger(month)
    rows = table(season.locations, "coverage", month).filter(
        geography_basis="home", programme="any", sex="all", age_band="all", denominator_id="potential"
    )
    wanted = {("ID", name): persons for name, persons in ledger["figures"]["potential"].items()}
    again = ledger.get("survey", {"province": "51", "after": season.ledger("2025-01")["survey"]["before"]})
    assert ("survey" in ledger) == (month >= "2025-01")
    wanted |= {(again["province"], name): again["after"][name] for name in ("formal", "informal", "all")}
    ours = rows.select("region_code", "segment", "denominator_persons").rows()
    found = {(region, segment): persons for region, segment, persons in ours if (region, segment) in wanted}
    assert found == wanted


def test_a_recount_that_comes_alone_corrects_its_province_and_leaves_the_others(tmp_path: Path) -> None:
    locations = locations_at(tmp_path)
    for month in (MONTHS[-1], "2025-01"):
        simulate(locations.landing, month, SCALE, extracts=["workforce"])
    _keep(locations.landing / "2025-01", "workforce/sakernas-bali-nusra.csv")
    for month in (MONTHS[-1], "2025-01"):
        ingest(locations, month, "workforce")
    truth = json.loads((locations.landing / "2025-01.ledger.json").read_text())
    with locations.warehouse.sql() as engine:
        assert assemble(engine, locations.warehouse, "2025-01") == first_day("2024-08")
        sums = "SELECT sum(persons), sum(eligible_persons) FROM survey_cells"
        assert engine.query(sums).row(0) == (truth["figures"]["employed"], truth["figures"]["potential"]["all"])
        after = truth["survey"]["after"]
        of_province = f"{sums} WHERE substr(region_code, 1, 2) = '{truth['survey']['province']}'"
        assert engine.query(of_province).row(0) == (after["employed"], after["all"])


def _keep(folder: Path, name: str) -> None:
    """Take every other file out of the delivery."""
    manifest = json.loads((folder / "manifest.json").read_text())
    for entry in manifest["files"]:
        if entry["name"] != name:
            (folder / entry["name"]).unlink()
    manifest["files"] = [entry for entry in manifest["files"] if entry["name"] == name]
    (folder / "manifest.json").write_text(json.dumps(manifest))
