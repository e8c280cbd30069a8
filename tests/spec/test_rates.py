"""The dated lists of rates, ceilings, bands and reliefs, and the rates of a month that the SQL makes of them."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise

import duckdb
import polars as pl
import pytest

from assets.coverage import compliance, summary
from assets.engines.duckdb_engine import DuckDBEngine
from assets.registers.persons import month_values
from assets.warehouse import query
from schemas.code_lists import codes

OPEN = "9999-12-31"
CODES = ("contribution_rates", "jkk_rates", "jkk_classes", "jp_ceilings", "reliefs", "payers")
Span = tuple[str, str]


@cache
def rates(month: str) -> pl.DataFrame:
    """The working table `rates` of a month."""
    with duckdb.connect() as con:
        engine = DuckDBEngine(con)
        query.register_code_lists(engine, *CODES)
        compliance.COMPLIANCE_SUMMARY.prepare(engine, month, {})
        query.create_table(engine, compliance.COMPLIANCE_SUMMARY.folder, "rates", month_values(month))
        return engine.query("SELECT * FROM rates")


def rate(month: str, segment: str, division: str, column: str, subsidised: str = "no") -> int:
    return int(rates(month).filter(segment=segment, division=division, subsidised=subsidised)[column].item())


def base(month: str, income: int) -> int:
    """The base of the income band, as the SQL finds it."""
    steps = compliance.income_steps(month)
    last = steps["step"].max()
    return int(steps.filter(step=min(income // 100_000, last))["base_idr"].item())


def premium(month: str, division: str = "01", income: int = 0, *, savings: bool = False, subsidised: str = "no") -> int:
    """The contribution of an own-account worker for a month, with or without old-age savings; subsidised: a public budget pays."""
    shares = rate(month, "BPU", division, "jkk_ppm", subsidised)
    shares += rate(month, "BPU", division, "jht_ppm", subsidised) if savings else 0
    return (base(month, income) * shares + 500_000) // 1_000_000 + rate(month, "BPU", division, "jkm_idr", subsidised)


# --- the lists themselves ------------------------------------------------------------------------------------------


def spans(name: str, *key: str) -> dict[tuple[str, ...], list[Span]]:
    """Validity intervals of a list by key, in order; the key `division` spreads a row over the divisions it names."""
    found = defaultdict(list)
    for row in codes(name).iter_rows(named=True):
        divisions = [""]
        if "division" in key:
            divisions = [f"{n:02d}" for n in range(int(row["division_from"]), int(row["division_to"]) + 1)]
        for division in divisions:
            found[tuple((row | {"division": division})[part] for part in key)].append(
                (row["valid_from"] or "", row["valid_to"] or OPEN)
            )
    return {one: sorted(listed) for one, listed in found.items()}


CONTINUOUS = [
    ("contribution_rates", ("segment", "programme")),
    ("jkk_rates", ("risk_class",)),
    ("jkk_classes", ("division",)),
    ("jp_ceilings", ()),
    ("bpu_income_bands", ("base_idr",)),
    ("size_bands", ("basis", "size_class")),
    ("size_obligations", ("size_class",)),
    ("subsidy_premiums", ()),
]


@pytest.mark.parametrize(("name", "key"), CONTINUOUS)
def test_one_row_is_in_force_on_every_day_since_the_first(name, key):
    for listed in spans(name, *key).values():
        assert all(ends == begins for (_, ends), (begins, _) in pairwise(listed))
        assert listed[-1][1] == OPEN


def test_no_two_reliefs_of_an_activity_are_in_force_together():
    for listed in spans("reliefs", "segment", "programme", "division").values():
        assert all(ends <= begins for (_, ends), (begins, _) in pairwise(listed))


@pytest.mark.parametrize("name", sorted({name for name, _ in CONTINUOUS} | {"reliefs", "contribution_programmes"}))
def test_every_row_names_its_source(name):
    assert codes(name)["source"].str.len_chars().fill_null(0).min() > 0


def test_income_bands_leave_no_gap_and_begin_and_end_at_whole_steps():
    bands = query.typed_code_list("bpu_income_bands")
    assert bands["income_from_idr"][0] == 0
    assert bands["income_from_idr"][1:].to_list() == bands["income_to_idr"][:-1].to_list()
    assert bands["income_to_idr"][-1] is None
    assert (bands["income_from_idr"] % compliance._STEP == 0).all()
    assert bands.height == 45


@pytest.mark.parametrize("basis", ["sales", "capital", "workers"])
def test_size_bands_leave_no_gap(basis):
    bands = query.typed_code_list("size_bands").filter(basis=basis)
    assert bands["size_class"].to_list() == ["micro", "small", "medium", "large"]
    assert bands["more_than"][1:].to_list() == bands["up_to"][:-1].to_list()
    assert (bands["more_than"][0], bands["up_to"][-1]) == (-1, None)


def test_the_sql_may_assume_that_only_death_is_flat_and_only_the_pension_capped():
    listed = codes("contribution_rates")
    assert set(listed.filter(pl.col("flat_idr").is_not_null())["programme"]) == {"jkm"}
    assert set(listed.filter(capped="yes")["programme"]) == {"jp"}


def test_a_share_is_whole_after_every_relief():
    listed = query.typed_code_list("contribution_rates").select("segment", "programme", "share_ppm").drop_nulls()
    injury = query.typed_code_list("jkk_rates").select(
        pl.lit("PU").alias("segment"), pl.lit("jkk").alias("programme"), "share_ppm"
    )
    reduced = pl.concat([listed, injury]).join(query.typed_code_list("reliefs"), on=["segment", "programme"])
    assert reduced.height > 0
    assert (reduced["share_ppm"] * reduced["factor_permille"] % 1000 == 0).all()


# --- the ceiling of the pension --------------------------------------------------------------------------------------


def test_each_ceiling_is_the_one_before_grown_by_the_economy_and_cut_to_100_idr():
    rows = codes("jp_ceilings").rows(named=True)
    for before, after in pairwise(rows):
        grown = int(before["ceiling_idr"]) * (1 + Decimal(after["gdp_growth_percent"]) / 100)
        assert int(after["ceiling_idr"]) == int(grown / 100) * 100


CEILINGS = [
    ("2015-07", 7_000_000), ("2016-02", 7_000_000), ("2016-03", 7_335_300), ("2021-02", 8_939_700),
    ("2021-03", 8_754_600), ("2024-01", 9_559_600), ("2024-02", 9_559_600), ("2024-03", 10_042_300),
    ("2025-02", 10_042_300), ("2025-03", 10_547_400), ("2026-02", 10_547_400), ("2026-03", 11_086_300),
]  # fmt: skip


@pytest.mark.parametrize(("month", "ceiling"), CEILINGS)
def test_the_ceiling_changes_in_march_and_not_in_january(month, ceiling):
    assert rate(month, "PU", "47", "ceiling_idr") == ceiling


@pytest.mark.parametrize("year", [2024, 2025])
def test_the_last_day_of_february_belongs_to_the_old_ceiling(year):
    """29 February in a leap year, 28 otherwise."""
    first_of_march = date(year, 3, 1)
    last = first_of_march - timedelta(days=1)
    assert last.day == (29 if year == 2024 else 28)
    in_force = [
        [begins for begins, ends in spans("jp_ceilings")[()] if begins <= day.isoformat() < ends]
        for day in (last, first_of_march)
    ]
    assert in_force == [[f"{year - 1}-03-01"], [f"{year}-03-01"]]


# --- wage earners ----------------------------------------------------------------------------------------------------

CLASSES = [("47", 2_400), ("01", 5_400), ("10", 8_900), ("24", 12_700), ("41", 17_400), ("00", 2_400), ("04", 2_400)]


@pytest.mark.parametrize(("division", "share"), CLASSES)
def test_work_injury_costs_wage_earners_what_the_class_of_their_activity_costs(division, share):
    """Division 00 is not stated and 04 does not exist: the lowest class."""
    assert rate("2024-12", "PU", division, "jkk_ppm") == share


def test_wage_earners_pay_the_other_programmes_at_one_share():
    row = rates("2024-12").filter(segment="PU").select("jkm_ppm", "jkm_idr", "jht_ppm", "jp_ppm").unique()
    assert row.rows() == [(3_000, 0, 57_000, 30_000)]


# --- own-account workers ---------------------------------------------------------------------------------------------


def test_the_two_packages_cost_what_the_scheme_publishes():
    assert premium("2024-12") == 16_800
    assert premium("2024-12", savings=True) == 36_800


INCOMES = [
    (0, 10_000), (1_099_999, 10_000), (1_100_000, 12_000), (2_699_999, 26_000), (2_700_000, 29_500),
    (20_199_999, 199_500), (20_200_000, 207_000), (900_000_000, 207_000),
]  # fmt: skip


@pytest.mark.parametrize(("income", "injury"), INCOMES)
def test_work_injury_costs_one_percent_of_the_base_of_the_income_band(income, injury):
    """From 10,000 to 207,000 IDR; a band's upper end belongs to the next one."""
    assert premium("2024-12", income=income) - 6_800 == injury


