"""Open Data Contract Standard: read with the model, check against its JSON schema. Arguments: release, folder."""

import json
import sys
from pathlib import Path

import jsonschema
import yaml
from open_data_contract_standard.model import OpenDataContractStandard
from said import verdict

path = Path(sys.argv[1]) / "exports" / "contract.odcs.yaml"
contract = OpenDataContractStandard.from_file(str(path))
plain = yaml.safe_load(path.read_text(encoding="utf-8"))
judge = jsonschema.Draft201909Validator(json.loads(OpenDataContractStandard.json_schema()))
verdict(sys.argv[2], {
    "api": contract.apiVersion,
    "problems": [error.json_path for error in judge.iter_errors(plain)],
    "kept": yaml.safe_load(contract.to_yaml()) == plain,
    "levels": [level.property for level in contract.slaProperties],
    "columns": {table.name: {p.name: [p.physicalType, p.primaryKeyPosition] for p in table.properties}
                for table in contract.schema_},
})  # fmt: skip
