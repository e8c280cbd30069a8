"""Our figures against published ones, and published ones against themselves: the defects are real ones."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from summaries import NATION_TOTAL, build, given, warehouse
from tables import table, written

from assets.coverage.reconciliation import RECONCILIATION
from assets.coverage.summary import InputMonths, Summary
from assets.engines.engine import Engine
from assets.release.protect import Policy, protect
from assets.warehouse import Warehouse
from schemas import code_lists
from schemas.summaries.activity import ACTIVITY
from schemas.summaries.coverage import COVERAGE
from schemas.summaries.vulnerable import VULNERABLE_WORKERS

CELL = NATION_TOTAL | {"survey_wave": date(2024, 8, 1)}
FIGURE = "figure_id | indicator | segment | region_scheme | region_code | as_of | value | half_unit | source"
CLAIM = "claim_id | kind | stated_value | part_a | part_b | part_c | base_a | base_b | tolerance"


def shown(found: pl.DataFrame, *columns: str, **where: str) -> list[str]:
    """These columns of the rows that are so, sorted, as drawn rows."""
    rows = found.filter(pl.lit(value=True), *(pl.col(name) == value for name, value in where.items()))
    return written(rows.select(columns).sort(pl.all(), nulls_last=True))


def listing(figures: str = FIGURE, claims: str = CLAIM) -> Summary:
    """The summary with these published figures and claims (of December 2024) in place of the lists."""
    whole = {"value": pl.Int64(), "half_unit": pl.Int64()}
    claimed = table(claims).with_columns(
        as_of=pl.lit("2024-12"),
        indicator=pl.lit("x"),
        region_code=pl.lit("ID"),
        segment=pl.lit("all"),
        statement=pl.lit("said"),
        source=pl.lit("a paper"),
    )

    def prepare(engine: Engine, month: str, input_months: InputMonths) -> None:
        engine.register_frame("published_figures", table(figures, **whole))
        engine.register_frame("published_claims", claimed)

    return replace(RECONCILIATION, prepare=prepare)


def counted(root: Path, cells: str, month: str = "2024-12", **usual: object) -> Warehouse:
    store = warehouse(root)
    given(store, COVERAGE, cells, month, **(CELL | usual))
    return store


# --- our figures against published ones ----------------------------------------------------------------------------

PUBLISHED = f"""{FIGURE}
    exact    | protected_persons | PU       | kemendagri_2025 | nation | 2024-12 | 250   | 0   | a
    exact_no | protected_persons | JAKON    | kemendagri_2025 | nation | 2024-12 | 250   | 0   | a
    rounded  | protected_persons | formal   | kemendagri_2025 | nation | 2024-12 | 1_000 | 50  | b
    far      | protected_persons | informal | kemendagri_2025 | nation | 2024-12 | 1_000 | 50  | b
    absent   | protected_persons | BPU      | kemendagri_2025 | nation | 2024-12 | 1_000 | 50  | b
    earlier  | protected_persons | PU       | kemendagri_2025 | nation | 2024-11 | 250   | 0   | a
"""
COUNTED = """
    segment  | denominator_id | protected_persons
    PU       | none           | 250
    JAKON    | none           | 251
    formal   | potential      | 950
    informal | potential      | 1051
