"""Regional budgets compared with the need, and enrolments after outreach."""

from dataclasses import dataclass

from assets.release.findings.reader import Fixed, Query, ReleaseReader, Row, plain_columns

BUDGETS = plain_columns("affordable_workers", "adequacy_ratio", "paid_workers", "need_persons")
BUDGETS |= {"needed": "need_persons + paid_workers"}
EFFECTS = plain_columns(
    "activities",
    "reach_persons",
    "cost_idr",
    "new_enrolments",
    "treated_regencies",
    "additional_enrolments",
    "additional_low",
    "additional_high",
    "cost_per_additional_idr",
)
MONTHS_OBSERVED = 3  # months after an activity for which its effect is estimated


def budgets(reader: ReleaseReader) -> Row:
    """National and regional budgets together."""
    return reader.row("regional_programmes", BUDGETS, month=reader.month, region_level="nation", region_code="ID")


@dataclass(frozen=True)
class OutreachEffects:
    """`best`: the channel with most additional enrolments; channels whose range is above zero come first.

    `is_clear`: its range is above zero; `is_whole`: no estimate is withheld.
    """

    estimated: list[Row]
    best: Row | None
    is_clear: bool
    is_whole: bool


def outreach_effects(reader: ReleaseReader) -> OutreachEffects:
    """The newest activities with an estimate, by channel."""
    fixed: Fixed = {"month": reader.month, "province_code": "ID", "months_observed": MONTHS_OBSERVED}
    rows = reader.rows(
        Query("outreach", fixed, ("segment", "channel", "held_month"), EFFECTS, condition="channel <> 'all'")
    )
    estimated = [row for row in rows if row.value("additional_low") is not None]
    clear = [row for row in estimated if row.value("additional_low") > 0]
    best = max(clear or estimated, key=lambda row: row.value("additional_enrolments"), default=None)
    return OutreachEffects(estimated, best, bool(clear), not any(row["new_enrolments"].is_withheld for row in rows))
