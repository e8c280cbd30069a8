"""Laws between the tables, and between a nation and one that differs in a known way; they hold whatever the definitions are.

Belongs here: laws that hold for any input. Not: what a figure is (the reference), how rows come in (`test_files`).
"""

import tempfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from hypothesis import given, settings

from tests.reference import product
from tests.reference.nations import nations
from tests.reference.profile import EXAMPLES, PROFILE
from tests.reference.rows import Delivery, Membership, Nation, Row

Tables = dict[str, list[Row] | None]
COUNTS = {
    "activity": ("member_persons", "protected_persons", "dormant_persons", "dormant_25_persons", "re_entered_persons"),
    "coverage": ("protected_persons", "registered_persons", "memberships", "dual_persons"),
    "vulnerable_workers": ("protected_persons", "grace_persons", "became_unpaid_persons", "left_persons", "new_persons"),
    "compliance": ("due_memberships", "paid_memberships", "in_time_memberships", "arrears_months", "due_idr", "paid_idr", "late_idr"),
    "retention": ("entrants_persons", "retained_persons"),
    "kur_linkage": ("contracts", "debtors", "member_debtors", "protected_debtors", "obliged_debtors", "owing_bpu_debtors"),
}  # fmt: skip


def made(nation: Nation, month: date) -> Tables:
    with tempfile.TemporaryDirectory() as root:
        held = product.warehouse(Path(root))
        product.hold(held, nation)
        product.registers(held, nation)
        tables = product.tables(held, month)
        before = [earlier for earlier in nation.run if earlier < month]
        if before:
            tables |= {f"{name} before": rows for name, rows in product.tables(held, before[-1]).items()}
    return tables


def rows_where(rows: list[Row] | None, **wanted: object) -> list[Row]:
    return [row for row in rows or [] if all(row[name] == value for name, value in wanted.items())]


def add_up(
    rows: list[Row] | None,
    by: str,
    total: str,
    counts: Iterable[str],
    key: Iterable[str],
    parts: set[str] | None = None,
) -> list[str]:
    """Where the rows of the parts do not make the row of their total, in any of the counts."""
    names = [name for name in key if name != by]
    sums: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in rows or []:
        if parts is None or row[by] in parts | {total}:
            sums[tuple(row[name] for name in names)].append(row)
    return [
        f"{by} {count} {group}"
        for group, members in sums.items()
        for count in counts
        if any(row[by] == total for row in members) and len(members) > 1 and None not in [row[count] for row in members]
        and sum(row[count] * (-1 if row[by] == total else 1) for row in members)
    ]  # fmt: skip


@settings(PROFILE, max_examples=EXAMPLES or 4)
@given(nations())
def test_tables_agree_with_each_other_and_parts_add_up(nation: Nation) -> None:
    tables = made(nation, nation.run[-1])
    assert _disagreeing(tables) == []
    assert _not_adding_up(tables) == []


def _disagreeing(tables: Tables) -> list[str]:
    """Protected persons agree in coverage, flows and vulnerable_workers; the opening of a month is the closing of the previous month."""
    residents = rows_where(tables["coverage"], geography_basis="home", programme="any", sex="all", age_band="all")
    protected = {
        (row["region_code"], row["segment"]): row["protected_persons"]
        for row in residents
        if row["geography_level"] in ("nation", "province")
    }
    vulnerable = rows_where(tables["vulnerable_workers"], payer="all", vulnerable_basis="all")
    found = [
        str(row) for row in vulnerable if row["protected_persons"] > protected.get((row["province_code"], "BPU"), 0)
    ]
    if tables["flows"] is not None:
        found += _unlike(_by_place(tables["flows"], "closing_persons"), protected)
        if tables.get("flows before") is not None:
            closed = _by_place(tables["flows before"], "closing_persons")
            found += _unlike(_by_place(tables["flows"], "opening_persons"), closed)
    return found


def _by_place(rows: list[Row] | None, count: str) -> dict[tuple[object, object], int]:
    return {(row["province_code"], row["segment"]): row[count] for row in rows or []}


def _unlike(ones: dict[tuple[object, object], int], others: dict[tuple[object, object], int]) -> list[str]:
    """The differences of two counts; a missing row counts as zero."""
    return [str(row_key) for row_key in ones.keys() | others.keys() if ones.get(row_key, 0) != others.get(row_key, 0)]


