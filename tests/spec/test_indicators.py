"""The indicator registry: every ratio is in it, everything in it exists, and every query in it runs."""

from datetime import date

import duckdb
import pytest
from tables import stored, written

from assets.engines.duckdb_engine import DuckDBEngine
from assets.engines.engine import sql_type
from pipelines.dictionary import registry
from schemas import code_lists
from schemas.comments import comments
from schemas.indicators import Indicator, indicators, lookup
from schemas.summaries import SUMMARIES
from schemas.summaries.coverage import COVERAGE
from schemas.tables import Field, Table

TABLES = {table.name: table.released() for table in SUMMARIES}
COLUMNS = [(entry, TABLES[name]) for entry in indicators() if not entry.is_derived for name in entry.tables]
DERIVED = [entry for entry in indicators() if entry.is_derived]
RATIOS = [(table, field) for table in TABLES.values() for field in table.fields if field.unit == "1"]


@pytest.mark.parametrize(("table", "field"), RATIOS, ids=lambda value: value.name)
def test_every_released_ratio_has_an_indicator(table: Table, field: Field) -> None:
    assert lookup(field.name, table.name), f"{table.name}.{field.name}"


@pytest.mark.parametrize(("entry", "table"), COLUMNS, ids=lambda value: getattr(value, "name", None) or value.id)
def test_every_indicator_is_a_released_column_in_the_unit_of_the_column(entry: Indicator, table: Table) -> None:
    assert table.field(entry.id).unit == entry.unit


@pytest.mark.parametrize("entry", indicators(), ids=lambda entry: entry.id)
def test_a_denominator_is_a_listed_population_or_a_column_of_the_table(entry: Indicator) -> None:
    known = {*code_lists.values("denominators"), *(name for table in entry.tables for name in TABLES[table].names)}
    assert entry.denominators
    assert set(entry.denominators) <= known


@pytest.mark.parametrize("entry", indicators(), ids=lambda entry: entry.id)
def test_an_indicator_has_definition_and_source_in_both_languages(entry: Indicator) -> None:
    assert all((entry.concept, entry.concept_id, entry.definition, entry.formula, entry.unit, entry.source))


@pytest.mark.parametrize("table", TABLES)
def test_every_summary_has_an_indicator(table):
    assert any(table in entry.tables for entry in indicators())


def test_a_name_measures_one_thing_in_a_table():
    pairs = [(entry.id, table) for entry in indicators() for table in entry.tables]
    assert len(pairs) == len(set(pairs)) >= 25


def test_a_ratio_divides_by_something_and_a_count_by_nothing():
    for entry in indicators():
        divides = entry.unit == "1" or entry.is_derived
        assert not (divides and entry.denominators == ("none",)), entry.id


def test_targets_speak_of_indicators():
    assert all(lookup(code, "coverage") for code in code_lists.values("target_indicators"))


# --- the queries of derived indicators -----------------------------------------------------------------------------

CELL = {
    "month": date(2024, 12, 1), "geography_basis": "home", "geography_level": "nation", "region_code": "ID",
    "segment": "all", "programme": "any", "sex": "all", "age_band": "all",
}  # fmt: skip
COVERED = """
    segment  | programme | denominator_id | geography_basis | sex | protected_persons | dual_persons | denominator_persons
    all      | any       | potential      | home            | all | 444               | 111          | 1000
    all      | any       | employed       | home            | all | 444               | 111          | 1600
    all      | jkk       | potential      | home            | all | 440               |              | 1000
    all      | jkk       | employed       | home            | all | 440               |              | 1600
    all      | jkk       | employed       | work            | all | 999               |              | 1600
    all      | any       | employed       | home            | F   | 999               |              | 1600
    all      | jht       | employed       | home            | all | 240               |              | 1600
    all      | jp        | employed       | home            | all | 160               |              | 1600
    informal | any       | potential      | home            | all | 99                |              | 600
    informal | jkk       | potential      | home            | all | 96                |              | 600
    informal | jkm       | potential      | home            | all | 90                |              | 600
    formal   | jkm       | potential      | home            | all | 350               |              | 400
"""
VALUES = [
    ("informal_jkk_jkm_coverage", 15.0),
    ("work_injury_coverage", 27.5),
    ("ucj_coverage", 44.4),
    ("rpjmn_coverage", 27.75),
    ("jht_coverage", 15.0),
    ("jp_coverage", 10.0),
    ("legal_coverage", 62.5),
    ("dual_share", 25.0),
]


def computed(name: str, cells: str = COVERED) -> list[str]:
    """The rows of a derived indicator's query over a small coverage table."""
    entry = lookup(name, "coverage")
    assert entry
    with duckdb.connect() as con:
        DuckDBEngine(con).register_frame("coverage", stored(COVERAGE, cells, **CELL))
        return written(con.sql(entry.formula).pl())


@pytest.mark.parametrize(("name", "value"), VALUES)
def test_a_derived_indicator_gives_one_value_a_month_and_region(name, value):
    assert computed(name) == [f"2024-12-01 | nation | ID | {value}"]


def test_every_derived_indicator_is_worked_out_above():
    assert [entry.id for entry in DERIVED] == [name for name, _ in VALUES]


def test_the_national_and_the_sdg_codes_are_those_of_the_queries():
    assert lookup("informal_jkk_jkm_coverage", "coverage").national_code == "06.02.021"
    assert lookup("work_injury_coverage", "coverage").sdg == "1.3.1"


def test_members_of_jkk_and_jkm_are_not_distinguished_from_members_of_one():
    """A release that withholds one of the counts leaves the indicator without a value."""
    cells = """
        segment  | programme | denominator_id | protected_persons | denominator_persons
        informal | jkk       | potential      | 96                | 600
        informal | jkm       | potential      |                   | 600
    """
    assert computed("informal_jkk_jkm_coverage", cells) == ["2024-12-01 | nation | ID |"]


# --- where readers meet them ---------------------------------------------------------------------------------------


def test_the_comment_of_a_column_ends_with_formula_and_source():
    by_column = {line.split(" IS ")[0]: line for line in comments(COVERAGE)}
    text = by_column["COMMENT ON COLUMN coverage.gap_persons"]
    assert text.endswith("Formula: denominator_persons − protected_persons; source: definition of the product'")
    assert "Formula" not in by_column["COMMENT ON COLUMN coverage.region_code"]


def test_a_name_is_explained_as_its_table_means_it():
    vulnerable = next(table for table in SUMMARIES if table.name == "vulnerable_workers")
    (text,) = [line for line in comments(vulnerable) if "vulnerable_workers.coverage_ratio" in line]
    assert "protected_persons ÷ potential_persons" in text


def test_comments_can_be_stored():
    with duckdb.connect() as con:
        for table in TABLES.values():
            columns = ", ".join(f'"{field.name}" {sql_type(field.dtype)}' for field in table.fields)
            con.execute(f"CREATE TABLE {table.name} ({columns})")
            for line in comments(table):
                con.execute(line)


def test_the_page_shows_every_indicator_and_the_queries_in_full():
    page = registry()
    assert all(f"`{entry.id}`" in page or f"### {entry.id}" in page for entry in indicators())
    assert "Codes: Satu Data 06.02.021, SDG 8.8.1.(a)." in page
    assert "\nWHERE geography_basis = 'home'\n" in page
