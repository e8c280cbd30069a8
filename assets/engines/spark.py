"""Apache Spark through Spark Connect: the same SQL on an existing cluster, without a JVM on this machine.

Belongs here: connecting to the cluster, reading, persisting and writing. Not here: the translation of its errors
(`spark_failures`). Registers stay on the cluster; only counts of persons come to this machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import polars as pl

from assets.engines.conformance import check_conformance
from assets.engines.engine import cast_to_table, sql_type
from assets.engines.spark_failures import suppress_warnings, translate_spark_errors
from assets.errors import CakupanError, EngineRefused
from schemas.tables import Table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

INSTALL = "Apache Spark needs its client: pip install 'cakupan[spark]'"
OLDEST = (4, 0)
_HERE = ("localhost", "127.0.0.1", "::1")
_SETTINGS = {"spark.sql.session.timeZone": "UTC", "spark.sql.ansi.enabled": "true"}
_PATIENCE = {"max_retries": 4, "initial_backoff": 200, "max_backoff": 4000}  # about ten seconds, then one clear line
_TYPES: dict[pl.DataType, str] = {
    pl.Int8(): "TINYINT",
    pl.Int16(): "SMALLINT",
    pl.Int32(): "INTEGER",
    pl.Int64(): "BIGINT",
    pl.Float64(): "DOUBLE",
    pl.Boolean(): "BOOLEAN",
    pl.Date(): "DATE",
}


@dataclass(frozen=True)
class Spark:
    """A Spark Connect server, `sc://host:port`. The token is sent through TLS only, unless the server is this machine."""

    remote: str
    token: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """Check the address. Raises EngineRefused where it is not valid or would show or leak the token."""
        if not _is_address(self.remote):
            raise EngineRefused(f"{self._shown} is not an address of Spark Connect: write it as sc://host:15002")
        if "token=" in self.remote:
            raise EngineRefused(
                "a token does not belong in the address, where it is shown: give it as CAKUPAN_SPARK_TOKEN"
            )
        if self.token and "use_ssl=false" in self.remote and not self._is_here:
            raise EngineRefused(f"{self._shown} is another machine: a token is sent to it through TLS only")

    @property
    def _is_here(self) -> bool:
        return urlsplit(self.remote).hostname in _HERE

    @property
    def _shown(self) -> str:
        return self.remote.partition(";")[0].rstrip("/")

    @property
    def url(self) -> str:
        """The address for the client, with token and TLS."""
        address, _, options = self.remote.partition("/;")
        parts = [part for part in options.split(";") if part]
        if not self._is_here and not any(part.startswith("use_ssl=") for part in parts):
            parts.append("use_ssl=true")
        if self.token:
            parts.append(f"token={self.token}")
        return f"{address.rstrip('/')}/;{';'.join(parts)}" if parts else address

    def open(self, spill: str) -> "SparkEngine":
        """A new session on the server. Raises EngineRefused: not reachable, not allowed, too old, or a failed probe."""
        try:
            with suppress_warnings():
                from pyspark.sql import SparkSession
                from pyspark.sql.connect.client.retries import DefaultPolicy

                session = SparkSession.builder.remote(self.url).create()  # sends nothing to the server yet
        except ModuleNotFoundError:
            raise EngineRefused(INSTALL) from None
        session.client.set_retry_policies([DefaultPolicy(**_PATIENCE)])
        engine = SparkEngine(session, self._shown)
        try:
            engine.prepare()
            return check_conformance(engine, self._shown)
        except CakupanError:
            engine.close()
            raise


def _is_address(remote: str) -> bool:
    try:
        parts = urlsplit(remote)
        return parts.scheme == "sc" and bool(parts.hostname) and parts.port != 0
    except ValueError:  # the port is not a number
        return False


class SparkEngine:
    """See Engine. Files are read with the declared schema, never an inferred one; the cluster keeps a created table."""

    name = "spark"
    is_remote = True

    def __init__(self, session: "SparkSession", shown: str) -> None:
        """Takes ownership of the session."""
        self._session = session
        self._shown = shown
        self._persisted: list[DataFrame] = []
        self.version = ""

    def prepare(self) -> None:
        """Check the version of the server and set the options that results depend on. Raises EngineRefused where it is too old."""
        with translate_spark_errors(self._shown):
            self.version = str(self._session.version)
            if tuple(int(part) for part in self.version.split(".")[:2]) < OLDEST:
                raise EngineRefused(f"Spark at {self._shown} is {self.version}: 4.0 or newer is needed")
            for name, value in _SETTINGS.items():
                self._session.conf.set(name, value)

    def register_parquet(self, name: str, files: Sequence[str], table: Table) -> None:
        """See Engine."""
        schema = ", ".join(f"{field.name} {sql_type(field.dtype)}" for field in table.fields)
        with translate_spark_errors(self._shown):
            rows = (
                self._session.read.schema(schema).parquet(*files)
                if files
                else self._session.createDataFrame([], schema)
            )
            rows.createOrReplaceTempView(name)

    def register_frame(self, name: str, frame: pl.DataFrame) -> None:
        """See Engine."""
        schema = ", ".join(f"{column} {_TYPES.get(dtype, 'STRING')}" for column, dtype in frame.schema.items())
        plain = frame.with_columns(pl.col(pl.Enum, pl.Categorical, pl.Null).cast(pl.String))
        with translate_spark_errors(self._shown):
            self._session.createDataFrame(plain.to_arrow(), schema).createOrReplaceTempView(name)

    def create_table(self, name: str, sql: str) -> None:
        """See Engine. The cluster computes the table at its first reader and again where it lost a worker."""
        with translate_spark_errors(self._shown):
            self._persisted.append(self._session.sql(sql).persist())
            self._persisted[-1].createOrReplaceTempView(name)

    def create_view(self, name: str, sql: str) -> None:
        """See Engine."""
        with translate_spark_errors(self._shown):
            self._session.sql(sql).createOrReplaceTempView(name)

    def query(self, sql: str) -> pl.DataFrame:
        """See Engine."""
        with translate_spark_errors(self._shown):
            return pl.DataFrame(pl.from_arrow(self._session.sql(sql).toArrow()))

    def write_parquet(self, sql: str, table: Table, folder: str) -> None:
        """See Engine. Append, because the folder exists already; it is empty and belongs to this run."""
        with translate_spark_errors(self._shown):
            self._session.sql(cast_to_table(sql, table)).write.mode("append").parquet(folder)

    def close(self) -> None:
        """See Engine. A lost server has released everything already, so it is not called again."""
        is_there = bool(self.version)
        try:
            with translate_spark_errors(self._shown):
                for rows in self._persisted:
                    rows.unpersist()
        except EngineRefused:
            is_there = False
        self._session.release_session_on_close = is_there
        with suppress_warnings():
            self._session.stop()
