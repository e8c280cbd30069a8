"""The summary tables of the product against the reference, on nations that hypothesis draws."""

import tempfile
from pathlib import Path

from hypothesis import given, settings

from tests.reference import product
from tests.reference.compared import differences
from tests.reference.nations import nations
from tests.reference.profile import EXAMPLES, PROFILE
from tests.reference.rows import Nation
from tests.reference.tables import TABLES


@settings(PROFILE, max_examples=EXAMPLES or 15)
@given(nations())
def test_every_table_is_what_its_documentation_describes(nation: Nation) -> None:
    month = nation.run[-1]
    with tempfile.TemporaryDirectory() as root:
        held = product.warehouse(Path(root))
        product.hold(held, nation)
        product.registers(held, nation)
        made = product.tables(held, month)
    found = {name: differences(made[name], table(nation, month), product.KEYS[name]) for name, table in TABLES.items()}
    assert {name: rows for name, rows in found.items() if rows} == {}
