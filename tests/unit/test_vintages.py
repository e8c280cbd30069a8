"""Vintages of published rows: the history, its reproduction, and revisions that need a reason. Worked out by hand."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.errors import ReleaseRefused
from assets.release import views
from assets.release.history import History
from assets.release.publication import PublicationOptions
from assets.release.published_release import Sources
from assets.release.revision_log import Registry, month_rows
from assets.release.revisions import changed_figures, compare_table, describe_unexplained
from schemas.releases import RELEASE_MONTHS, RELEASE_TABLES, RELEASES, history
from schemas.summaries.vulnerable import VULNERABLE_WORKERS

TABLE = VULNERABLE_WORKERS.released()
NOVEMBER, DECEMBER = date(2024, 11, 1), date(2024, 12, 1)
Rows = dict[tuple[date, str], int | None]


def frame(rows: Rows) -> pl.DataFrame:
    """(month, province) → protected persons, for all payers and groups; None: withheld."""
    usual = dict.fromkeys(TABLE.names) | {"payer": "all", "vulnerable_basis": "all", "availability": "available"}
    built = [
        usual
        | {"month": month, "province_code": code, "protected_persons": n, "conf_status": "F" if n is not None else "A"}
        for (month, code), n in rows.items()
    ]
    return pl.DataFrame(built, schema=TABLE.storage).sort(TABLE.key)


def told(vintages: list[Rows]) -> tuple[History, list[pl.DataFrame]]:
    """The history after these releases, and what each published."""
    frames = [frame(rows) for rows in vintages]
    past, before = History.read(None), None
    past = History({TABLE.name: past.replaced[TABLE.name]}, past.starts)
    for sequence, now in enumerate(frames, 1):
        past = past.extended({TABLE.name: compare_table(before, now, TABLE)}, f"r{sequence}", sequence)
        before = now
    return past, frames


# --- history ---------------------------------------------------------------------------------------------------------


def test_only_rows_that_were_replaced_are_kept() -> None:
    first = {(NOVEMBER, "ID"): 100, (NOVEMBER, "31"): 40, (NOVEMBER, "32"): 60}
    past, _ = told(
        [
            first,
            first | {(DECEMBER, "ID"): 110},
            first | {(NOVEMBER, "31"): 45, (NOVEMBER, "33"): 5, (DECEMBER, "ID"): 110},
        ]
    )
    kept = past.replaced[TABLE.name].select(
        "month", "province_code", "protected_persons", "from_sequence", "until_sequence", "existed"
    )
    assert kept.rows() == [(NOVEMBER, "31", 40, 1, 3, True), (NOVEMBER, "33", None, 1, 3, False)]
    assert past.starts.select("month", "sequence").rows() == [(NOVEMBER, 1), (DECEMBER, 2)]


def test_what_was_withheld_is_withheld_in_the_history() -> None:
    past, frames = told([{(NOVEMBER, "31"): None}, {(NOVEMBER, "31"): 12}, {(NOVEMBER, "31"): None}])
    assert past.replaced[TABLE.name]["protected_persons"].to_list() == [None, 12]
    assert past.at(1, frames[-1], TABLE)["conf_status"].to_list() == ["A"]


def test_a_row_that_disappears_and_returns_is_reported_each_time() -> None:
    there, gone = {(NOVEMBER, "ID"): 9, (NOVEMBER, "31"): 4}, {(NOVEMBER, "ID"): 9}
    past, frames = told([there, gone, there | {(NOVEMBER, "31"): 6}])
    assert [past.at(n, frames[-1], TABLE).height for n in (1, 2, 3)] == [2, 1, 2]
    assert [past.at(n, frames[-1], TABLE).equals(frames[n - 1]) for n in (1, 2, 3)] == [True] * 3


cells = st.dictionaries(
    st.tuples(st.sampled_from([NOVEMBER, DECEMBER]), st.sampled_from(["ID", "31", "32"])),
    st.one_of(st.none(), st.integers(10, 12)),
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(cells, min_size=1, max_size=5))
def test_every_release_can_be_reproduced_exactly(vintages: list[Rows]) -> None:
    past, frames = told(vintages)
    for sequence, published in enumerate(frames, 1):
        assert past.at(sequence, frames[-1], TABLE).equals(published)
    kept = past.replaced[TABLE.name]
    assert not kept.select(history(TABLE).key).is_duplicated().any()
    assert (kept["from_sequence"] < kept["until_sequence"]).all()


def test_columns_that_came_later_are_empty_before_and_no_change() -> None:
    old = frame({(NOVEMBER, "ID"): 100}).drop("grace_persons").with_columns(gone_column=pl.lit(1))
    now = frame({(NOVEMBER, "ID"): 100}).with_columns(grace_persons=pl.lit(30, pl.Int64))
    change = compare_table(old, now, TABLE)
    assert (change.added.height, change.changed.height, change.removed.height) == (0, 0, 0)


def test_a_table_with_another_key_begins_anew() -> None:
    change = compare_table(frame({(NOVEMBER, "ID"): 100}).drop("payer"), frame({(NOVEMBER, "ID"): 100}), TABLE)
    assert (change.added.height, change.changed.height, change.removed.height) == (1, 0, 0)


# --- the same in SQL -------------------------------------------------------------------------------------------------

VINTAGES: list[Rows] = [
    {(NOVEMBER, "ID"): 100, (NOVEMBER, "31"): 40},
    {(NOVEMBER, "ID"): 110, (NOVEMBER, "31"): 40, (DECEMBER, "ID"): 200, (DECEMBER, "31"): 50},
    {(NOVEMBER, "ID"): 104, (NOVEMBER, "31"): 44, (DECEMBER, "ID"): 190, (DECEMBER, "31"): 50, (DECEMBER, "32"): 7},
]
FIRST = datetime(2025, 1, 15, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def released() -> Iterator[duckdb.DuckDBPyConnection]:
    """The third release of the vintages above."""
    con = opened(VINTAGES)
    yield con
    con.close()


def opened(vintages: list[Rows]) -> duckdb.DuckDBPyConnection:
    """The third release's tables, views and macros in memory; releases a day apart, from 15 January 2025, 09:00 Jakarta."""
    past, frames = told(vintages)
    con = duckdb.connect(config={"threads": 1})
    con.execute("SET TimeZone = 'Asia/Jakarta'")
    lines = [{"release_id": f"r{n}", "sequence": n, "published_at": FIRST + timedelta(days=n - 1)} for n in (1, 2, 3)]
    months = [(NOVEMBER, 1, 1), (NOVEMBER, 2, 2), (NOVEMBER, 3, 3), (DECEMBER, 1, 2), (DECEMBER, 2, 3)]
    registry = [
        {"month": m, "vintage": v, "sequence": s, "release_id": f"r{s}", "status": "revised"} for m, v, s in months
    ]
    for table, rows in (
        (TABLE.name, frames[-1]),
        (history(TABLE).name, past.replaced[TABLE.name]),
        (RELEASE_TABLES.name, past.starts),
        (RELEASES.name, pl.DataFrame(lines, schema_overrides=RELEASES.storage)),
        (RELEASE_MONTHS.name, pl.DataFrame(registry)),
    ):
        con.register("offered", rows.to_arrow())
        con.execute(f"CREATE TABLE {table} AS SELECT * FROM offered")
    for statement in views.statements(VULNERABLE_WORKERS):
        con.execute(statement)
    return con


