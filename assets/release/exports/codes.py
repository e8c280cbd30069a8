"""Every code that a column of the release may hold, with its names: `exports/codes/<list>.csv`.

Belongs here: those lists, to which the other exports refer. They hold what stands in the columns, totals and the unstated too;
the lists under `codes/` are the registry's own, with validity and source.
"""

from pathlib import Path

from assets.csv_escaping import escape_formulas
from schemas.columns import codes_by_list
from schemas.tables import Table

FOLDER = "exports/codes"
COLUMNS = {"code": "code as it stands in the column", "name": "name in English", "name_id": "name in Bahasa Indonesia"}


def write(folder: Path, tables: tuple[Table, ...]) -> None:
    """One file a list."""
    (folder / FOLDER).mkdir()
    for name, codes in codes_by_list(tables).items():
        escape_formulas(codes).write_csv(folder / FOLDER / f"{name}.csv")
