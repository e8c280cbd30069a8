"""Engines without a cluster: who may compute coverage, what a result's one form is, how an engine is chosen."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

from assets.engines import choice
from assets.engines.canonical import canonical, digest
from assets.engines.conformance import PROBES, check_conformance
from assets.engines.duckdb_engine import DuckDB, DuckDBEngine
from assets.engines.engine import bind_values, cast_to_table, column_types
from assets.engines.spark import Spark
from assets.errors import EngineLost, EngineRefused, MonthRefused
from assets.warehouse import Warehouse, query
from pipelines.cli.main import app
from schemas.registers import PERSONS
from schemas.tables import Field, Kind, Table

COUNTS = Table(
    "counts", "a small table", "one row per place",
    (
        Field("place", Kind.TEXT, "where"),
        Field("persons", Kind.COUNT, "who", "person"),
        Field("share", Kind.PERCENT, "of all", "fraction"),
    ),
    key=("place",),
)  # fmt: skip


@pytest.fixture
def engine(tmp_path) -> Iterator[DuckDBEngine]:
    with closing(DuckDB().open(str(tmp_path / "spill"))) as opened:
        yield opened


# --- who may compute -----------------------------------------------------------------------------------------------


def test_duckdb_answers_as_the_sql_needs(engine):
    assert check_conformance(engine, "here") is engine


@dataclass
class Wrong(DuckDBEngine):
    """DuckDB that answers one question otherwise: `said` in place of what is asked."""

    con: duckdb.DuckDBPyConnection
    asked: str
    said: str
    name = "wrong"

    def query(self, sql: str) -> pl.DataFrame:
        return super().query(sql.replace(self.asked, self.said))


WRONG = {
    "a sum beyond BIGINT is refused": ("CAST(sum(v) AS BIGINT)", "max(v)"),
    "null is last": ("NULLS LAST", "NULLS FIRST"),
    "a division by null is null": ("nullif(CAST(0 AS DOUBLE), 0)", "CAST(0 AS DOUBLE)"),
    "null is not distinct from null": ("IS NOT DISTINCT FROM NULL", "= NULL"),
    "floor before a cast": ("floor(CAST(-2.5 AS DOUBLE))", "CAST(-2.5 AS DOUBLE)"),
    "text compares by its bytes": ("'B' < 'a'", "'b' < 'a'"),
    "GROUPING marks the row of a total": ("GROUPING(a)", "0"),
}


@pytest.mark.parametrize("what", WRONG)
def test_an_engine_with_a_wrong_answer_is_refused_with_the_reason(what):
    assert what in [probe.what for probe in PROBES]
    with duckdb.connect() as con, pytest.raises(EngineRefused) as caught:
        check_conformance(Wrong(con, *WRONG[what]), what)
    assert str(caught.value) == (
        f"wrong {duckdb.__version__} at {what} may not compute coverage: it does not hold there that {what}"
    )


def test_an_engine_that_is_not_there_is_not_called_wrong():
    class Gone(DuckDBEngine):
        name = "gone"

        def query(self, sql: str) -> pl.DataFrame:
            raise EngineLost("gone")

    with duckdb.connect() as con, pytest.raises(EngineLost):
        check_conformance(Gone(con), "there")


# --- one form ------------------------------------------------------------------------------------------------------


def test_the_canonical_form_does_not_depend_on_order_or_on_wider_types():
    one = pl.DataFrame({"place": ["b", "a", None], "persons": [2, 1, 3], "share": [0.1, None, 0.3]})
    other = pl.DataFrame(
        {"share": [0.3, 0.1, None], "place": [None, "b", "a"], "persons": [3, 2, 1], "more": [1, 1, 1]},
        schema_overrides={"persons": pl.Int32()},
    )
    assert canonical(one, COUNTS).rows() == [("a", 1, None), ("b", 2, 0.1), (None, 3, 0.3)]
    assert digest(canonical(one, COUNTS)) == digest(canonical(other, COUNTS))


def test_a_digest_distinguishes_null_from_empty_and_the_last_digit_of_a_double():
    forms = [
        pl.DataFrame({"place": [name], "persons": [1], "share": [share]})
        for name, share in (("", 0.1), (None, 0.1), ("\\N", 0.1), ("", 0.1 + 2**-56))
    ]
    assert len({digest(canonical(form, COUNTS)) for form in forms}) == 4


def test_a_result_that_is_not_the_table_is_refused_without_its_values():
    with pytest.raises(EngineRefused, match="counts came back without share: this engine cannot be used"):
        canonical(pl.DataFrame({"place": ["a"], "persons": [1]}), COUNTS)
    with pytest.raises(EngineRefused) as caught:
        canonical(pl.DataFrame({"place": ["a"], "persons": ["12x"], "share": [0.5]}), COUNTS)
    assert str(caught.value) == "counts came back in types that are not the declared ones"
    assert caught.value.__suppress_context__


def test_a_parameter_without_a_value_is_refused():
    assert (
        bind_values("SELECT $a AS a, '$b' AS b -- $c", {"a": True, "b": "it's"}).strip()
        == "SELECT True AS a, ''it''s'' AS b"
    )
    with pytest.raises(MonthRefused, match=r"the SQL has the parameter \$a, but no value was given"):
        bind_values("SELECT $a", {})


def test_the_shape_of_a_table_is_the_same_text_for_every_engine(engine):
    text = cast_to_table("SELECT 1.0 AS share, 7 AS persons, 'x' AS place", COUNTS)
    assert engine.query(text).rows() == [("x", 7, 1.0)]
    assert column_types(COUNTS) == {"place": "STRING", "persons": "BIGINT", "share": "DOUBLE"}


def test_a_month_written_with_other_columns_is_refused_before_it_is_read(tmp_path, engine):
    warehouse = Warehouse(tmp_path)
    for month, changed in (("2024-11", {"memberships": "SMALLINT"}), ("2024-12", {})):
        with warehouse.candidate("persons", month) as candidate:
            pl.DataFrame(schema=PERSONS.storage).write_parquet(candidate / query.PARQUET_NAME)
            warehouse.promote("persons", month, candidate, {"columns": column_types(PERSONS) | changed})
    query.register_months(engine, "persons", warehouse, PERSONS, ["2024-12"])
    with pytest.raises(
        MonthRefused, match="persons of 2024-11 was written with other columns: run that month again first"
    ):
        query.register_months(engine, "persons", warehouse, PERSONS, ["2024-11", "2024-12"])


# --- which engine --------------------------------------------------------------------------------------------------


def test_duckdb_is_the_engine_unless_somebody_chose_another(monkeypatch):
    assert choice.engine_from_environment() == DuckDB()
    monkeypatch.setenv("CAKUPAN_ENGINE", "spark")
    with pytest.raises(EngineRefused, match="set CAKUPAN_SPARK=sc://host:15002"):
        choice.engine_from_environment()
    monkeypatch.setenv("CAKUPAN_SPARK", "sc://cluster:15002")
    monkeypatch.setenv("CAKUPAN_SPARK_TOKEN", "s3cret")
    chosen = choice.engine_from_environment()
    assert chosen == Spark("sc://cluster:15002", "s3cret")
    assert "s3cret" not in repr(chosen)


def test_what_is_no_engine_is_refused(monkeypatch):
    monkeypatch.setenv("CAKUPAN_ENGINE", "sparc")
    with pytest.raises(EngineRefused, match="CAKUPAN_ENGINE=sparc is not an engine: choose duckdb or spark"):
        choice.engine_from_environment()


@pytest.mark.parametrize(
    ("remote", "token", "url"),
    [
        ("sc://cluster:15002", "", "sc://cluster:15002/;use_ssl=true"),
        ("sc://cluster:15002", "t", "sc://cluster:15002/;use_ssl=true;token=t"),
        ("sc://localhost:15002", "", "sc://localhost:15002"),
        ("sc://localhost:15002/", "t", "sc://localhost:15002/;token=t"),
        ("sc://cluster/;user_id=a", "", "sc://cluster/;user_id=a;use_ssl=true"),
        ("sc://cluster/;use_ssl=false", "", "sc://cluster/;use_ssl=false"),
    ],
)
def test_connections_to_another_machine_use_tls_unless_configured_otherwise(remote, token, url):
    assert Spark(remote, token).url == url


@pytest.mark.parametrize(
    "remote", ["spark://cluster:7077", "cluster:15002", "sc://", "http://cluster", "sc://cluster:port"]
)
def test_an_address_that_is_none_of_spark_connect_is_refused(remote):
    with pytest.raises(EngineRefused, match="is not an address of Spark Connect: write it as sc://host:15002"):
        Spark(remote)


def test_a_token_in_the_address_is_refused_and_not_repeated():
    with pytest.raises(EngineRefused) as caught:
        Spark("sc://cluster:15002/;token=s3cret")
    assert "s3cret" not in str(caught.value)


def test_a_token_is_not_sent_to_another_machine_in_the_clear():
    with pytest.raises(EngineRefused, match="a token is sent to it through TLS only"):
        Spark("sc://cluster/;use_ssl=false", "t")


def test_without_its_client_spark_names_the_package():
    assert find_spec("pyspark") is None  # its client is kept out of this environment: pandas would come with it
    with pytest.raises(EngineRefused, match=r"pip install 'cakupan\[spark\]'"):
        Spark("sc://localhost:1").open("")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--engine", "sparc"], "CAKUPAN_ENGINE=sparc is not an engine: choose duckdb or spark"),
        (["--engine", "spark"], "the engine spark needs the address of its server: set CAKUPAN_SPARK=sc://host:15002"),
        (["--spark", "cluster:15002"], "cluster:15002 is not an address of Spark Connect: write it as sc://host:15002"),
    ],
)
def test_the_command_refuses_what_is_no_engine_before_anything_runs(tmp_path, options, said):
    arguments = ["run", "--month", "2024-12", "--warehouse", str(tmp_path), *options]
    found = CliRunner().invoke(app, arguments)
    assert isinstance(found.exception, EngineRefused)
    assert str(found.exception) == said
    assert list(tmp_path.iterdir()) == []