RELIEFS = [
    ("2025-12", "49", 16_800), ("2026-01", "49", 8_400), ("2026-03", "53", 8_400), ("2027-03", "49", 8_400),
    ("2027-04", "49", 16_800), ("2026-03", "47", 16_800), ("2026-04", "47", 8_400), ("2026-12", "47", 8_400),
    ("2027-01", "47", 16_800), ("2026-04", "54", 8_400), ("2026-03", "00", 16_800), ("2026-04", "00", 8_400),
    ("2020-07", "47", 16_800), ("2020-08", "47", 168), ("2021-01", "49", 168), ("2021-02", "47", 16_800),
]  # fmt: skip


@pytest.mark.parametrize(("month", "division", "costs"), RELIEFS)
def test_a_relief_is_for_its_activities_and_months_only(month, division, costs):
    """Transport (49-53) from January 2026 to March 2027, all others (and not stated: 00) from April to December 2026."""
    assert premium(month, division) == costs


SUBSIDISED = [("2020-07", "47", 16_800), ("2020-08", "47", 168), ("2021-02", "47", 16_800), ("2026-01", "49", 16_800),
              ("2026-04", "47", 16_800), ("2026-12", "00", 16_800), ("2027-03", "53", 16_800), ("2027-04", "49", 16_800)]  # fmt: skip


