"""What several months tell together: opening is the closing of the month before, and opening + in − out = closing.

The attacker writes these equations, and those of `coverage`, down again from what the tables mean, and reads what is shown.
"""

import polars as pl
import pytest

from assets.release.protect import protect_all
from tests.unit.attacker import contains, is_known
from tests.unit.small_releases import POLICY
from tests.unit.two_months import BEFORE, NOW, Frames, alone, attacker_of, figures, flows_of, month_of, people, small_of

BUILDERS = {"3201": 60, "3202": 50, "3203": 40, "3204": 30, "3171": 200, "3172": 90, "5101": 2, "5102": 3, "5103": 2}


@pytest.fixture(scope="module")
def before(tmp_path_factory) -> Frames:
    return month_of(tmp_path_factory.mktemp("before"), people(BUILDERS, 0), BEFORE)


@pytest.fixture(scope="module")
def both(before, tmp_path_factory) -> Frames:
    """Two months: in the second many builders came to the province of few."""
    many = BUILDERS | {"5101": 62, "5102": 73, "5103": 52}
    now = month_of(tmp_path_factory.mktemp("now"), people(many, 15), NOW)
    now["flows"] = flows_of(before["coverage"], now["coverage"])
    return {name: pl.concat([before[name], now[name]]) for name in before}


# --- the attacker's equations ------------------------------------------------------------------------------------------


THE_SEVEN = ("protected_persons", BEFORE, "home", "province", "51", "JAKON", "any", "all", "all")


def test_the_seven_builders_are_planted(both):
    assert figures(both)[THE_SEVEN] == 7
    assert figures(both)["opening_persons", NOW, "51", "JAKON"] == 7


def test_primary_suppression_alone_does_not_protect_two_months(both):
    found = attacker_of({name: alone(both, name) for name in ("coverage", "flows")}).interval(THE_SEVEN)
    assert is_known(found)
    assert found[0] == pytest.approx(7)


def test_the_flows_of_the_next_month_disclose_a_month_that_is_protected_alone(before, both):
    first = protect_all(before, POLICY, None).frames
    assert contains(attacker_of(first).interval(THE_SEVEN), 0, POLICY.min_count)
    now = pl.col("month") == NOW
    published = {
        "coverage": pl.concat([first["coverage"], alone(both, "coverage").filter(now)]),
        "flows": alone(both, "flows"),
    }
    assert is_known(attacker_of(published).interval(THE_SEVEN))


def test_months_protected_together_disclose_no_small_count(both):
    shown = protect_all(both, POLICY, None).frames
    attacker, small = attacker_of(shown), small_of(both)
    assert contains(attacker.interval(THE_SEVEN), 0, POLICY.min_count)
    assert len(small) > 100
    assert [cell for cell in small if not contains(attacker.interval(cell), 0, POLICY.min_count)] == []
