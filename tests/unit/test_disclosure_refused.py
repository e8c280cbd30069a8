"""A table that cannot be protected is refused: by its name and month, and with what to do; no figure is in the message.

Planted: a nation with few construction workers. Its total of all and of wage earners are always told, so the two together
tell how many builders there are, whatever else is withheld.
"""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from assets.errors import ReleaseRefused
from assets.release.build import gathered
from assets.release.disclosure.policy import Policy
from assets.release.protect import protect_all
from tests.unit.test_disclosure import warehouse_of

RULE = Policy(10)
JANUARY = date(2025, 1, 1)
OTHERS = [("3201", "PU", "M", 400), ("3201", "BPU", "M", 300), ("3171", "PU", "M", 500)]


def nation(root: Path, builders: int) -> dict[str, pl.DataFrame]:
    return gathered(warehouse_of(root, [*OTHERS, ("3201", "JAKON", "M", builders)]), ["2024-12"])


def next_month(frames: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    return {name: frame.with_columns(pl.lit(JANUARY).alias("month")) for name, frame in frames.items()}


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    return nation(tmp_path_factory.mktemp("few"), 4)


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    return nation(tmp_path_factory.mktemp("many"), 40)


def message(frames: dict[str, pl.DataFrame]) -> str:
    with pytest.raises(ReleaseRefused) as refusal:
        protect_all(frames, RULE, None)
    return str(refusal.value)


def test_a_nation_of_many_builders_is_released(many):
    assert set(protect_all(many, RULE, None).frames) == set(many)


def test_a_nation_of_few_builders_is_refused_with_the_table_the_month_and_what_to_do(few):
    assert message(few) == (
        "coverage of 2024-12 cannot be protected: 6 demands are not met whatever is withheld; "
        "publish it with fewer breakdowns"
    )


def test_of_two_months_the_one_that_cannot_be_protected_is_named(few, many):
    later = {name: pl.concat([many[name], frame]) for name, frame in next_month(few).items()}
    assert message(later).startswith("coverage of 2025-01 cannot be protected: ")
    earlier = {name: pl.concat([few[name], frame]) for name, frame in next_month(many).items()}
    assert message(earlier).startswith("coverage of 2024-12 cannot be protected: ")