"""


def test_a_figure_agrees_within_half_its_last_digit(tmp_path):
    found = build(counted(tmp_path, COUNTED), listing(PUBLISHED))
    assert shown(found, "figure_id", "our_value", "difference", "tolerance", "verdict") == [
        "absent |  |  | 50.0 | not_computed",
        "exact | 250.0 | 0.0 | 0.5 | agrees",
        "exact_no | 251.0 | 1.0 | 0.5 | differs",
        "far | 1051.0 | 51.0 | 50.0 | differs",
        "rounded | 950.0 | -50.0 | 50.0 | agrees",
    ]


def test_a_person_of_a_synthetic_month_represents_many_and_the_note_states_it(tmp_path):
    """One of ours is a hundred: less than a hundred is lost in rounding a segment, twice that of formal (PU and JAKON)."""
    cells = "segment | denominator_id | protected_persons\nPU | none | 3\nJAKON | none | 4\nformal | potential | 12"
    store = counted(tmp_path, cells)
    with store.candidate("memberships", "2024-12") as candidate:
        pl.DataFrame({"month": []}).write_parquet(candidate / "part-00000.parquet")
        store.promote("memberships", "2024-12", candidate, {"fingerprint": "synthetic", "persons_scale": 100})
    found = build(store, listing(PUBLISHED)).drop_nulls("our_value")
    assert shown(found, "figure_id", "our_value", "our_persons", "difference", "tolerance", "verdict") == [
        "exact | 300.0 | 3 | 50.0 | 99.5 | agrees",
        "exact_no | 400.0 | 4 | 150.0 | 99.5 | differs",
        "rounded | 1200.0 | 12 | 200.0 | 248.0 | agrees",
    ]
    assert found["note"].unique().to_list() == ["synthetic month: each of our persons stands for 100"]


DORMANT = """
    province_code | segment  | payer | channel | dormant_persons
    ID            | all      | all   | all     | 70
    ID            | informal | all   | all     | 20
    ID            | informal | self  | all     | 15
    32            | all      | all   | all     | 40
"""


def test_dormant_members_of_the_nation_are_compared_and_no_payer_or_province(tmp_path):
    store = counted(tmp_path, "segment | denominator_id | protected_persons\nPU | none | 3")
    given(store, ACTIVITY, DORMANT, availability="available")
    published = f"""{FIGURE}
    every    | dormant_persons | all      | kemendagri_2025 | nation | 2024-12 | 70 | 0 | a
    informal | dormant_persons | informal | kemendagri_2025 | nation | 2024-12 | 25 | 0 | a
    province | dormant_persons | all      | kemendagri_2025 | 32     | 2024-12 | 40 | 0 | a
"""
    found = build(store, listing(published))
    assert shown(found, "figure_id", "our_value", "our_persons", "verdict") == [
        "every | 70.0 | 70 | agrees",
        "informal | 20.0 | 20 | differs",
        "province |  |  | not_computed",
    ]


def test_a_month_without_a_published_figure_has_no_row(tmp_path):
    assert build(counted(tmp_path, COUNTED, "2024-10"), listing(PUBLISHED), "2024-10").is_empty()


def test_persons_have_rows_for_every_population_and_are_compared_once(tmp_path):
    cells = """
        denominator_id | protected_persons | denominator_persons
        potential      | 452               | 1018
        employed       | 452               | 1446
    """
    published = f"{FIGURE}\na | protected_persons | all | kemendagri_2025 | nation | 2024-12 | 452 | 0 | a"
    assert shown(build(counted(tmp_path, cells), listing(published)), "our_value", "our_persons") == ["452.0 | 452"]


REGIONS = f"""{FIGURE}
    nation    | protected_persons | all | kemendagri_2025 | nation | 2024-12 | 1 | 0 | a
    province  | protected_persons | all | kemendagri_2025 | 91     | 2024-12 | 1 | 0 | a
    undivided | protected_persons | all | kemendagri_2020 | 91     | 2024-12 | 1 | 0 | a
    regency   | protected_persons | all | kemendagri_2025 | 9103   | 2024-12 | 1 | 0 | a
    elsewhere | protected_persons | all | bps_2020        | 91     | 2024-12 | 1 | 0 | a
"""


def test_regions_follow_the_office_of_registration_in_the_vintage_published(tmp_path):
    cells = """
        geography_level | region_code | geography_basis | protected_persons
        nation          | ID          | home            | 1
        nation          | ID          | work            | 1
        province        | 91          | home            | 2
        province        | 91          | work            | 3
        province_2020   | 91          | home            | 4
        province_2020   | 91          | work            | 5
        regency         | 9103        | work            | 6
    """
    found = build(counted(tmp_path, cells), listing(REGIONS))
    assert shown(found, "figure_id", "region_code", "our_value") == [
        "elsewhere | 91 |",
        "nation | ID | 1.0",
        "province | 91 | 3.0",
        "regency | 9103 | 6.0",
        "undivided | 91 | 5.0",
    ]


POPULATIONS = f"""{FIGURE}
    potential | potential_persons | formal | kemendagri_2025 | nation | 2024-12 | 407   | 0 | a
    employed  | employed_persons  | all    | kemendagri_2025 | nation | 2024-12 | 1_446 | 0 | a
