"""CSV on the Web: validate every CSV with the description beside it, then read it typed. Arguments: release, folder."""

import sys
from pathlib import Path

from csvw import CSVW
from said import hand_back, verdict

release, out = Path(sys.argv[1]), sys.argv[2]
problems = {}
for path in sorted((release / "csv").glob("*.csv")):
    described = CSVW(str(path) + "-metadata.json", validate=True)
    valid = described.is_valid
    problems[path.stem] = [str(warning.message) for warning in described.warnings] if not valid else []
    if valid:
        (table,) = described.tables
        rows = list(table.iterdicts())
        names = [column.name for column in table.tableSchema.columns]
        hand_back(out, path.stem, {name: [row[name] for row in rows] for name in names})
verdict(out, problems)
