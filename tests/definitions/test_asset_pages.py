"""The UI shows exactly the declarations of assets and checks."""

import re
from pathlib import Path

import dagster as dg
import pytest

from assets.check_docs import CHECKS, CheckSeverity
from assets.release.editions import EDITIONS
from pipelines.definitions import build_definitions
from pipelines.defs.asset_metadata import OWNER, TABLES
from schemas.comments import described
from schemas.extracts.catalogue import OPTIONAL
from schemas.indicators import indicators
from schemas.summaries import SUMMARIES

ROOT = Path(__file__).parents[2]
DEFINITIONS = build_definitions(editions=tuple(EDITIONS.values()))
SPECS = {spec.key.to_user_string(): spec for spec in DEFINITIONS.resolve_all_asset_specs()}
PERSONAL = {"memberships", "contributions", "kur_debtors", "persons", "entrants", "prepayments"}
OF_TABLES = sorted(SPECS.keys() - {"delivery", *(edition.asset for edition in EDITIONS.values())})
MAKER = {  # the SQL of a table that has no separate folder
    "coverage": "coverage/*.sql", "persons": "registers/*.sql", "person_cells": "registers/*.sql",
    "person_attribute_codes": "registers/person_codes.py", "person_status_codes": "registers/person_codes.py", "entrants": "registers/*.sql",
    "prepayments": "registers/*.sql", "coverage_enterprise": "coverage/enterprises/*.sql", "kur_linkage": "coverage/kur/*.sql",
    "vulnerable_workers": "coverage/vulnerable/*.sql", "regional_programmes": "coverage/regional/*.sql",
    "target_progress": "coverage/targets/*.sql", "data_quality": "coverage/quality/*.sql",
    "regional_scorecard": "coverage/scorecard/*.sql",
    "delivery_measures": "plausibility/*.py", "plausibility": "plausibility/*.py",
}  # fmt: skip


def column_lineage(name: str) -> dict[str, set[tuple[str, str]]]:
    found = SPECS[name].metadata.get("dagster/column_lineage")
    deps = found.deps_by_column if found else {}
    return {column: {(dep.asset_key.to_user_string(), dep.column_name) for dep in of} for column, of in deps.items()}


@pytest.mark.parametrize("name", sorted(SPECS))
def test_every_asset_has_owner_kinds_tags_and_a_description(name: str) -> None:
    spec = SPECS[name]
    assert spec.owners == [OWNER]
    assert 2 <= len(spec.kinds) <= 3
    assert spec.tags["privacy"] in {"personal", "internal", "unreleased", "published", "restricted"}
    assert spec.description
    assert len(spec.description) > 100


@pytest.mark.parametrize("name", OF_TABLES)
def test_descriptions_and_columns_are_those_declared(name: str) -> None:
    spec, table = SPECS[name], TABLES[name]
    assert f"- **Grain**: {table.grain}\n" in str(spec.description)
    assert all(f"`{key}`" in str(spec.description) for key in table.key)
    [units] = re.findall(r"\*\*Units\*\*: (.*)", str(spec.description))
    assert set(units.split(", ")) >= {field.unit for field in table.fields if "," not in field.unit} - {"-"}
    columns = spec.metadata["dagster/column_schema"].columns
    assert [column.name for column in columns] == table.names
    told = [str(column.description).partition(" ← ") for column in columns]
    assert [words for words, _, _ in told] == [described(field, name) for field in table.fields]
    from_where = {
        column.name: set(re.findall(r"`(\w+)`", inputs)) for column, (_, _, inputs) in zip(columns, told, strict=True)
    }
    claimed = column_lineage(name)
    assert from_where == {column: {of for of, _ in claimed.get(column, set())} for column in table.names}
    assert [column.tags.get("list") for column in columns] == [field.codes for field in table.fields]
    assert {column.name for column in columns if not column.constraints.nullable} == set(table.key)


def test_sources_of_summaries_are_those_of_their_indicators() -> None:
    told = {entry.source for entry in indicators() if "coverage" in entry.tables and not entry.is_derived}
    assert told
    assert all(part.strip() in str(SPECS["coverage"].description) for source in told for part in source.split(";"))


def test_tables_with_rows_of_persons_are_those_tagged_personal() -> None:
    assert {name for name, spec in SPECS.items() if spec.tags["privacy"] == "personal"} == PERSONAL | {"delivery"}
    assert {name for name, spec in SPECS.items() if spec.tags["privacy"] == "unreleased"} == {t.name for t in SUMMARIES}
    assert [name for name, spec in SPECS.items() if spec.tags["privacy"] == "published"] == ["public_release"]
    restricted = {name for name, spec in SPECS.items() if spec.tags["privacy"] == "restricted"}
    assert restricted == {"internal_release", "ministry_release"}
    assert len([spec for spec in SPECS.values() if spec.tags.get("delivery") == "optional"]) == len(OPTIONAL)


@pytest.mark.parametrize("name", OF_TABLES)
def test_lineage_claims_only_columns_that_are_there_and_that_the_making_names(name: str) -> None:
    """Every claimed column belongs to a direct input, and the code of the table names it."""
    claimed, inputs = column_lineage(name), {dep.asset_key.to_user_string() for dep in SPECS[name].deps}
    assert claimed.keys() <= set(TABLES[name].names) - {"month", "reason", "availability", "conf_status", "flags"}
    for table, column in set().union(*claimed.values()):
        assert table in inputs
        assert column in TABLES[table].names
    files = (ROOT / "assets").glob(MAKER.get(name, f"*/{name}/*.sql"))
    made = "\n".join(path.read_text(encoding="utf-8") for path in files)
    assert not claimed or made
    assert [column for column in claimed if not re.search(rf"\b{column}\b", made)] == []


def test_lineage_of_coverage_is_known() -> None:
    found = column_lineage("coverage")
    assert found["memberships"] == {("person_cells", "memberships")}
    assert found["sex"] == {("person_cells", "sex"), ("workforce", "sex")}
    assert "coverage_ratio" not in found  # computed under a name that no input has


def test_every_check_has_severity_and_remedy_like_the_page_for_operators() -> None:
    graph = DEFINITIONS.resolve_asset_graph()
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert {key.name for key in graph.asset_check_keys} == CHECKS.keys()
    for key in graph.asset_check_keys:
        doc, text = CHECKS[key.name], graph.get(key).description
        assert f"**Severity**: {doc.severity}" in text
        assert f"**What to do**: {doc.remedy}" in text
        assert graph.get(key).blocking is (doc.severity is CheckSeverity.BLOCKS)
        mark = " !" if graph.get(key).blocking else ""
        assert f"| `{key.name}`{mark} | {doc.meaning} | {doc.remedy} |" in page


@pytest.mark.parametrize("name", ["month", "tables"])
def test_a_run_of_a_job_needs_no_config_and_a_backfill_is_one_run(name: str) -> None:
    job = build_definitions().resolve_job_def(name)
    assert dg.validate_run_config(job)["ops"]["memberships"]["config"] == {"force": False}
    assert {spec.backfill_policy for spec in job.asset_layer.asset_graph.assets_defs} == {
        dg.BackfillPolicy.single_run()
    }


def test_the_launchpad_describes_each_option_of_the_operator() -> None:
    job = DEFINITIONS.resolve_job_def("month")
    fields = (
        job.run_config_schema.config_type.fields["ops"]
        .config_type.fields["internal_release"]
        .config_type.fields["config"]
        .config_type.fields
    )
    assert fields.keys() == {"force", "status", "reason", "reason_class", "embargo", "months", "accept_incomplete"}
    assert all(field.description and not field.is_required for field in fields.values())
