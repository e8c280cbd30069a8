"""SDMX: validate the structure against the official schema, then read each table by it. Arguments: release, folder."""

import gzip
import sys
from pathlib import Path

from pysdmx.io import get_datasets, read_sdmx
from said import hand_back, verdict

release, out = Path(sys.argv[1]), sys.argv[2]
folder = release / "exports" / "sdmx"
message = read_sdmx(folder / "structure.xml", validate=True)
names = {(type(found).__name__, found.id): found.name for found in message.structures}
components, unknown, withheld = {}, {}, {}
for path in sorted(folder.glob("*.csv.gz")):
    with gzip.open(path, "rt", encoding="utf-8", newline="") as packed:
        text = packed.read()
    table = path.name.removesuffix(".csv.gz")
    if text.count("\n") < 2:
        continue  # a header without rows
    (dataset,) = get_datasets(text, folder / "structure.xml", validate=False)  # validated above
    data = dataset.data
    parts = list(dataset.structure.components)
    components[table] = [[part.id, part.role.value, str(part.dtype)] for part in parts]
    withheld[table] = next(part.attachment_level for part in parts if part.id == "CONF_STATUS").split(",")
    for part in parts:
        if part.local_codes:
            known = {code.id for code in part.local_codes}
            found = set(data[part.id].astype(str)) - known - {"", "<NA>"}
            if found:
                unknown[f"{table}.{part.id}"] = sorted(found)
    columns = {name: data[name].astype(object).where(data[name].notna(), None) for name in data.columns}
    hand_back(out, table, {name: [None if cell == "" else cell for cell in cells] for name, cells in columns.items()})
verdict(
    out, {"structures": sorted(map(list, names)), "components": components, "unknown": unknown, "withheld": withheld}
)