@pytest.mark.parametrize(
    ("moment", "release"),
    [
        ("2025-01-15 09:00:00+07", 1),
        ("2025-01-16 08:59:59+07", 1),
        ("2025-01-16 02:00:00+00", 2),
        ("2030-01-01 00:00:00+07", 3),
    ],
)
def test_as_of_a_moment_is_what_the_release_of_that_moment_published(released, moment: str, release: int) -> None:
    rows = released.sql(f"SELECT * FROM vulnerable_workers_as_of(TIMESTAMPTZ '{moment}')").pl().sort(TABLE.key)
    assert rows.equals(frame(VINTAGES[release - 1]))
    assert released.sql(f"SELECT * FROM vulnerable_workers_in('r{release}')").pl().sort(TABLE.key).equals(rows)


def test_before_the_first_release_there_was_nothing(released) -> None:
    assert not released.sql("SELECT * FROM vulnerable_workers_as_of('2025-01-15 08:59:59+07')").fetchall()


def test_the_triangle_has_the_figure_in_each_vintage_of_its_month(released) -> None:
    rows = released.sql("""
        SELECT month, vintage, value FROM vulnerable_workers_triangle(protected_persons)
        WHERE province_code = 'ID' ORDER BY month, vintage
    """).fetchall()
    assert rows == [(NOVEMBER, 1, 100), (NOVEMBER, 2, 110), (NOVEMBER, 3, 104), (DECEMBER, 1, 200), (DECEMBER, 2, 190)]


def test_first_against_latest(released) -> None:
    rows = released.sql("""
        SELECT month, province_code, first_value, latest_value, revision, relative_revision, vintages
        FROM vulnerable_workers_first_latest(protected_persons) ORDER BY month, province_code DESC
    """).fetchall()
    assert rows == [
        (NOVEMBER, "ID", 100, 104, 4, 0.04, 3), (NOVEMBER, "31", 40, 44, 4, 0.1, 3),
        (DECEMBER, "ID", 200, 190, -10, -0.05, 2), (DECEMBER, "32", 7, 7, 0, 0.0, 1), (DECEMBER, "31", 50, 50, 0, 0.0, 2),
    ]  # fmt: skip


