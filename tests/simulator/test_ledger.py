"""The ledger of a simulated month against its files: rules broken, rows, files.

Neither the pipeline nor the simulator's own bookkeeping is used to check the simulator.
"""

import json
from collections import Counter

from schemas.tables import ROW_MERGED, ROW_TOTAL
from tests.simulator.contract_rules import FATAL, TABLES
from tests.simulator.delivered import Delivered
from tests.simulator.delivered_files import records


def test_ledger_counts_the_rules_that_rows_break(delivered: Delivered) -> None:
    """Rule by rule and extract by extract."""
    for extract in TABLES:
        account = delivered.ledger["extracts"][extract]
        found: Counter[str] = Counter()
        for row in delivered.rows[extract]:
            found.update(row["_broken"])
        found["row_structure"] = delivered.ragged[extract]
        found[TABLES[extract].conflict] = sum(map(len, delivered.contradicted[extract]))
        assert {rule: count for rule, count in found.items() if count} == account["rules"]


def test_contradictions_stand_in_few_files(delivered: Delivered) -> None:
    """Two persons with one membership number are of two offices, and six files at most hold all of them."""
    contradicted = delivered.contradicted["enrolments"]
    assert contradicted
    assert all(len({row["_file"] for row in rows}) == 2 for rows in contradicted)
    assert len({row["_file"] for rows in contradicted for row in rows}) <= 6


def test_every_rule_of_every_contract_is_broken_somewhere(delivered: Delivered) -> None:
    """A rule that nothing breaks is a rule that nobody has seen work. Totals and merged cells are in the tests of readers."""
    for extract, table in TABLES.items():
        rules = {rule.name for rule in (*table.all_rules(), *table.cross_row_rules())} - {ROW_TOTAL, ROW_MERGED}
        assert rules == delivered.ledger["extracts"][extract]["rules"].keys()


def test_ledger_adds_up(delivered: Delivered) -> None:
    """Rows read = accepted + quarantined + collapsed, and each is what the files hold."""
    for extract in TABLES:
        account = delivered.ledger["extracts"][extract]
        rows = delivered.rows[extract]
        fatal = sum(bool(row["_broken"] & FATAL[extract]) for row in rows)
        conflicting = sum(map(len, delivered.contradicted[extract]))
        held = fatal + delivered.ragged[extract] + conflicting
        assert account["rows_read"] == len(rows) + delivered.ragged[extract]
        assert account["rows_quarantined"] == held
        assert account["rows_read"] == sum(account[f"rows_{what}"] for what in ("accepted", "quarantined", "collapsed"))
        assert account["rows_repeated"] == delivered.repeated[extract]
        assert account["files"] == sum(name == extract for name, _ in delivered.files())
        assert account["rows_accepted"] == len(delivered.good[extract])
        assert account["rows_collapsed"]
    assert delivered.ledger["extracts"]["enrolments"]["files_repeated"] == 1


def test_manifest_vouches_for_every_file_with_its_rows(delivered: Delivered) -> None:
    """Control totals are data rows, broken lines included."""
    manifest = json.loads((delivered.folder / "manifest.json").read_text())
    assert manifest["synthetic"] is True
    vouched = {entry["name"]: entry["rows"] for entry in manifest["files"] if entry["name"].split("/")[0] in TABLES}
    counted = {path.relative_to(delivered.folder).as_posix(): len(records(path)) - 1 for _, path in delivered.files()}
    assert vouched == counted
