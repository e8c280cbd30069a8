"""The information loss of a simulated nation, by table and level, at 1:1,000 and at 1:100."""

import pytest

from assets.release.build import read_summaries
from assets.release.disclosure.policy import load_policy
from assets.release.protect import protect_all
from simulator import simulate
from tests.nation import build_tables, locations_at

MONTH = "2024-12"
# Withheld totals that are below the threshold, or beside such a figure: unenrolled employers, employers with credit, credit
# contracts without NIK, memberships without a wage, dormant migrant workers. `coverage` has none.
SMALL_TOTALS = {
    0.001: {
        "activity": 3,
        "coverage_enterprise": 9,
        "kur_linkage": 1,
        "compliance": 6,
        "outreach": 1,
        "flows": 2,
        "retention": 26,
    },
    0.01: {"coverage_enterprise": 7, "kur_linkage": 1, "compliance": 3},
}
MOST_PERCENT = {0.001: {"province": 50, "regency": 100}, 0.01: {"province": 16, "regency": 96}}  # of `coverage`


@pytest.mark.slow
@pytest.mark.parametrize("scale", SMALL_TOTALS)
def test_the_totals_of_the_nation_are_published(tmp_path, scale):
    locations = locations_at(tmp_path)
    simulate(locations.landing, MONTH, scale)
    build_tables(locations, MONTH)
    shown = protect_all(read_summaries(locations.warehouse, [MONTH]), load_policy(), None)
    loss = shown.certificate["loss_by_level"]
    assert loss["coverage"]["nation"]["withheld"] == 0
    withheld = {name: levels["nation"]["withheld"] for name, levels in loss.items() if "nation" in levels}
    for name, number in withheld.items():
        assert number <= SMALL_TOTALS[scale].get(name, 0), name
    provinces = shown.frames["coverage"].filter(
        geography_level="province", segment="all", programme="any", sex="all", age_band="all"
    )
    assert provinces["protected_persons"].null_count() == 0
    for level, most in MOST_PERCENT[scale].items():
        of_level = loss["coverage"][level]
        assert of_level["withheld"] * 100 <= most * of_level["figures"]
