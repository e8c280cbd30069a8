"""DuckDB in this process: the default engine, sufficient for the whole nation on one machine.

Belongs here: its settings, reading and writing. Not here: SQL of a table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import duckdb
import polars as pl

from assets.engines.engine import cast_to_table, sql_type
from schemas.tables import Table


@dataclass(frozen=True)
class DuckDB:
    """DuckDB with a limit of memory and threads; beyond the memory it spills to disk."""

    memory_limit: str = "3GB"
    threads: int = 2

    def open(self, spill: str) -> "DuckDBEngine":
        """A new connection with a private spill folder. It never downloads extensions."""
        Path(spill).mkdir(parents=True, exist_ok=True)  # DuckDB creates only the last level, and only when it spills
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": self.memory_limit,
            "threads": self.threads,
            "temp_directory": str(Path(spill) / uuid4().hex),
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        return DuckDBEngine(duckdb.connect(config=config))


class DuckDBEngine:
    """See Engine."""

    name = "duckdb"
    version = duckdb.__version__
    is_remote = False

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        """Takes ownership of the connection."""
        self.con = con

    def register_parquet(self, name: str, files: Sequence[str], table: Table) -> None:
        """See Engine."""
        if not files:
            columns = ", ".join(f"CAST(NULL AS {sql_type(f.dtype)}) AS {f.name}" for f in table.fields)
            self.con.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT {columns} WHERE FALSE")
            return
        listed = ", ".join(_text(path) for path in files)
        columns = ", ".join(table.names)
        self.con.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT {columns} FROM read_parquet([{listed}])")

    def register_frame(self, name: str, frame: pl.DataFrame) -> None:
        """See Engine."""
        self.con.register("_frame", frame.to_arrow())
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM _frame")
        self.con.unregister("_frame")

    def create_table(self, name: str, sql: str) -> None:
        """See Engine."""
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")

    def create_view(self, name: str, sql: str) -> None:
        """See Engine."""
        self.con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {sql}")

    def query(self, sql: str) -> pl.DataFrame:
        """See Engine."""
        frame: pl.DataFrame = self.con.sql(sql).pl()
        return frame

    def write_parquet(self, sql: str, table: Table, folder: str) -> None:
        """See Engine. Light compression, because whole months are read over a fast connection."""
        target = _text(str(Path(folder) / "part-00000.parquet"))
        self.con.execute(
            f"COPY ({cast_to_table(sql, table)}) TO {target} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
        )

    def close(self) -> None:
        """See Engine."""
        self.con.close()


def _text(path: str) -> str:
    return "'" + path.replace("'", "''") + "'"
