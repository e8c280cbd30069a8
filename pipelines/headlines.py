"""Five lines for a director: coverage against its target, the largest gap, KUR, vulnerable workers, what changed and why.

Belongs here: the questions, in SQL, and the sentences. Figures come from the release alone; a figure that is withheld or
was not delivered is said to be so. Not: printing (`printing`).
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from assets.release.database import NAME

Row = dict[str, Any]
NATION = (
    "geography_basis = 'home' AND geography_level = 'nation' AND programme = 'any' AND sex = 'all' AND age_band = 'all'"
)
LATEST = "month = (SELECT max(month) FROM coverage)"
COVERAGE = f"""
    SELECT month, protected_persons, denominator_persons, coverage_ratio FROM coverage
    WHERE {LATEST} AND {NATION} AND segment = 'all' ORDER BY denominator_id = 'potential' DESC LIMIT 1
"""
TARGET = f"""
    SELECT target_month, target_value, gap_value, needed_per_month, mean_change, outlook FROM target_progress
    WHERE {LATEST} AND indicator = 'coverage_ratio' AND region_code = 'ID' AND segment = 'all'
    ORDER BY denominator_id = 'potential' DESC, target_month LIMIT 1
"""
GAP = f"""
    SELECT p.name, g.segment, g.gap_persons, g.national_effect, g.affordable_workers, g.unprotected_debtors,
        g.outreach_activities, g.unenrolled_employers
    FROM priorities AS g JOIN provinces AS p ON p.code = g.region_code
    WHERE g.{LATEST} AND g.region_level = 'province' AND g.gap_persons IS NOT NULL ORDER BY g.gap_persons DESC LIMIT 1
"""
KUR = f"SELECT * FROM kur_linkage WHERE {LATEST} AND province_code = 'ID' AND scheme = 'all'"
VULNERABLE = f"""
    SELECT *, (SELECT CASE WHEN count(*) = count(p.protected_persons) THEN sum(p.protected_persons) END
        FROM vulnerable_workers AS p
        WHERE p.month = v.month AND p.province_code = 'ID' AND p.vulnerable_basis = 'all'
            AND p.payer IN ('regional_government', 'village_fund')) AS subsidised_persons
    FROM vulnerable_workers AS v
    WHERE {LATEST} AND province_code = 'ID' AND payer = 'all' AND vulnerable_basis = 'all'
"""
FLOWS = f"SELECT * FROM flows WHERE {LATEST} AND province_code = 'ID' AND segment = 'all'"
DRIVER = f"""
    SELECT segment, closing_persons - opening_persons AS change FROM flows
    WHERE {LATEST} AND province_code = 'ID' AND segment IN ('PU', 'JAKON', 'BPU')
        AND closing_persons <> opening_persons AND 3 = (SELECT count(closing_persons - opening_persons) FROM flows
            WHERE {LATEST} AND province_code = 'ID' AND segment IN ('PU', 'JAKON', 'BPU'))
    ORDER BY abs(closing_persons - opening_persons) DESC, segment LIMIT 1