@pytest.mark.parametrize(("month", "division", "costs"), SUBSIDISED)
def test_what_a_public_budget_pays_is_halved_by_no_relief_of_2026(month, division, costs):
    """PP 50/2025 article 3 leaves out members whose JKK and JKM a public budget pays; PP 49/2020 has no such exception."""
    assert premium(month, division, subsidised="yes") == costs


def test_no_relief_touches_old_age_savings():
    assert premium("2026-06", "47", savings=True) == 8_400 + 20_000


def test_in_the_epidemic_wage_earners_paid_a_hundredth_too():
    assert [rate(month, "PU", "47", "jkk_ppm") for month in ("2020-07", "2020-08", "2021-01", "2021-02")] == [
        2_400,
        24,
        24,
        2_400,
    ]


# --- what public budgets pay -----------------------------------------------------------------------------------------


def changes() -> list[str]:
    """Every month in which a list of rates or of premiums changes, and the month before each."""
    names = ("contribution_rates", "bpu_income_bands", "reliefs", "subsidy_premiums")
    days = {
        day[:7] for name in names for column in ("valid_from", "valid_to") for day in codes(name)[column].drop_nulls()
    }
    return sorted(days | {before for day in days if (before := summary.previous(day)) >= "2015-07"})


@pytest.mark.parametrize("month", changes())
def test_the_subsidised_premium_follows_from_rates_bands_and_reliefs(month):
    """Of the lowest band, with the reliefs that hold where a public budget pays, in every activity."""
    listed = query.typed_code_list("subsidy_premiums").filter(
        pl.col("valid_from") <= f"{month}-01", pl.col("valid_to").fill_null(OPEN) > f"{month}-01"
    )
    for division in ("00", "47", "49"):
        assert listed["premium_idr"].to_list() == [premium(month, division, subsidised="yes")]