"""
ESTIMATED = """
    segment | denominator_id | protected_persons | denominator_persons | survey_wave
    formal  | potential      | 353               | 407                 | 2024-08
    all     | employed       | 452               | 1446                | {wave}
"""


def test_populations_are_compared_and_rest_on_no_counted_person(tmp_path):
    found = build(counted(tmp_path, ESTIMATED.format(wave="2024-12")), listing(POPULATIONS))
    assert shown(found, "figure_id", "our_value", "our_persons", "verdict") == [
        "employed | 1446.0 |  | agrees",
        "potential | 407.0 |  | agrees",
    ]


def test_the_employed_are_compared_in_the_month_of_their_wave_only(tmp_path):
    found = build(counted(tmp_path, ESTIMATED.format(wave="2024-08")), listing(POPULATIONS))
    assert shown(found, "our_value", "verdict", "note", figure_id="employed") == [
        " | not_computed | the survey wave in use is not of this month".strip()
    ]


VULNERABLE = f"""{FIGURE}
    vulnerable | vulnerable_persons | informal | kemendagri_2025 | nation | 2024-12 | 3_085 | 5 | a
    subsidised | subsidised_persons | informal | kemendagri_2025 | nation | 2024-12 | 297   | 5 | a
"""
PAID = """
    province_code | payer               | vulnerable_basis | potential_persons | protected_persons
    ID            | all                 | all              | 3085              | 900
    ID            | regional_government | all              |                   | 200
    ID            | village_fund        | all              |                   | 95
    ID            | donor               | all              |                   | 40
    ID            | village_fund        | farmer           |                   | 60
    31            | village_fund        | all              |                   | 7
"""


def test_the_subsidised_are_those_paid_by_regional_and_village_budgets(tmp_path):
    store = warehouse(tmp_path)
    given(store, VULNERABLE_WORKERS, PAID, availability="available")
    assert shown(build(store, listing(VULNERABLE)), "figure_id", "our_value", "our_persons", "verdict") == [
        "subsidised | 295.0 | 95 | agrees",
        "vulnerable | 3085.0 |  | agrees",
    ]


def test_without_our_tables_figures_are_not_computed_and_claims_still_checked(tmp_path):
    store = warehouse(tmp_path)
    given(
        store,
        VULNERABLE_WORKERS,
        "province_code | payer | vulnerable_basis\nID | all | all",
        availability="not_available",
    )
    found = build(store, listing(VULNERABLE, f"{CLAIM}\nshare | ratio | 50 | 1 | 2 | | | | 0.05"))
    assert shown(found, "figure_id", "verdict") == [
        "share | agrees",
        "subsidised | not_computed",
        "vulnerable | not_computed",
    ]


def test_a_small_count_of_ours_is_withheld_with_the_difference(tmp_path):
    published = f"{FIGURE}\na | protected_persons | PU | kemendagri_2025 | nation | 2024-12 | 250 | 0 | a"
    found = build(counted(tmp_path, "segment | denominator_id | protected_persons\nPU | none | 3"), listing(published))
    released = protect(found, RECONCILIATION.table, Policy(5))
    assert shown(released, "published_value", "our_value", "our_persons", "difference", "conf_status") == [
        "250.0 |  |  |  | A"
    ]


# --- published figures against themselves --------------------------------------------------------------------------

KINDS = f"""{CLAIM}
    ratio/sound            | ratio         | 25      | 1       | 4       |         |            |           | 0.05
    ratio/edge             | ratio         | 25.05   | 10      | 40      |         |            |           | 0.0500001
    ratio/transposed       | ratio         | 50.88   | 935079  | 1873899 |         |            |           | 0.05
    growth/sound           | growth        | 50      | 100     | 150     |         |            |           | 0.05
    growth/pmi             | growth        | 42.38   | 235657  | 333163  |         |            |           | 0.05
    sum/rounded            | sum           | 41560   | 28980   | 12570   |         |            |           | 5
    sum/three              | sum           | 60      | 10      | 20      | 30      |            |           | 0
    sum/off                | sum           | 61      | 10      | 20      | 30      |            |           | 0.2
    sum/beyond_rounding    | sum           | 41570   | 28980   | 12570   |         |            |           | 5
    whole/sound            | part_of_whole | 100     | 30      | 40      |         |            |           | 0
    whole/all_of_it        | part_of_whole | 100     | 60      | 40      |         |            |           | 0
    whole/kumparan         | part_of_whole | 2900000 | 1100000 | 240521  | 7100000 |            |           | 50000
    change/sound           | change        |         | 1027234 | 1100000 |         |            |           | 15
    change/sulbar          | change        |         | 176383  | 65340   |         |            |           | 15
    change/jump            | change        |         | 65340   | 176383  |         |            |           | 15
    totals/same            | two_totals    | 592392  | 592392  |         |         |            |           | 0
    totals/two             | two_totals    | 592932  | 592392  |         |         |            |           | 0
    base/sound             | base          | 50      | 1       | 2       |         | potential  | potential |
    base/population        | base          | 59.16   | 141984  | 240009  |         | population | potential |
    base/other             | base          |         |         |         |         | employed   | potential |
    base/unheard_of        | base          |         |         |         |         | population |           |
    mix/same               | target_mix    | 35.68   | 52.15   |         |         | potential  | potential |
    mix/two                | target_mix    | 35.68   | 32.15   |         |         | potential  | employed  |
    date/sound             | date          | 202302  | 202302  | 202304  |         |            |           |
    date/of_another_month  | date          | 202202  | 202302  | 202304  |         |            |           |
    date/after_publication | date          | 202305  |         | 202304  |         |            |           |
    date/before            | date          | 202304  |         | 202304  |         |            |           |
    geography/present      | geography     | 38      |         |         |         |            |           |
    geography/of_2021      | geography     | 34      |         |         |         |            |           |
    missing/part           | ratio         | 50      | 1       |         |         |            |           | 0.05
    missing/base           | target_mix    | 50      | 1       |         |         | potential  |           |
