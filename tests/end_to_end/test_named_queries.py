"""The views with names and the named questions, on the release of a nation of 1:10,000."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from assets.errors import CakupanError
from assets.release.editions import PUBLIC, folder_of
from assets.release.journal import current_release
from pipelines.cli.main import app
from pipelines.cli.query.questions import questions
from schemas.columns import code_list
from schemas.summaries import SUMMARIES
from schemas.views import CODE_NAMES, views
from tests.nation import Nation

cli = CliRunner()


@pytest.fixture(scope="module")
def con(nation: Nation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy: two connections of a process to one file have the same settings, and the command locks them."""
    release = current_release(folder_of(nation.locations.releases, PUBLIC))
    copy = shutil.copy(release.database, tmp_path_factory.mktemp("release"))
    with duckdb.connect(copy, read_only=True) as connection:
        yield connection


@pytest.mark.parametrize("table", SUMMARIES, ids=lambda table: table.name)
def test_a_named_view_has_the_rows_of_its_table_and_the_names_of_their_codes(
    con: duckdb.DuckDBPyConnection, table
) -> None:
    columns = ", ".join(table.released().names)
    for one, other in ((table.name, f"{table.name}_named"), (f"{table.name}_named", table.name)):
        assert not con.execute(f"SELECT {columns} FROM {one} EXCEPT ALL SELECT {columns} FROM {other}").fetchall()
    for field in table.released().fields:
        if field.codes:
            stem = field.name.removesuffix("_code").removesuffix("_id")
            query = f"SELECT DISTINCT {field.name}, {stem}_name, {stem}_name_id FROM {table.name}_named WHERE {field.name} IS NOT NULL"
            names = {code: (name, name_id) for code, name, name_id in code_list(field).iter_rows()}
            found = con.execute(query).fetchall()
            assert found or table.may_be_empty or field.name not in table.key
            assert {code: (name, name_id) for code, name, name_id in found} == {code: names[code] for code, _, _ in found}  # fmt: skip


def test_every_view_and_column_has_a_comment(con: duckdb.DuckDBPyConnection) -> None:
    for view in views():
        query = "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = $1 ORDER BY column_index"
        found = con.execute(query, [view.name]).fetchall()
        assert [name for name, _ in found] == [field.name for field in view.columns]
        assert all(comment for _, comment in found)
    assert con.execute("SELECT comment FROM duckdb_tables() WHERE table_name = $1", [CODE_NAMES.name]).fetchall()[0][0]


def test_the_headline_has_one_row_per_month_region_and_segment(con: duckdb.DuckDBPyConnection) -> None:
    key = "month, geography_level, region_code, segment"
    assert not con.execute(f"SELECT {key} FROM coverage_headline GROUP BY ALL HAVING count(*) > 1").fetchall()
    nation = "SELECT protected_persons, region_name FROM coverage_headline WHERE month = '2024-12-01' AND region_code = 'ID' AND segment = 'all'"
    assert con.execute(nation).fetchall() == [(4520, "Indonesia")]


@pytest.fixture
def home(nation: Nation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAKUPAN_HOME", str(nation.root))


def ask(*arguments: str) -> str:
    done = cli.invoke(app, ["ask", *arguments], env={"COLUMNS": "80"}, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.usefixtures("home")
def test_the_list_is_in_both_languages() -> None:
    for language in ("en", "id"):
        listed = " ".join(ask("--lang", language).split())
        for question in questions().values():
            assert f"{question.name} {question.text[language]}" in listed


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("name", questions())
def test_every_question_is_answered_on_80_columns(name: str) -> None:
    printed = ask(name)
    assert max(map(len, printed.splitlines())) <= 80
    may_be_empty = {"outreach", "flows", "published"}  # a nation of two months has no outreach of three months ago
    assert printed.startswith("No rows.") <= (name in may_be_empty)


@pytest.mark.usefixtures("home")
def test_a_question_for_a_province_by_code_or_name(con: duckdb.DuckDBPyConnection) -> None:
    by_code = json.loads(ask("coverage", "--province", "32", "--month", "2024-11", "--json"))
    assert by_code == json.loads(ask("coverage", "--province", "jawa barat", "--month", "2024-11", "--json"))
    query = "SELECT denominator_persons FROM coverage_headline WHERE month = '2024-11-01' AND region_code = '32' AND segment = 'all'"
    assert by_code[0]["denominator_persons"] == con.execute(query).fetchall()[0][0]
    assert ask("coverage", "--province", "32", "--sql").count("region_code = '32'") == 1


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["kurs"], "no question kurs: it is one of activity, ages"),
        (["kur", "--month", "2023-01"], "its months are 2024-11, 2024-12"),
        (["kur", "--province", "O'Higgins"], "no province O'Higgins"),
        (["provinces", "--province", "32"], "leave out --province"),
    ],
)
def test_a_question_that_cannot_be_asked(arguments: list[str], message: str) -> None:
    with pytest.raises(CakupanError, match=message):
        cli.invoke(app, ["ask", *arguments], catch_exceptions=False)


def test_quarantine_is_counted_as_the_ledger_counts_it(nation: Nation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAKUPAN_HOME", str(nation.root))
    ledger = nation.ledger("2024-12")["extracts"]["enrolments"]
    command = ["quarantine", "--month", "2024-12", "--extract", "enrolments"]
    output = cli.invoke(app, command, env={"COLUMNS": "200"}, catch_exceptions=False).output
    rows = dict(line.split()[1::-1] for line in output.splitlines() if line.strip()[:1].isdigit())
    fatal = {rule: count for rule, count in ledger["rules"].items() if rule in rows}
    assert {rule: int(rows[rule]) for rule in fatal} == fatal
    assert len(fatal) > 20
    offices = output[output.index("rows  office") :].splitlines()[2:]
    counted = [int(line.split()[0]) for line in offices[: offices.index("")]]
    assert sum(counted) == ledger["rows_quarantined"]
    assert "correct the dates" not in output
    one = cli.invoke(app, [*command, "--rule", "end_after_start"], catch_exceptions=False).output
    assert "end_after_start: correct the dates" in one
    refused = cli.invoke(app, ["quarantine", "--month", "2023-12"])
    assert "2023-12 has not been run" in str(refused.exception)


def test_the_sql_of_each_question_is_on_its_page() -> None:
    page = (Path(__file__).parents[2] / "docs" / "questions.md").read_text(encoding="utf-8")
    for question in questions().values():
        block = f"`cakupan ask {question.name}`:\n\n```sql\n{question.sql('2024-12', question.province)}\n```\n"
        assert block in page, question.name
