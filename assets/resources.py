"""What assets are given: where things stand, and whom to tell of progress. Resolved when a run starts, never at import.

Belongs here: the one resource of the code location. Environment variables name the locations; the command sets them.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

from assets.engines.choice import engine_from_environment
from assets.progress import Progress, Silent
from assets.warehouse import Warehouse
from assets.warehouse.storage.interface import parse_uri

HOME = "CAKUPAN_HOME"
LANDING = "CAKUPAN_LANDING"
WAREHOUSE = "CAKUPAN_WAREHOUSE"
RELEASES = "CAKUPAN_RELEASES"
SERVICE = "CAKUPAN_SERVICE"  # set by the service: schedule and sensor are on unless somebody turns them off


@dataclass
class Locations:
    """Landing zone, warehouse and releases; `CAKUPAN_HOME` (default `data`) holds those that are not named."""

    landing: Path
    warehouse: Warehouse
    releases: Path
    progress: Progress = field(default_factory=Silent)

    @classmethod
    def from_environment(cls) -> "Locations":
        """As the environment names them. Raises WarehouseUnusable where it names no place."""
        home = Path(os.environ.get(HOME, "data")).absolute()
        root = parse_uri(os.environ.get(WAREHOUSE, str(home / "warehouse")))
        return cls(
            Path(os.environ.get(LANDING, home / "landing")).absolute(),
            Warehouse(root, engine_from_environment()),
            Path(os.environ.get(RELEASES, home / "releases")).absolute(),
        )
