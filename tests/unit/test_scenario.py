"""The scenario of a planner: its file, and its arithmetic worked out by hand."""

from pathlib import Path

import duckdb
import pytest

from assets.errors import CakupanError
from assets.release.scenario.assumptions import Assumption, read_scenario
from assets.release.scenario.projection import Observed, project, total
from pipelines.cli.scenario import scenario

NAMES = {"31": "DKI Jakarta", "32": "Jawa Barat"}
CELL = ("32", "informal")
NOW = Observed(400, 1000, ((300, 70, 30), (380, 62, 0)))  # entry rates 0.1 and 0.1, exit rates 0.1 and 0


def written(folder: Path, text: str) -> Path:
    path = folder / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_observed_rates_have_the_lowest_the_mean_and_the_highest_month():
    assert NOW.entry_rate == pytest.approx((0.1, 0.1, 0.1))
    assert NOW.exit_rate == pytest.approx((0.0, 0.05, 0.1))


def test_without_assumptions_the_observed_rates_go_on():
    """High: 400 + 60 = 460, + 54 = 514. Central: 400 + 60 - 20 = 440, + 56 - 22 = 474. Low: 400 + 60 - 40 = 420, + 58 - 42 = 436."""
    found = project({CELL: NOW}, (), 2, 16_800)[CELL]
    assert found.projected == pytest.approx((436, 474, 514))
    assert found.ratios() == pytest.approx((0.4, 0.436, 0.474, 0.514))


def test_campaigns_and_budgets_are_added_and_later_rates_replace_earlier_ones():
    """400 + 25 + 25 in two months without other entries and exits, and 10 workers that the budget pays for."""
    assumed = (
        Assumption("all", "informal", (0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
        Assumption("32", "informal", (0.0, 0.0, 0.0), (0.0, 0.0, 0.0), campaign_persons=30),
        Assumption("32", "informal", campaign_persons=20, budget_idr=16_800 * 2 * 10 + 1),
        Assumption("31", "informal", campaign_persons=500),
        Assumption("all", "formal", campaign_persons=500),
    )
    assert project({CELL: NOW}, assumed, 2, 16_800)[CELL].projected == pytest.approx((460, 460, 460))


def test_a_budget_pays_for_no_more_workers_than_there_are():
    assumed = (Assumption("32", "informal", (0, 0, 0), (0, 0, 0), budget_idr=16_800 * 5000),)
    assert project({CELL: NOW}, assumed, 1, 16_800)[CELL].projected == (1000, 1000, 1000)


def test_coverage_above_the_potential_stays_and_nobody_enters():
    full = Observed(1200, 1000, ((1200, 5, 0),))
    assert project({CELL: full}, (), 3, 16_800)[CELL].projected == (1200, 1200, 1200)


def test_cells_add_up():
    found = total(project({CELL: NOW, ("31", "formal"): NOW}, (), 1, 16_800).values())
    assert (found.protected, found.potential) == (800, 2000)
    assert found.projected == pytest.approx((840, 880, 920))


def test_a_file_is_read(tmp_path):
    text = """
        target_month = "2025-12"
        [[assumption]]
        province = "32"
        segment = "informal"
        entry_rate = [0.001, 0.002, 0.003]
        exit_rate = 0.01
        campaign_persons = 10
    """
    found = read_scenario(written(tmp_path, text), NAMES)
    assert found.target_month == "2025-12"
    assert found.assumptions == (Assumption("32", "informal", (0.001, 0.002, 0.003), (0.01, 0.01, 0.01), 10),)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ('province = "99"\nsegment = "formal"', "assumption 1: province: the code of a province"),
        ('province = "32"\nsegment = "BPU"', 'assumption 1: segment: "formal" or "informal" is needed'),
        ('province = "32"\nsegment = "formal"\nentry_rate = 2', "entry_rate: a monthly rate from 0 to 1"),
        ('province = "32"\nsegment = "formal"\nexit_rate = [0.3, 0.2, 0.1]', "exit_rate: a monthly rate"),
        ('province = "32"\nsegment = "formal"\nexit_rate = [0.1, 0.2]', "exit_rate: a monthly rate"),
        ('province = "32"\nsegment = "formal"\ncampaign_persons = -1', "campaign_persons: a whole number of persons"),
        ('province = "32"\nsegment = "formal"\nbudget_idr = 5', "budgets pay for informal workers only"),
        ('province = "all"\nsegment = "informal"\nbudget_idr = 5', "budget_idr: name one province"),
        ('province = "32"\nsegment = "formal"\nrate = 1', "rate: unknown; known are entry_rate"),
    ],
)
def test_each_wrong_entry_has_a_message(tmp_path, entry, message):
    path = written(tmp_path, f'target_month = "2025-12"\n[[assumption]]\n{entry}')
    with pytest.raises(CakupanError, match=r"plan\.toml") as refused:
        read_scenario(path, NAMES)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("target_month = 2025", 'target_month: a month such as "2025-12"'),
        ('target_month = "2025-13"', 'target_month: a month such as "2025-12"'),
        ('target_month = "2025-12"\nmonth = 1', "month: unknown"),
        ('target_month = "2025-12"\nassumption = 1', "write each one below its own line"),
        ("target_month = ", "cannot be read as TOML"),
    ],
)
def test_a_wrong_file_has_a_message(tmp_path, text, message):
    with pytest.raises(CakupanError) as refused:
        read_scenario(written(tmp_path, text), NAMES)
    assert message in str(refused.value)


