"""The ledger of a simulated month against its files: broken rules, rows and files.

The tests have their own reader and rules, and use those of neither the pipeline nor the simulator.
"""

import json
from collections import Counter

from schemas.rule_texts import ROW_COUNTS, ROW_MERGED, ROW_TOTAL
from tests.simulator.contract_rules import FATAL, TABLES
from tests.simulator.delivered import Delivered
from tests.simulator.delivered_files import records


def test_ledger_counts_the_rules_that_rows_break(delivered: Delivered) -> None:
    """By extract and rule."""
    for extract in TABLES:
        account = delivered.ledger["extracts"][extract]
        found: Counter[str] = Counter()
        for row in delivered.rows[extract]:
            found.update(row["_broken"])
        found["row_structure"] = delivered.ragged[extract]
        found[TABLES[extract].conflict] = sum(map(len, delivered.contradicted[extract]))
        assert {rule: count for rule, count in found.items() if count} == account["rules"]


def test_contradictions_are_in_few_files(delivered: Delivered) -> None:
    """Two persons with one membership number belong to two offices; at most six files contain all of them."""
    contradicted = delivered.contradicted["enrolments"]
    assert contradicted
    assert all(len({row["_file"] for row in rows}) == 2 for rows in contradicted)
    assert len({row["_file"] for rows in contradicted for row in rows}) <= 6


def test_every_rule_of_every_contract_is_broken_somewhere(delivered: Delivered) -> None:
    """Each rule must be seen to work. Totals, merged cells, statuses and whole columns are in the tests of ingestion."""
    for extract, table in TABLES.items():
        by_row = [rule for rule in (*table.all_rules(), *table.cross_row_rules()) if not rule.judges_column]
        rules = {rule.name for rule in by_row} - {ROW_TOTAL, ROW_MERGED, ROW_COUNTS}
        assert rules == delivered.ledger["extracts"][extract]["rules"].keys()


def test_ledger_adds_up(delivered: Delivered) -> None:
    """Rows read = accepted + quarantined + collapsed, and each equals the count in the files."""
    for extract in TABLES:
        account = delivered.ledger["extracts"][extract]
        rows = delivered.rows[extract]
        fatal = sum(bool(row["_broken"] & FATAL[extract]) for row in rows)
        conflicting = sum(map(len, delivered.contradicted[extract]))
        quarantined = fatal + delivered.ragged[extract] + conflicting
        assert account["rows_read"] == len(rows) + delivered.ragged[extract]
        assert account["rows_quarantined"] == quarantined
        assert account["rows_read"] == sum(account[f"rows_{fate}"] for fate in ("accepted", "quarantined", "collapsed"))
        assert account["rows_repeated"] == delivered.repeated[extract]
        assert account["files"] == sum(name == extract for name, _ in delivered.files())
        assert account["rows_accepted"] == len(delivered.good[extract])
        assert account["rows_collapsed"]
    assert delivered.ledger["extracts"]["enrolments"]["files_repeated"] == 1


def test_manifest_lists_every_file_with_its_rows(delivered: Delivered) -> None:
    """Rows are data rows, including broken lines."""
    manifest = json.loads((delivered.folder / "manifest.json").read_text())
    assert manifest["synthetic"] is True
    listed = {entry["name"]: entry["rows"] for entry in manifest["files"] if entry["name"].split("/")[0] in TABLES}
    counted = {path.relative_to(delivered.folder).as_posix(): len(records(path)) - 1 for _, path in delivered.files()}
    assert listed == counted
