"""The engine that computes the tables, chosen by name.

Belongs here: the names of the choices. A new engine is one more branch.
"""

from assets import environment
from assets.engines.duckdb_engine import DuckDB
from assets.engines.engine import EngineChoice
from assets.engines.spark import Spark
from assets.errors import EngineRefused

ENGINES = ("duckdb", "spark")


def choose_engine(name: str, spark_address: str = "", spark_token: str = "") -> EngineChoice:
    """The engine of that name. Raises EngineRefused if there is none, or if Spark has no address."""
    if name not in ENGINES:
        raise EngineRefused(f"{environment.ENGINE}={name} is not an engine: choose {' or '.join(ENGINES)}")
    if name == "duckdb":
        return DuckDB()
    if not spark_address:
        raise EngineRefused(
            f"the engine spark needs the address of its server: set {environment.SPARK}=sc://host:15002"
        )
    return Spark(spark_address, spark_token)


def engine_from_environment() -> EngineChoice:
    """The engine that the environment names. Raises EngineRefused."""
    return choose_engine(
        environment.read(environment.ENGINE, "duckdb"),
        environment.read(environment.SPARK),
        environment.read(environment.SPARK_TOKEN),
    )
