"""Every code that a column of the release may have, with its names: `exports/codes/<list>.csv`.

Belongs here: these lists, which the other exports refer to. They have all codes of the columns, also totals and unknown
values. The lists under `codes/` are the declared ones, with validity and source.
"""

from pathlib import Path

from assets.csv_escaping import escape_formulas
from schemas.columns import codes_by_list
from schemas.tables import Table

FOLDER = "exports/codes"
COLUMNS = {"code": "code as in the column", "name": "name in English", "name_id": "name in Bahasa Indonesia"}


def write(folder: Path, tables: tuple[Table, ...]) -> None:
    """Write one file per list."""
    (folder / FOLDER).mkdir()
    for name, codes in codes_by_list(tables).items():
        escape_formulas(codes).write_csv(folder / FOLDER / f"{name}.csv")
