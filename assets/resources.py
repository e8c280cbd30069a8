"""The Dagster resource of the assets: the storage locations.

Belongs here: the class. Not: reading the environment (`environment`), building it for a run (`pipelines`), progress
(`progress`).
"""

from functools import cached_property
from pathlib import Path

import dagster as dg
from pydantic import Field

from assets.engines.choice import choose_engine
from assets.warehouse import Warehouse
from assets.warehouse.storage.interface import parse_uri


class Locations(dg.ConfigurableResource["Locations"]):
    """Landing zone, warehouse and releases, and the engine that computes the tables."""

    landing_folder: str = Field(description="Folder of the delivered months.")
    warehouse_uri: str = Field(description="Folder of the tables, or s3://bucket/prefix.")
    releases_folder: str = Field(description="Folder of the releases.")
    engine: str = Field(default="duckdb", description="Engine that computes the tables: duckdb or spark.")
    spark_address: str = Field(default="", description="Address of the Spark Connect server, sc://host:port.")
    spark_token: str = Field(default="", repr=False, description="Token of the Spark Connect server.")

    @classmethod
    def below(cls, root: Path, **engine: str) -> "Locations":
        """Landing, warehouse and releases as folders below one folder; `engine`: the fields of the engine."""
        return cls(
            landing_folder=str(root / "landing"),
            warehouse_uri=str(root / "warehouse"),
            releases_folder=str(root / "releases"),
            **engine,
        )

    @property
    def landing(self) -> Path:
        """The landing zone."""
        return Path(self.landing_folder).absolute()

    @property
    def releases(self) -> Path:
        """The folder of the releases."""
        return Path(self.releases_folder).absolute()

    @property
    def proofs(self) -> Path:
        """The folder of the kept proofs, beside that of the releases. It has a true figure or difference in every row."""
        return self.releases.with_name("proofs")

    @cached_property
    def warehouse(self) -> Warehouse:
        """The warehouse. Raises WarehouseUnusable for an unknown URL, EngineRefused for an unknown engine."""
        engine = choose_engine(self.engine, self.spark_address, self.spark_token)
        return Warehouse(parse_uri(self.warehouse_uri), engine)
