"""τ-Argus: protect a table of regions (a hierarchy) × segment × sex by a frequency rule. Arguments: counts (JSON), folder.

The counts are a list of region, segment, sex, persons; the first two digits of a region are its province.
"""

import json
import os
import sys
from pathlib import Path

from pytauargus import protect
from said import verdict

counts, out = json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2])
os.chdir(out)  # its solvers leave logs where they run
persons = [cell[:3] for cell in counts for _ in range(cell[3])]
regions = sorted({region for region, *_ in counts})
lines = [line for province in sorted({region[:2] for region in regions})
         for line in (province, *(f"@{region}" for region in regions if region.startswith(province)))]  # fmt: skip
tree = out / "regions.hrc"
tree.write_text("".join(f"{line}\n" for line in lines))
columns = dict(zip(("region", "segment", "sex"), map(list, zip(*persons, strict=True)), strict=True))
done = protect(columns | {"persons": [1] * len(persons)}, ["region", "segment", "sex"], "persons",
               safety_rules="FREQ(10,30)", suppress="MOD(1)", hrc={"region": str(tree)}, workdir=str(out / "work"))  # fmt: skip
verdict(out, {
    "cells": [[row["region"], row["segment"], row["sex"], int(row["persons"]), row["status"]] for row in done.tables[0].rows],
})  # fmt: skip