# --- the command ---------------------------------------------------------------------------------------------------

RELEASE = """
CREATE TABLE code_names AS SELECT * FROM (VALUES ('provinces', '32', 'Jawa Barat')) AS t(list_name, code, name);
CREATE TABLE coverage AS SELECT DATE '2024-12-01' AS month;
CREATE TABLE coverage_headline AS SELECT * FROM (VALUES
    (DATE '2024-12-01', 'province', '32', 'informal', 400, 1000), (DATE '2024-12-01', 'province', '32', 'formal', 500, 1000),
    (DATE '2024-12-01', 'nation', 'ID', 'informal', 9, 9), (DATE '2024-11-01', 'province', '32', 'informal', 9, 9)
) AS t(month, geography_level, region_code, segment, protected_persons, denominator_persons);
CREATE TABLE regional_programmes AS SELECT DATE '2024-12-01' AS month, 'ID' AS region_code, 16800 AS premium_idr;
CREATE TABLE flows AS SELECT * FROM (VALUES
    (DATE '2024-12-01', '32', 'informal', 500, 40, 10, 20, 4, 1), (DATE '2023-12-01', '32', 'informal', 9, 9, 9, 9, 9, 9)
) AS t(month, province_code, segment, opening_persons, entered_persons, re_entered_persons, became_unpaid_persons,
    left_ended_persons, left_absent_persons);
ALTER TABLE flows ADD COLUMN availability VARCHAR DEFAULT 'available';
"""
PLAN = 'target_month = "2025-01"\n[[assumption]]\nprovince = "32"\nsegment = "informal"\nbudget_idr = 168000'


@pytest.fixture(autouse=True)
def _internal_edition(monkeypatch):
    monkeypatch.setenv("CAKUPAN_EDITIONS", "internal,public")
    monkeypatch.setenv("COLUMNS", "80")


def released(root: Path, *changes: str) -> Path:
    folder = root / "internal" / "2024-12-0123456789"
    folder.mkdir(parents=True)
    with duckdb.connect(folder / "coverage.duckdb") as con:
        for statement in (RELEASE, *changes):
            con.execute(statement)
    (root / "internal" / "current").symlink_to(folder.name)
    return root


def test_the_command_projects_the_last_twelve_months_of_provinces(tmp_path, capsys):
    """Informal: entry rate 50 ÷ 500, exit rate 25 ÷ 500: 400 + 60 - 20, and 10 paid for. Formal: no flows, 500 stay."""
    scenario(written(tmp_path, PLAN), csv=True, releases=released(tmp_path / "releases"))
    assert capsys.readouterr().out.splitlines()[1:] == [
        "Indonesia,formal,0.5,0.5,0.5,0.5,500,500.0,500.0,500.0",
        "Indonesia,informal,0.4,0.45,0.45,0.45,400,450.0,450.0,450.0",
        "Indonesia,all,0.45,0.475,0.475,0.475,900,950.0,950.0,950.0",
        "Jawa Barat,formal,0.5,0.5,0.5,0.5,500,500.0,500.0,500.0",
        "Jawa Barat,informal,0.4,0.45,0.45,0.45,400,450.0,450.0,450.0",
        "Jawa Barat,all,0.45,0.475,0.475,0.475,900,950.0,950.0,950.0",
    ]


def test_the_table_fits_a_terminal(tmp_path, capsys):
    scenario(written(tmp_path, PLAN), releases=released(tmp_path / "releases"))
    printed = capsys.readouterr().out
    assert max(map(len, printed.splitlines())) <= 80
    assert "45.0 %" in printed


@pytest.mark.parametrize(
    ("change", "plan", "message"),
    [
        ("DELETE FROM flows", PLAN, "run at least two consecutive months"),
        ("DELETE FROM regional_programmes", PLAN, "no regional_programmes for 2024-12"),
        ("SELECT 1", PLAN.replace("2025-01", "2024-12"), "a month after 2024-12"),
    ],
)
def test_a_release_that_cannot_answer_has_a_message(tmp_path, change, plan, message):
    with pytest.raises(CakupanError) as refused:
        scenario(written(tmp_path, plan), releases=released(tmp_path / "releases", change))
    assert message in str(refused.value)
