"""The finding that is true: a row for each branch of the findings, and its sentence."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from released import MONTHS, NOW, TABLES, Frames, folder_of, true_frames, withheld

from assets.release.findings import beneficiaries, change, coverage, deliveries, employers, gap, target
from assets.release.findings.reader import ReleaseReader
from assets.release.findings.retention import retention
from assets.release.report.sentences import change_sentence, five_lines, outlook_sentence, target_sentence

TRUE = withheld(true_frames(), {})
LINES = ("coverage", "gap", "kur", "vulnerable", "changed")


def rows(name: str, *changes: dict[str, Any], frames: Frames = TRUE) -> Frames:
    """The release with cells of a table changed: each change is `where` (a key) and new values; in order."""
    frame = frames[name]
    for reported in changes:
        here = pl.all_horizontal(
            *(pl.col(key) == value for key, value in reported.get("where", {}).items()), pl.lit(value=True)
        )
        frame = frame.with_columns(
            pl.when(here)
            .then(pl.lit(value, TABLES[name].storage.get(key, pl.String())))
            .otherwise(pl.col(key))
            .alias(key)
            for key, value in reported.items()
            if key != "where"
        )
    return frames | {name: frame}


@pytest.fixture
def source(tmp_path: Path):
    """A release that is asked."""
    return lambda frames: ReleaseReader(folder_of(frames, tmp_path), "2024-12")


# --- the target ------------------------------------------------------------------------------------------------------

RATIO = {"where": {"indicator": "coverage_ratio"}}
AHEAD = {
    "target_value": 50.0,
    "actual_value": 44.4,
    "gap_value": 5.6,
    "months_left": 12,
    "needed_per_month": 0.47,
    "changes_seen": 11,
    "mean_change": 0.2,
    "projected_value": 46.8,
    "projected_low": 46.0,
    "projected_high": 47.6,
    "outlook": "unlikely",
}
NO_PROJECTION = {
    "mean_change": 0.3,
    "projected_value": 49.0,
    "projected_low": None,
    "projected_high": None,
    "changes_seen": 2,
    "outlook": "unknown",
}
THIS_MONTH = {"target_month": NOW, "months_left": 0, "needed_per_month": None}
TARGETS = {
    "reached": (
        AHEAD | {"actual_value": 50.4, "gap_value": -0.4, "needed_per_month": -0.03, "outlook": "reached"},
        "target reached: 0.4 points above target",
    ),
    "reached exactly": (
        AHEAD | {"actual_value": 50.0, "gap_value": 0.0, "outlook": "reached"},
        "target reached: 0.0 points above target",
    ),
    "missed, as the table says": (
        AHEAD | THIS_MONTH | {"outlook": "missed"},
        "target missed: 5.6 points below 50.00 %",
    ),
    "missed": (AHEAD | THIS_MONTH | {"outlook": "unlikely"}, "target missed: 5.6 points below 50.00 %"),
    "ahead": (
        AHEAD,
        "5.6 points below the target of 50.00 % by December 2025; needs +0.47 points a month, recent average +0.20. "
        "Will not be reached if the trend continues.",
    ),
    "likely": (AHEAD | {"outlook": "likely"}, "Likely to be reached if the trend continues."),
    "open": (AHEAD | {"outlook": "open"}, "Uncertain: the target is within the prediction interval."),
    "few changes": (
        AHEAD | NO_PROJECTION,
        "needs +0.47 points a month. No projection yet: 2 of at least 6 monthly changes known.",
    ),
    "first month": (
        AHEAD | NO_PROJECTION | {"changes_seen": 0, "mean_change": None, "projected_value": None},
        "No projection yet: 0 of at least 6 monthly changes known",
    ),
    "projection withheld": (
        AHEAD
        | dict.fromkeys(("mean_change", "projected_value", "projected_low", "projected_high", "outlook"))
        | {"conf_status": "A"},
        "needs +0.47 points a month. The projection is withheld.",
    ),
    "withheld": (
        AHEAD
        | dict.fromkeys(("protected_persons", "actual_value", "gap_value", "needed_per_month", "outlook"))
        | {"conf_status": "D"},
        "target 50.00 % by December 2025: the current value is withheld",
    ),
    "no survey": (
        AHEAD | dict.fromkeys(("actual_value", "gap_value", "needed_per_month")) | {"outlook": "unknown"},
        "the current value is unknown",
    ),
}


@pytest.mark.parametrize("case", TARGETS)
def test_coverage_against_its_target(source, case: str) -> None:
    values, expected = TARGETS[case]
    found = target.target(source(rows("target_progress", RATIO | values)))
    message = target_sentence(found, "lines").to("en").replace("\u00a0", " ").replace("\u2212", "-")
    assert expected in message
    assert "None" not in message


def test_a_missing_target_is_reported_only_if_none_was_delivered(source) -> None:
    none = TRUE | {"target_progress": TRUE["target_progress"].filter(pl.col("indicator") != "coverage_ratio")}
    assert target.target(source(none)).state is target.State.NOT_DELIVERED
    reason = "no targets was delivered for 2024-12: put it in 2024-12/targets/ and run the month again"
    absent = rows("target_progress", {"availability": "not_available", "reason": reason, "indicator": "all"})
    found = target.target(source(absent))
    assert found.state is target.State.NOT_AVAILABLE
    assert target_sentence(found, "lines").to("en") == f"no target: {reason}"
    assert target_sentence(found, "lines").to("id") == "tidak ada target: data target untuk 2024-12 belum disampaikan"


@pytest.mark.parametrize(
    ("values", "is_projected"),
    [
        (AHEAD, True),
        (AHEAD | NO_PROJECTION, False),
        (AHEAD | {"changes_seen": 5}, False),
        (AHEAD | {"projected_low": None}, False),
    ],
)
def test_a_projection_is_stated_only_with_its_range_and_six_changes(source, values, is_projected: bool) -> None:
    assert target.target(source(rows("target_progress", RATIO | values))).is_projected is is_projected


def test_every_outlook_has_words(source) -> None:
    found = target.target(source(rows("target_progress", RATIO | AHEAD)))
    assert outlook_sentence(found).to("id") == "Tidak akan tercapai bila tren berlanjut."


# --- what changed ----------------------------------------------------------------------------------------------------


def moved(whole: tuple[int, int], status: str = "F", **parts: int | None) -> Frames:
    """Flows of the nation: opening and closing of all segments, and by how many each segment changed (None: withheld)."""
    opening, closing = whole
    reported: list[dict[str, Any]] = [
        {
            "where": {"segment": "all", "province_code": "ID"},
            "opening_persons": opening,
            "closing_persons": closing,
            "change_ratio": closing / opening - 1 if opening else None,
            "conf_status": status,
            "drift": "ok",
        }
    ]
    for segment, change_ in parts.items():
        reported.append(
            {"where": {"segment": segment}, "opening_persons": 1000, "closing_persons": 1000 + (change_ or 0)}
        )
        if change_ is None:
            reported.append({"where": {"segment": segment}, "closing_persons": None, "conf_status": "D"})
    return rows("flows", *reported)


CHANGES = {
    "a driver of the right sign": (
        moved((1000, 1010), PU=30, JAKON=-20, BPU=0),
        "Up by 10 persons (1.0 %)",
        "Largest change: Wage earners (+30).",
    ),
    "a driver of the wrong sign": (
        moved((1000, 1010), PU=-100, JAKON=50, BPU=60),
        "Up by 10 persons (1.0 %)",
        "The two largest changes go in opposite directions: Wage earners (-100) and Own-account and informal (+60).",
    ),
    "down": (
        moved((1000, 900), PU=-60, JAKON=-20, BPU=-20),
        "Down by 100 persons (10.0 %)",
        "Largest change: Wage earners (-60).",
    ),
    "nothing changed": (moved((1000, 1000), PU=0, JAKON=0, BPU=0), "Unchanged since November 2024", "left."),
    "nothing changed in sum": (
        moved((1000, 1000), PU=40, JAKON=-40, BPU=0),
        "Unchanged since November 2024",
        "go in opposite directions: Wage earners (+40) and Construction projects (-40).",
    ),
    "a segment is withheld": (
        moved((1000, 1010), PU=30, JAKON=None, BPU=0),
        "Up by 10 persons",
        "The segment with the largest change cannot be named",
    ),
    "an opening of 0": (
        moved((0, 500), PU=500, JAKON=0, BPU=0),
        "Up by 500 persons since November 2024",
        "Largest change: Wage earners (+500).",
    ),
}


@pytest.mark.parametrize("case", CHANGES)
def test_the_change_names_the_segments_that_caused_it(source, case: str) -> None:
    frames, *expected = CHANGES[case]
    asked = source(frames)
    message = change_sentence(asked, change.change(asked)).to("en").replace("\u00a0", " ").replace("\u2212", "-")
    assert all(part in message for part in expected), message
    assert "None" not in message


def test_a_withheld_opening_is_reported_as_withheld(source) -> None:
    frames = rows(
        "flows", {"where": {"segment": "all"}, "opening_persons": None, "change_ratio": None, "conf_status": "A"}
    )
    asked = source(frames)
    found = change.change(asked)
    assert found.state is change.State.WITHHELD
    assert change_sentence(asked, found).to("en") == "The change since November 2024 is withheld."


def test_the_first_month_has_no_change_and_gives_the_reason(source) -> None:
    reason = "the table persons of 2024-11 is not there: run the month before first"
    asked = source(rows("flows", {"availability": "not_available", "reason": reason}))
    found = change.change(asked)
    assert (found.state, found.reason) == (change.State.NOT_AVAILABLE, reason)
    assert reason in change_sentence(asked, found).to("en")


def test_a_withheld_part_of_what_came_or_went_is_never_zero(source) -> None:
    asked = source(rows("flows", {"where": {"segment": "all"}, "left_ended_persons": None, "conf_status": "A"}))
    found = change.change(asked)
    assert found.cells["left"].is_withheld
    assert "the number who left is withheld" in change_sentence(asked, found).to("en")


def test_an_unusual_change_is_called_so(source) -> None:
    asked = source(rows("flows", {"where": {"segment": "all"}, "drift": "unusual"}))
    assert "unusual: check the deliveries" in change_sentence(asked, change.change(asked)).to("en")


# --- sums with a withheld addend -------------------------------------------------------------------------------------


def test_a_sum_over_offices_with_one_withheld_is_at_least_what_is_shown(source) -> None:
    one = {"extract": "enrolments", "office_code": "A", "rule": "rows_quarantined"}
    frames = rows(
        "data_quality",
        {"where": {"rule": "rows_quarantined"}, "broken_rows": 500},
        {"where": one, "broken_rows": None, "conf_status": "A"},
    )
    cell = deliveries.quality(source(frames))["rows_quarantined"]
    assert (cell.value, cell.is_withheld) == (None, True)
    assert cell.lower_bound is not None
    assert cell.lower_bound.value == 1500


def test_a_sum_of_nothing_shown_has_no_bound(source) -> None:
    frames = rows("data_quality", {"where": {"rule": "rows_quarantined"}, "broken_rows": None, "conf_status": "A"})
    cell = deliveries.quality(source(frames))["rows_quarantined"]
    assert (cell.value, cell.lower_bound) == (None, None)


def test_the_share_of_public_payers_is_withheld_with_one_of_them(source) -> None:
    of = {"month": NOW, "payer": "village_fund", "province_code": "ID"}
    found = beneficiaries.vulnerable(
        source(rows("vulnerable_workers", {"where": of, "protected_persons": None, "conf_status": "A"}))
    )
    assert found.share.value is None
    assert found.share.is_withheld
    assert found.subsidised.is_withheld


def test_a_payer_without_a_row_pays_for_nobody(source) -> None:
    frame = TRUE["vulnerable_workers"].filter(pl.col("payer") != "village_fund")
    found = beneficiaries.vulnerable(source(TRUE | {"vulnerable_workers": frame}))
    one = frame.filter((pl.col("payer") == "regional_government") & (pl.col("month") == NOW))
    assert found.subsidised.value == one["protected_persons"].item()


def test_the_worst_month_is_one_of_those_shown(source) -> None:
    frames = rows(
        "vulnerable_workers", {"where": {"month": MONTHS[0]}, "became_unpaid_persons": None, "conf_status": "A"}
    )
    found = beneficiaries.vulnerable(source(frames))
    assert found.known == "public_shown"
    assert found.worst
    assert found.worst[0] != MONTHS[0]


def test_a_month_without_the_previous_one_is_not_withheld(source) -> None:
    first = {"where": {"month": MONTHS[0]}, "became_unpaid_persons": None, "left_persons": None, "conf_status": "A"}
    uncompared = rows("flows", {"where": {"month": MONTHS[0]}, "availability": "not_available"})
    found = beneficiaries.vulnerable(source(rows("vulnerable_workers", first, frames=uncompared)))
    assert found.known == "public"


def test_the_worst_month_is_that_of_all_payers_where_the_public_ones_are_withheld(source) -> None:
    october = {"month": MONTHS[0], "payer": "village_fund"}
    frames = rows("vulnerable_workers", {"where": october, "became_unpaid_persons": None, "conf_status": "A"})
    found = beneficiaries.vulnerable(source(frames))
    whole = TRUE["vulnerable_workers"].filter((pl.col("payer") == "all") & (pl.col("province_code") == "ID"))
    lost = whole.filter(pl.col("vulnerable_basis") == "all").select(
        pl.col("became_unpaid_persons") + pl.col("left_persons")
    )
    assert found.known == "all"
    assert found.worst
    assert found.worst[1].value == lost.to_series().max()


def test_a_withheld_cohort_withholds_all_cohorts_together(source) -> None:
    of = {"cohort_month": date(2024, 11, 1), "segment": "PU", "month": NOW}
    frames = rows("retention", {"where": of, "retained_persons": None, "retained_ratio": None, "conf_status": "A"})
    found = retention(source(frames))
    one = next(row for row in found.rows if (row.keys["segment"], row.keys["months_since_entry"]) == ("PU", 1))
    assert one["ratio"].is_withheld
    assert one["retained"].lower_bound


def test_a_share_of_all_provinces_is_withheld_with_one_of_them(source) -> None:
    of = {"region_code": "34", "segment": "informal"}
    frames = rows("priorities", {"where": of, "gap_persons": None, "priority_rank": None, "conf_status": "A"})
    assert gap.concentration(source(frames)).share.is_withheld


def test_how_many_provinces_lie_below_a_withheld_nation_is_not_zero(source) -> None:
    of = {"geography_level": "nation", "segment": "all", "month": NOW}
    found = coverage.provinces(source(rows("coverage", {"where": of, "coverage_ratio": None, "conf_status": "D"})))
    assert found.below.value is None


def test_a_withheld_share_is_at_least_that_of_the_shown_sizes(source) -> None:
    whole = {"size_class": "all", "province_code": "ID"}
    sizes = {
        "where": {},
        "enrolled_employers": 300,
        "compliant_employers": 299,
        "compliant_ratio": 0.99,
    }
    frames = rows(
        "coverage_enterprise",
        sizes,
        {
            "where": whole,
            "enrolled_employers": 1000,
            "compliant_employers": None,
            "compliant_ratio": None,
            "conf_status": "A",
        },
    )
    cell = employers.programmes(source(frames)).whole["compliant_ratio"]
    assert cell.is_withheld
    assert cell.lower_bound is not None
    assert cell.lower_bound.value == pytest.approx(0.897)


# --- the five lines --------------------------------------------------------------------------------------------------


def lines(frames: Frames, folder: Path, language: str = "en") -> dict[str, str]:
    return dict(zip(LINES, five_lines(folder_of(frames, folder), language), strict=True))


def test_every_line_names_its_subject_in_both_languages(tmp_path: Path) -> None:
    subjects = {
        language: [line.split(":")[0] for line in lines(TRUE, tmp_path, language).values()] for language in ("en", "id")
    }
    assert subjects == {
        "en": ["Coverage", "Largest gap", "KUR", "Vulnerable workers", "Since last month"],
        "id": ["Cakupan", "Kesenjangan terbesar", "KUR", "Pekerja rentan", "Sejak bulan lalu"],
    }


def test_no_survey(tmp_path: Path) -> None:
    without = rows(
        "coverage", {"denominator_id": "none", "denominator_persons": None, "coverage_ratio": None, "gap_persons": None}
    )
    message = lines(without | {"priorities": TRUE["priorities"].clear()}, tmp_path)
    assert "no ratio: no workforce wave was delivered" in message["coverage"]
    assert message["gap"] == "Largest gap: unknown without a workforce wave"


def test_a_missing_delivery_gives_the_reason(tmp_path: Path) -> None:
    reason = "no kur_debtors was delivered for 2024-12: put it in 2024-12/kur_debtors/ and run the month again"
    message = lines(rows("kur_linkage", {"availability": "not_available", "reason": reason}), tmp_path)
    assert message["kur"] == f"KUR: {reason}"


def test_if_everything_is_withheld_no_figure_and_no_zero_is_shown(tmp_path: Path) -> None:
    frames = {}
    for name, frame in TRUE.items():
        of = [
            field.name
            for field in TABLES[name].fields
            if (field.sensitive or field.uses) and field.name in frame.columns
        ]
        frames[name] = frame.with_columns(
            *(pl.lit(None, frame.schema[column]).alias(column) for column in of), pl.lit("A").alias("conf_status")
        )
    message = lines(frames, tmp_path)
    assert all("withheld" in line for line in message.values()), message
    assert not any(" 0 " in line or "None" in line for line in message.values())


def test_debtors_who_must_join_are_not_protected_as_bpu(tmp_path: Path) -> None:
    message = lines(TRUE, tmp_path)["kur"]
    assert "who must join as BPU are not protected as BPU" in message
