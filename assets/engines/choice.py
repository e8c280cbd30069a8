"""Which engine a warehouse uses, as the environment says; DuckDB unless somebody chose another.

Belongs here: the names of the choices. An engine more is a line more.
"""

import os
from collections.abc import Callable

from assets.engines.duckdb_engine import DuckDB
from assets.engines.engine import EngineChoice
from assets.engines.spark import Spark
from assets.errors import EngineRefused

ENGINE = "CAKUPAN_ENGINE"
SPARK = "CAKUPAN_SPARK"  # sc://host:port of a Spark Connect server
SPARK_TOKEN = "CAKUPAN_SPARK_TOKEN"  # noqa: S105  the name of the variable, not a token


def _spark() -> Spark:
    if SPARK not in os.environ:
        raise EngineRefused(f"the engine spark needs the address of its server: set {SPARK}=sc://host:15002")
    return Spark(os.environ[SPARK], os.environ.get(SPARK_TOKEN, ""))


ENGINES: dict[str, Callable[[], EngineChoice]] = {"duckdb": DuckDB, "spark": _spark}


def engine_from_environment() -> EngineChoice:
    """As CAKUPAN_ENGINE names it. Raises EngineRefused where that is no engine, or its server is not named."""
    name = os.environ.get(ENGINE, "duckdb")
    if name not in ENGINES:
        raise EngineRefused(f"{ENGINE}={name} is no engine: choose {' or '.join(ENGINES)}")
    return ENGINES[name]()