"""
SOUND = {"sound", "edge", "rounded", "three", "all_of_it", "same", "before", "present"}


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    return build(warehouse(tmp_path_factory.mktemp("claims")), listing(claims=KINDS))


@pytest.mark.parametrize("name", [line.split("|")[0].strip() for line in KINDS.strip().splitlines()[1:]])
def test_each_kind_distinguishes_a_defect_from_a_sound_claim(checked, name):
    group, _, case = name.partition("/")
    expected = "not_computed" if group == "missing" else "agrees" if case in SOUND else "defect"
    assert shown(checked, "verdict", figure_id=name) == [expected]


VALUES = """
    ratio/transposed  | 50.88     | 49.9    | -0.98
    growth/pmi        | 42.38     | 41.38   | -1.0
    sum/rounded       | 41560.0   | 41550.0 | -10.0
    whole/kumparan    | 2900000.0 | 8440521.0 | 5540521.0
    change/sulbar     |           | -62.96  |
    totals/two        | 592932.0  | 592392.0 | -540.0
    mix/two           | 35.68     |         |
    date/of_another_month | 202202.0 | 202302.0 |
    geography/of_2021 | 34.0      | 38.0    | 4.0
"""


@pytest.mark.parametrize("drawn", VALUES.strip().splitlines())
def test_the_value_is_recomputed_from_the_parts(checked, drawn):
    name, *expected = (cell.strip() for cell in drawn.split("|"))
    row = checked.filter(figure_id=name).select("published_value", "our_value", "difference").row(0)
    assert ["" if cell is None else str(round(cell, 2)) for cell in row] == expected


def test_the_tolerance_of_a_sum_counts_every_term(checked):
    """Two parts and the total, each rounded: three halves of the last digit."""
    assert shown(checked, "tolerance", figure_id="sum/rounded") == ["15.0"]
    assert shown(checked, "tolerance", figure_id="ratio/sound") == ["0.05"]


def test_the_note_has_the_claim_and_the_result(checked):
    assert shown(checked, "note", "source", figure_id="whole/kumparan") == [
        "said: the parts are more than the whole | a paper"
    ]
    assert shown(checked, "note", figure_id="missing/part") == ["said: a part is missing"]


def test_the_provinces_in_force_are_those_of_the_month(tmp_path):
    """34 until the end of June 2022, when Papua was divided."""
    claims = table(f"{CLAIM}\nthen | geography | 34 | | | | | |").with_columns(
        as_of=pl.lit("2022-05"),
        indicator=pl.lit("x"),
        region_code=pl.lit("ID"),
        segment=pl.lit("all"),
        statement=pl.lit("said"),
        source=pl.lit("a paper"),
    )
    before = replace(
        listing(), prepare=lambda engine, month, input_months: engine.register_frame("published_claims", claims)
    )
    assert shown(build(warehouse(tmp_path), before, "2022-05"), "our_value", "verdict") == ["34.0 | agrees"]


REAL = """
    2022-12 | growth:pmi:2022                  | defect
    2023-02 | date:segments:2023-02            | defect
    2023-12 | geography:participants:2023-12   | defect
    2023-12 | sum:registered:2023-12           | agrees
    2023-12 | sum:segments:2023-12             | agrees
    2023-12 | sum:sexes:2023-12                | agrees
    2023-12 | two_totals:nation:2023-12        | agrees
    2024-06 | two_totals:pmi:2024-06           | defect
    2024-08 | base:papua:2024-08               | defect
    2024-08 | ratio:papua:2024-08              | agrees
    2024-12 | base:jambi:2024-12               | agrees
    2024-12 | date:subsidised:2024-12          | agrees
    2024-12 | geography:rank:2024-12           | defect
    2024-12 | part_of_whole:provinces:2024-12  | agrees
    2024-12 | part_of_whole:subsidised:2024-12 | defect
    2024-12 | part_of_whole:vulnerable:2024-12 | agrees
    2024-12 | ratio:jambi:2024-12              | agrees
    2024-12 | ratio:nation:2024-12             | agrees
    2024-12 | sum:groups:2024-12               | agrees
    2024-12 | sum:registered:2024-12           | agrees
    2025-02 | change:bali:2025-02              | agrees
    2025-02 | change:kepulauan_bangka_belitung:2025-02 | defect
    2025-02 | change:maluku:2025-02            | defect
    2025-02 | change:riau:2025-02              | agrees
    2025-02 | change:sulawesi_barat:2025-02    | defect
    2025-02 | sum:segments:2025-02             | agrees
    2025-03 | ratio:bali:2025-03               | defect
    2025-03 | ratio:bali:2025-03:digits_in_order | agrees
    2025-03 | sum:segments:2025-03             | agrees
    2025-04 | geography:codes:2025-04          | agrees
    2025-04 | target_mix:rpjmn:2025-04         | defect
    2025-04 | target_mix:ucj:2025-04           | agrees