def test_a_vintage_that_withheld_the_figure_is_empty_and_not_replaced_by_another() -> None:
    first, second, third = VINTAGES
    one = (NOVEMBER, "31")
    with opened([first | {one: None}, second, third]) as early, opened([first, second, third | {one: None}]) as late:
        asked = (
            "SELECT first_value, latest_value, revision FROM vulnerable_workers_first_latest(protected_persons) WHERE "
            "month = DATE '2024-11-01' AND province_code = '31'"
        )
        assert early.sql(asked).fetchall() == [(None, 44, None)]
        assert late.sql(asked).fetchall() == [(40, None, None)]


def test_mean_and_mean_absolute_revision_by_vintage(released) -> None:
    rows = released.sql("""
        SELECT vintage, months, mean_revision, mean_absolute_revision, t_statistic
        FROM vulnerable_workers_revisions(protected_persons) WHERE province_code = 'ID' ORDER BY vintage
    """).fetchall()
    # second vintages: November +10, December −10; third: November −6
    assert rows == [(2, 2, 0.0, 10.0, None), (3, 1, -6.0, 6.0, None)]


# --- status and reason -----------------------------------------------------------------------------------------------

OLD = Sources(code="code", lock="lock", policy="policy", geography="geography", inputs={"2024-11": "a", "2024-12": "b"})


def vintage(
    before: Rows, after: Rows, declared: PublicationOptions | None = None, status: str = "provisional", **sources
) -> list[tuple]:
    """Vintage, status, class and presence of a reason, of each month that the release changes."""
    now = Sources(
        **(
            {"code": "code", "lock": "lock", "policy": "policy", "geography": "geography", "inputs": OLD.inputs}
            | sources
        )
    )
    known = [
        {"month": month, "vintage": 1, "status": status, "sequence": 1, "release_id": "r1"}
        for month in {m for m, _ in before}
    ]
    registry = Registry(
        pl.DataFrame([{"release_id": "r1", "sequence": 1}], schema_overrides=RELEASES.storage),
        pl.DataFrame(known, schema=RELEASE_MONTHS.storage), OLD if before else None,
    )  # fmt: skip
    change = {TABLE.name: compare_table(frame(before) if before else None, frame(after), TABLE)}
    rows = month_rows(change, now, registry, declared or PublicationOptions(), "r2")
    return rows.select("month", "vintage", "status", "reason_class").rows()


BOTH: Rows = {(NOVEMBER, "ID"): 100, (DECEMBER, "ID"): 200}


def test_a_new_month_is_provisional_and_the_others_have_no_new_vintage() -> None:
    assert vintage({(NOVEMBER, "ID"): 100}, BOTH) == [(DECEMBER, 1, "provisional", None)]


@pytest.mark.parametrize(
    ("sources", "reason"),
    [
        ({"inputs": {"2024-11": "late", "2024-12": "b"}}, "R"),
        ({"code": "other"}, "M"),
        ({"policy": "other"}, "M"),
        ({"code": "other", "inputs": {"2024-11": "late", "2024-12": "b"}}, "R"),
        ({"code": "other", "geography": "other"}, "G"),
        ({"inputs": {"2024-11": "a", "2024-12": "late"}, "code": "other"}, "M"),  # a later month is not a reason
    ],
)
def test_a_restated_month_is_revised_for_the_reason_that_changed(sources: dict[str, object], reason: str) -> None:
    assert vintage(BOTH, BOTH | {(NOVEMBER, "ID"): 101}, **sources) == [(NOVEMBER, 2, "revised", reason)]


def test_later_months_that_read_the_restated_one_have_its_reason() -> None:
    after: Rows = {(NOVEMBER, "ID"): 101, (DECEMBER, "ID"): 201}
    found = vintage(BOTH, after, inputs={"2024-11": "late", "2024-12": "b"})
    assert found == [(NOVEMBER, 2, "revised", "R"), (DECEMBER, 2, "revised", "R")]


def test_the_operator_may_declare_final_and_corrected() -> None:
    final = PublicationOptions.parse(["2024-11"], "final", "the year is closed", "", "")
    assert vintage(BOTH, BOTH, final) == [(NOVEMBER, 1, "final", None)]
    corrected = PublicationOptions.parse(["2024-11"], "corrected", "an employer was counted twice", "", "")
    assert vintage(BOTH, BOTH | {(NOVEMBER, "ID"): 99}, corrected) == [(NOVEMBER, 2, "corrected", "C")]
    with pytest.raises(ReleaseRefused, match="nothing to call corrected"):
        vintage(BOTH, BOTH, corrected)