def _not_adding_up(tables: Tables) -> list[str]:
    key, persons = (
        [name for name in product.KEYS["coverage"] if name != "denominator_id"],
        ("protected_persons", "memberships"),
    )
    once = [row for row in tables["coverage"] or [] if row["denominator_id"] in ("none", "potential")]
    wide = [row for row in once if row["geography_level"] != "regency"]
    found = [
        *add_up(wide, "sex", "all", persons, key),
        *add_up(wide, "age_band", "all", persons, key),
        *add_up(once, "segment", "all", persons, key, {"formal", "informal"}),
    ]
    for level in ("province", "province_2020", "regency"):
        placed = [row | {"geography_level": ""} for row in once if row["geography_level"] in ("nation", level)]
        summed = placed if level != "regency" else rows_where(placed, sex="all", age_band="all")
        found += add_up(summed, "region_code", "ID", persons, key)
    workers, vulnerable = product.KEYS["coverage_enterprise"], product.KEYS["vulnerable_workers"]
    for by in ("province_code", "size_class", "size_basis", "sector"):
        total = "ID" if by == "province_code" else "all"
        only = rows_where(
            tables["coverage_enterprise"], **{name: "all" for name in ("size_basis", "sector") if name != by}
        )
        found += add_up(only, by, total, ("employers", "protected_workers", "enrolled_employers"), workers)
    for by, total in (("province_code", "ID"), ("payer", "all"), ("vulnerable_basis", "all")):
        shown = [row for row in tables["vulnerable_workers"] or [] if "all" in (row["payer"], row["vulnerable_basis"])]
        found += add_up(shown, by, total, COUNTS["vulnerable_workers"], vulnerable)
    return found


def doubled(nation: Nation) -> Nation:
    """Every person a second time, with separate memberships, payments and contracts."""

    def again(delivery: Delivery) -> Delivery:
        twice: dict[str, object] = {}
        for what in ("memberships", "contributions", "loans"):
            rows = getattr(delivery, what)
            twice[what] = None if rows is None else (*rows, *map(_other, rows))
        return replace(delivery, **twice)

    return Nation({month: again(delivery) for month, delivery in nation.months.items()})


def _other(row: object) -> object:
    own = {name: getattr(row, name) for name in ("membership_key", "person_id", "contract_key") if hasattr(row, name)}
    return replace(row, **{name: None if number is None else number + 5000 for name, number in own.items()})


@settings(PROFILE, max_examples=EXAMPLES or 2)
@given(nations())
def test_everybody_twice_makes_every_count_twice_as_large(nation: Nation) -> None:
    once, twice = (made(of, nation.run[-1]) for of in (nation, doubled(nation)))
    for table, counts in COUNTS.items():
        ours = {tuple(row[name] for name in product.KEYS[table]): row for row in once[table] or []}
        theirs = {tuple(row[name] for name in product.KEYS[table]): row for row in twice[table] or []}
        assert ours.keys() == theirs.keys()
        for key, row in ours.items():
            for count in counts:
                assert theirs[key][count] == (None if row[count] is None else 2 * row[count]), (table, key, count)


@settings(PROFILE, max_examples=EXAMPLES or 2)
@given(nations())
def test_one_person_more_is_one_more_in_one_cell_of_every_breakdown(nation: Nation) -> None:
    month = nation.run[-1]
    one = Membership(9001, 9001, "BPU", home_region="3273", work_region="3201", paid_through=month, start_date=month)
    joined = nation.months | {month: replace(nation.of(month), memberships=(*nation.members(month), one))}
    before, after = (made(of, month)["coverage"] or [] for of in (nation, Nation(joined)))
    counts = {tuple(row[name] for name in product.KEYS["coverage"][1:8]): row["protected_persons"] for row in before}
    cells = {tuple(row[name] for name in product.KEYS["coverage"][1:8]): row["protected_persons"] for row in after}
    grown = {cell: count - counts.get(cell, 0) for cell, count in cells.items() if count != counts.get(cell, 0)}
    assert set(grown.values()) == {1}
    breakdowns = defaultdict(list)
    for basis, level, region, segment, programme, sex, age in grown:
        breakdowns[basis, level, segment, programme, sex == "all", age == "all"].append((region, sex, age))
    assert all(len(cells) == 1 for cells in breakdowns.values())
    levels = {(basis, level) for basis, level, *_ in breakdowns}
    assert levels == {(b, at) for b in ("home", "work") for at in ("nation", "province", "province_2020", "regency")}
    assert {segment for _, _, segment, *_ in breakdowns} == {"BPU", "informal", "all"}
    assert {programme for _, _, _, programme, *_ in breakdowns} == {"any", "jkk", "jkm"}
