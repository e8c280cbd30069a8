"""Figures that are always published, differences that describe no person, and categories that are merged."""

import json
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from assets.errors import ReleaseRefused
from assets.release.build import read_summaries
from assets.release.disclosure.merged_categories import merge_small_categories
from assets.release.disclosure.policy import Policy, check_policy
from assets.release.disclosure.publication_rules import (
    ALWAYS_PUBLISHED,
    MERGED_CATEGORIES,
    AlwaysPublished,
    Figures,
    MergedCategory,
    NotPersonal,
)
from assets.release.protect import protect_all
from schemas.summaries import SUMMARIES
from schemas.summaries.compliance import COMPLIANCE
from tests.nation import MONTHS
from tests.unit.small_releases import JAKON, MONTH, PEOPLE, POLICY, warehouse_of
from tests.unit.two_months import attacker_of, small_of

WITHOUT_JKM = [("3202", "PU", "M", 2), ("5101", "BPU", "F", 1)]
TOTAL = {"sex": ("all",), "age_band": ("all",)}
UPPER = (
    pl.col("geography_level").is_in(["nation", "province"]) & (pl.col("sex") == "all") & (pl.col("age_band") == "all")
)
FEW_BUILDERS = Figures("coverage", {"region_code": ("3201",), "segment": ("JAKON",)}, ("protected_persons",))
OTHER_BUILDERS = Figures(
    "coverage",
    {"geography_level": ("regency",), "region_code": ("3202", "3203"), "segment": ("JAKON", "formal", "all")},
)
ALL_PEOPLE = Figures("coverage", {"geography_level": ("nation", "province", "province_2020"), **TOTAL})


def withheld(shown, *conditions) -> int:
    rows = shown.frames["coverage"].filter(*conditions)
    return sum(rows[name].null_count() for name in ("protected_persons", "memberships", "dual_persons"))


@pytest.fixture(scope="module")
def frames(tmp_path_factory):
    return read_summaries(warehouse_of(tmp_path_factory.mktemp("people"), PEOPLE + JAKON), [MONTH])


# --- differences that describe no person --------------------------------------------------------------------------------


def test_a_few_members_without_death_benefit_suppress_no_total(tmp_path):
    frames = read_summaries(warehouse_of(tmp_path, PEOPLE, WITHOUT_JKM), [MONTH])
    is_programme = UPPER & pl.col("programme").is_in(["any", "jkk", "jkm"])
    assert withheld(protect_all(frames, POLICY, None), is_programme) == 0
    without_rule = protect_all(frames, replace(POLICY, not_personal=()), None)
    assert withheld(without_rule, is_programme) > 0, "the rule is needed"


def test_every_other_small_count_is_protected_beside_the_exception(tmp_path):
    frames = read_summaries(warehouse_of(tmp_path, PEOPLE + JAKON, WITHOUT_JKM), [MONTH])
    attacker, small = attacker_of(protect_all(frames, POLICY, None).frames), small_of(frames)
    without = [cell for cell in small if "-" in str(cell[0])]
    counts = [cell for cell in small if cell not in without]
    assert counts
    intervals = {cell: attacker.interval(cell) for cell in counts}
    assert all(low <= 1e-6 and high >= POLICY.min_count - 1e-6 for low, high in intervals.values())


# --- figures that are always published -----------------------------------------------------------------------------------


def test_totals_of_nation_and_provinces_are_shown_beside_small_counts_of_regencies(frames):
    shown = protect_all(frames, POLICY, None)
    assert withheld(shown, UPPER, pl.col("geography_level") == "nation") == 0
    assert withheld(shown, pl.col("geography_level") == "regency") > 0
    assert shown.certificate["loss_by_level"]["coverage"]["nation"]["withheld"] == 0


@pytest.mark.parametrize(
    ("figures", "problem"),
    [
        (
            (FEW_BUILDERS,),
            "the policy requires 'builders', but protected_persons of coverage 2024-12 .* is below the threshold",
        ),
        (
            (ALL_PEOPLE, OTHER_BUILDERS),
            "the policy requires .* of coverage 2024-12 .* that disclose a small count: aggregate their category",
        ),
    ],
)
def test_a_policy_that_requires_what_cannot_be_published_is_refused_with_the_figure(frames, figures, problem):
    policy = replace(POLICY, always_published=(AlwaysPublished("builders", figures, required=True),))
    with pytest.raises(ReleaseRefused, match=problem):
        protect_all(frames, policy, None)


@pytest.mark.parametrize(
    ("rules", "problem"),
    [
        ({"always_published": (AlwaysPublished("one", (Figures("coverages"),)),)}, "the table coverages"),
        (
            {"always_published": (AlwaysPublished("one", (Figures("coverage", {"office": ("1",)}),)),)},
            "office .*: no key column",
        ),
        (
            {"always_published": (AlwaysPublished("one", (Figures("coverage", {}, ("people",)),)),)},
            "people .*: no count",
        ),
        ({"not_personal": (NotPersonal("coverage", "programme", "any", ("jkm",), " "),)}, "gives no reason"),
        (
            {"merged_categories": (MergedCategory("coverage_enterprise", "size_class", "unknown"),)},
            "cannot be added up",
        ),
    ],
)
def test_a_rule_on_something_that_does_not_exist_is_refused(rules, problem):
    with pytest.raises(ReleaseRefused, match=problem):
        check_policy(replace(POLICY, **rules))