def test_final_figures_change_only_with_a_reason() -> None:
    with pytest.raises(ReleaseRefused, match="2024-11 is final"):
        vintage(BOTH, BOTH | {(NOVEMBER, "ID"): 101}, status="final")
    message = PublicationOptions.parse(["2024-11"], "", "court ruling", "", "")
    assert vintage(BOTH, BOTH | {(NOVEMBER, "ID"): 101}, message, status="final") == [(NOVEMBER, 2, "revised", "R")]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("provisional", "x", "", ""), "--status is final or corrected"),
        (("final", "", "", ""), "say why with --reason"),
        (("", "", "C", ""), "say why with --reason"),
        (("", "x", "Z", ""), "--reason-class is one of R, C, M, G"),
        (("", "", "", "2025-01-15 09:00"), "no moment with a time zone"),
        (("", "", "", "2025-01-15 09:00 Asia/Nowhere"), "no moment with a time zone"),
        (("", "", "", "2025-13-15 09:00 Z"), "no moment with a time zone"),
    ],
)
def test_empty_reasons_are_refused(arguments: tuple[str, str, str, str], says: str) -> None:
    with pytest.raises(ReleaseRefused, match=says):
        PublicationOptions.parse(["2024-11"], *arguments)


@pytest.mark.parametrize("text", ["2025-01-15 09:00 Asia/Jakarta", "2025-01-15T09:00+07:00", "2025-01-15 02:00 Z"])
def test_an_embargo_is_a_moment_wherever_it_is_written(text: str) -> None:
    assert PublicationOptions.parse([], "", "", "", text).embargo_until == datetime(2025, 1, 15, 2, tzinfo=UTC)


def test_without_a_word_it_does_not_matter_which_month_asked() -> None:
    assert (
        PublicationOptions.parse(["2024-11"], "", "", "", "")
        == PublicationOptions.parse(["2024-12"], "", "", "", "")
        == PublicationOptions()
    )


# --- revisions that need a reason --------------------------------------------------------------------------------------


def refused(before: Rows, after: Rows, months: tuple[date, ...] = (NOVEMBER, DECEMBER)) -> str:
    return describe_unexplained({TABLE.name: compare_table(frame(before), frame(after), TABLE)}, list(months))


@pytest.mark.parametrize(
    ("region", "was", "now", "is_refused"),
    [
        ("ID", 100_000, 101_001, True),  # the nation: 1 % and 100 persons
        ("ID", 100_000, 101_000, False),
        ("ID", 5_000, 5_100, False),  # 2 %, but no more than 100 persons
        ("ID", 5_000, 4_899, True),
        ("31", 100_000, 105_001, True),  # elsewhere 5 %
        ("31", 100_000, 95_000, False),
    ],
)
def test_a_revision_beyond_share_and_number_needs_a_word(region: str, was: int, now: int, is_refused: bool) -> None:
    assert bool(refused({(NOVEMBER, region): was}, {(NOVEMBER, region): now})) is is_refused


def test_the_refusal_names_table_month_level_and_figure_and_no_value() -> None:
    line = refused({(NOVEMBER, "31"): 5_000}, {(NOVEMBER, "31"): 6_543})
    assert (
        line == "vulnerable_workers 2024-11, province: 1 figures changed by more than their limit (protected_persons)"
    )


def test_a_figure_that_vanishes_needs_a_word_and_one_that_is_withheld_does_not() -> None:
    assert "1 figures vanished" in refused({(NOVEMBER, "ID"): 5_000, (NOVEMBER, "31"): 1}, {(NOVEMBER, "31"): 1})
    assert refused({(NOVEMBER, "31"): 5_000}, {(NOVEMBER, "31"): None}) == ""
    change = compare_table(frame({(NOVEMBER, "31"): 5_000}), frame({(NOVEMBER, "31"): None}), TABLE)
    assert change.months().rows(named=True)[0]["rows_withheld"] == 1


def test_months_never_published_and_figures_never_shown_need_no_word() -> None:
    assert refused({(DECEMBER, "ID"): 5_000}, {(DECEMBER, "ID"): 9_000}, (NOVEMBER,)) == ""
    assert refused({(NOVEMBER, "31"): None}, {(NOVEMBER, "31"): 9_000}) == ""
    change = compare_table(frame({(NOVEMBER, "31"): None}), frame({(NOVEMBER, "31"): 9_000}), TABLE)
    assert changed_figures(change).is_empty()
