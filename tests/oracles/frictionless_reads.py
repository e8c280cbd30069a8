"""Data Package: validate every resource, then read every table typed. Arguments: release, output folder, rows at most."""

import os
import sys

from frictionless import Package, validate
from said import hand_back, verdict

release, out, limit = sys.argv[1], os.path.abspath(sys.argv[2]), int(sys.argv[3])
os.chdir(release)
report = validate("datapackage.json", limit_rows=limit)
package = Package("datapackage.json")
verdict(out, {
    "valid": report.valid,
    "problems": sorted({(task.name, error.type) for task in report.tasks for error in task.errors}),
    "rows": {task.name: task.stats.get("rows") for task in report.tasks},
    "licences": {r.name: [entry["name"] for entry in r.licenses] for r in package.resources if r.licenses},
    "units": {r.name: {f.name: f.custom["unit"] for f in r.schema.fields if "unit" in f.custom} for r in package.resources},
})  # fmt: skip
for resource in package.resources:
    if resource.path.startswith("csv/"):
        rows = resource.read_rows(size=limit)
        names = resource.schema.field_names
        hand_back(out, resource.name, {name: [row[name] for row in rows] for name in names})