def test_the_rules_are_part_of_the_policy_and_of_its_digest():
    assert Policy.parse(json.loads(json.dumps(POLICY.as_json()))) == POLICY
    assert (
        len(
            {
                replace(POLICY, **{name: ()}).digest()
                for name in ("always_published", "not_personal", "merged_categories")
            }
        )
        == 3
    )
    assert POLICY.digest() != replace(POLICY, not_personal=()).digest()
    with pytest.raises(ValueError, match="surprise"):
        Policy.parse({"min_count": 10, "surprise": 1})


# --- merged categories ---------------------------------------------------------------------------------------------------


def compliance(sizes: dict[str, int]) -> pl.DataFrame:
    """A nation of one province; of every ten memberships one is in arrears."""
    rows = [
        dict.fromkeys(COMPLIANCE.storage)
        | {"month": date(2024, 12, 1), "province_code": region, "segment": "PU", "size_class": size, "availability": "available"}
        | {"due_memberships": due, "paid_memberships": due - due // 10, "arrears_memberships": due // 10, "arrears_months": due // 5}
        | {"unwaged_memberships": 0, "underpaid_memberships": 0, "due_idr": 1000 * due, "paid_idr": 900 * due, "late_idr": 0}
        | {"paid_ratio": 0.9, "density_ratio": 0.9}
        for region in ("ID", "32")
        for size, due in {**sizes, "all": sum(sizes.values())}.items()
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=COMPLIANCE.storage)


def test_a_tiny_category_is_counted_with_the_smallest_other_one():
    frame = compliance({"micro": 9000, "large": 400, "unknown": 70})
    merged, mergers = merge_small_categories({"compliance": frame}, POLICY)
    assert [merger.as_json()["what"] for merger in mergers] == ["size_class unknown of compliance 2024-12"]
    assert mergers[0].as_json()["counted_with"] == "large"
    rows = merged["compliance"].filter(pl.col("province_code") == "ID")
    assert dict(rows.select("size_class", "due_memberships").iter_rows()) == {"micro": 9000, "large": 470, "all": 9470}
    large = rows.row(by_predicate=pl.col("size_class") == "large", named=True)
    assert (large["arrears_memberships"], large["paid_idr"], large["in_time_memberships"]) == (47, 423_000, None)
    assert large["density_ratio"] == pytest.approx(423 / 470)
    assert merged["compliance"].schema == frame.schema


def test_a_category_without_small_figures_remains():
    frame = compliance({"micro": 9000, "large": 400, "unknown": 500})
    merged, mergers = merge_small_categories({"compliance": frame}, POLICY)
    assert not mergers
    assert merged["compliance"].equals(frame)


# --- a simulated nation --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def nation_frames(nation):
    return read_summaries(nation.locations.warehouse, list(MONTHS))


@pytest.fixture(scope="module")
def nation_shown(nation_frames):
    return protect_all(nation_frames, Policy(10), None)


def test_declared_quotients_are_the_ratios_of_the_table(nation_frames):
    for table in SUMMARIES:
        for name, (part, whole) in table.constraints.quotients.items():
            frame = nation_frames[table.name].filter(pl.col(name).is_not_null())
            assert frame.height
            assert (frame[name] - frame[part] / frame[whole]).abs().max() < 1e-12


def test_anybody_can_count_the_loss_by_level_in_the_released_tables(nation_shown):
    loss = nation_shown.certificate["loss_by_level"]["coverage"]
    counts = ("protected_persons", "registered_persons", "memberships", "dual_persons")
    rows = nation_shown.frames["coverage"].unique(
        ["month", "geography_basis", "geography_level", "region_code", "segment", "programme", "sex", "age_band"]
    )
    rows = rows.filter(pl.col("geography_level") == "nation", pl.col("sex") == "all", pl.col("age_band") == "all")
    assert loss["nation"]["figures"] >= sum(rows.select((pl.col(name) > 0).sum()).item() for name in counts)
    assert sum(table["withheld"] for table in loss.values()) > 0


def test_every_withheld_total_of_the_nation_is_small_or_is_named_in_the_certificate(nation_frames, nation_shown):
    named = [entry["what"] for entry in nation_shown.certificate["went"]]
    unexplained = []
    for figures in ALWAYS_PUBLISHED[0].figures:
        table = next(table for table in SUMMARIES if table.name == figures.table)
        both = (
            nation_shown.frames[table.name]
            .join(nation_frames[table.name], on=list(table.key), suffix=" true", nulls_equal=True)
            .filter(figures.rows)
        )
        for name in (field.name for field in table.fields if field.sensitive):
            threshold = POLICY.threshold(table.field(name).unit)
            lost = both.filter(pl.col(name).is_null(), pl.col(f"{name} true") >= threshold)
            keys = [key for key in table.key if key != "month" and key not in table.constraints.repeated_over]
            for row in lost.iter_rows(named=True):
                what = f"{name} of {table.name} {row['month']:%Y-%m} ({', '.join(f'{key} {row[key]}' for key in keys)})"
                uses = [row[f"{used} true"] for used in table.field(name).uses if f"{used} true" in row]
                if what not in named and not any(0 < (used or 0) < POLICY.min_count for used in uses):
                    unexplained.append(what)
    assert unexplained == []
    assert MERGED_CATEGORIES