"""


def test_the_known_claims_are_judged_each_in_its_month(tmp_path):
    known = table(f"month | claim_id | verdict\n{REAL.strip()}")
    assert sorted(known["claim_id"]) == sorted(code_lists.codes("published_claims")["claim_id"])
    for (month,), rows in known.group_by("month"):
        found = build(warehouse(tmp_path), RECONCILIATION, str(month))
        claims = found.filter(pl.col("figure_id").is_in(rows["claim_id"].implode()))
        assert shown(claims, "figure_id", "verdict") == written(rows.select("claim_id", "verdict").sort(pl.all()))
        assert found.filter(pl.col("verdict").is_in(["agrees", "defect"])).height == rows.height


def test_every_published_figure_has_a_row_in_its_month(tmp_path):
    listed = code_lists.codes("published_figures").filter(as_of="2023-12")
    found = build(warehouse(tmp_path), RECONCILIATION, "2023-12")
    assert set(listed["figure_id"]) <= set(found["figure_id"])


def test_the_lists_fit_together():
    claims, kinds = code_lists.codes("published_claims"), code_lists.codes("claim_kinds")
    assert set(claims["kind"]) == set(kinds["code"])
    assert not claims["claim_id"].is_duplicated().any()
    assert not set(claims["claim_id"]) & set(code_lists.codes("published_figures")["figure_id"])
    assert claims["source"].null_count() == 0