"""


def headlines(release: Path) -> list[str]:
    """The five lines for the newest month of the release."""
    with duckdb.connect(release / NAME, read_only=True) as con:

        def row(sql: str) -> Row:
            found = con.execute(sql)
            names, values = [column[0] for column in found.description], found.fetchone()
            return dict(zip(names, values, strict=True)) if values else {}

        return [_coverage(row(COVERAGE), row(TARGET)), _gap(row(GAP)), _said("KUR", row(KUR), _kur),
                _said("Vulnerable workers", row(VULNERABLE), _vulnerable), _changed(row(FLOWS), row(DRIVER))]  # fmt: skip


def _said(subject: str, row: Row, sentence: Callable[[Row], str]) -> str:
    """The sentence, or why there is none."""
    if row.get("availability") == "available":
        return f"{subject}: {sentence(row)}"
    return f"{subject}: {row.get('reason') or 'no figure for the month'}"


def _coverage(row: Row, target: Row) -> str:
    if row.get("coverage_ratio") is None:
        protected = count(row.get("protected_persons"))
        return f"Coverage: {protected} protected; no ratio: no workforce wave was delivered, or it is withheld"
    measured = f"{count(row['protected_persons'])} of {count(row['denominator_persons'])} are protected"
    sentence = f"Coverage: {measured}, {percent(row['coverage_ratio'])}"
    if target.get("gap_value") is None:
        return f"{sentence}; no target for it was delivered"
    pace = (
        f"{target['needed_per_month']:+.2f} points a month needed"
        if target["needed_per_month"] is not None
        else "due now"
    )
    seen = f", {target['mean_change']:+.2f} seen" if target["mean_change"] is not None else ""
    aim = f"target {target['target_value']:.2f} % by {target['target_month']:%Y-%m}"
    return f"{sentence}; {aim}: {target['gap_value']:.1f} points short, {pace}{seen}: {target['outlook']}"


def _gap(row: Row) -> str:
    if not row:
        return "Largest gap: none can be ranked without a workforce wave"
    at_hand = [
        f"budgets for {count(row['affordable_workers'])}" if row["affordable_workers"] else "",
        f"{count(row['unprotected_debtors'])} KUR debtors unprotected" if row["unprotected_debtors"] else "",
        f"{count(row['unenrolled_employers'])} employers without a protected worker"
        if row["unenrolled_employers"]
        else "",
        f"{row['outreach_activities']} outreach activities" if row["outreach_activities"] else "",
    ]
    known = "; ".join(part for part in at_hand if part) or "nothing known at hand"
    effect = f"closing it lifts national coverage by {100 * row['national_effect']:.1f} points"
    return (
        f"Largest gap: {row['name']}, {row['segment']}: {count(row['gap_persons'])} persons, {effect}; there: {known}"
    )


def _kur(row: Row) -> str:
    protected = f"{percent(row['protected_ratio'])} of {count(row['debtors'])} debtors are protected"
    owed = f"{count(row['obliged_debtors'])} must join as BPU, {count(row['owing_bpu_debtors'])} of them have not"
    return f"{protected}; {owed}"


def _vulnerable(row: Row) -> str:
    potential = (
        f" of {count(row['potential_persons'])} ({percent(row['coverage_ratio'])})" if row["potential_persons"] else ""
    )
    paid = f"{count(row['subsidised_persons'])} by regional and village budgets"
    lapsed = f"; {count(row['lapsed_persons'])} lapsed this month" if row["lapsed_persons"] is not None else ""
    return f"{count(row['protected_persons'])}{potential} are protected, {paid}{lapsed}"


def _changed(row: Row, driver: Row) -> str:
    if row.get("availability") != "available":
        return f"Since last month: {row.get('reason') or 'no figure for the month'}"
    if row["opening_persons"] is None or row["closing_persons"] is None:
        return "Since last month: withheld"
    change = row["closing_persons"] - row["opening_persons"]
    came = f"{count(row['entered_persons'])} entered, {count(row['re_entered_persons'])} came back"
    parts = (row["left_ended_persons"], row["left_absent_persons"])
    left = None if None in parts else sum(parts)
    went = f"{count(left)} left, {count(row['lapsed_persons'])} lapsed"
    most = f"; most of it {driver['segment']} ({driver['change']:+,})" if driver else ""
    judged = {"unusual": "; unusual: check the deliveries", "declared": "; large, and declared"}.get(row["drift"], "")
    return f"Since last month: {change:+,} ({row['change_ratio']:+.1%}): {came}, {went}{most}{judged}"


def count(value: int | None) -> str:
    """A count for people; what is withheld is said to be so."""
    return "a withheld number" if value is None else f"{int(value):,}"


def percent(value: float | None) -> str:
    """A fraction as percent."""
    return "a withheld share" if value is None else f"{100 * value:.1f} %"
