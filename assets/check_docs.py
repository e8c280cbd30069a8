"""The documentation of every check: severity, meaning, remedy. Shown in the Dagster UI and in docs/operations.md.

Belongs here: the texts, once. Not: evaluating a check (`checks` and the stages).
"""

from dataclasses import dataclass
from enum import StrEnum

import dagster as dg

from assets.partitions import MONTHS


class CheckSeverity(StrEnum):
    """The effect of a failed check on the run."""

    BLOCKS = "error, blocks: the month or release is refused and the last good one stays"
    MAY_BE_ERROR = "error if figures of the nation may be wrong, otherwise warning"
    HOLDS = "error: the release is held until a reason is given; tables are built, and the last release stays"
    WARNS = "warning"


@dataclass(frozen=True)
class CheckDoc:
    """`meaning`: what is true when the check passes. `remedy`: what to do when it fails."""

    meaning: str
    remedy: str
    severity: CheckSeverity = CheckSeverity.WARNS


_REPORT = "an error of the product: report it"
CHECKS: dict[str, CheckDoc] = {
    "rows_conserved": CheckDoc(
        "rows read = accepted + quarantined + collapsed, file by file",
        "an error of the product: keep the delivery and report it",
        CheckSeverity.BLOCKS,
    ),
    "delivery_complete": CheckDoc(
        "every announced file arrived and could be read",
        "the metadata of the table names the files and the reasons; ask the office, land the files, write the manifest again. An "
        "error for an extract that every month needs",
        CheckSeverity.MAY_BE_ERROR,
    ),
    "rules_fatal": CheckDoc(
        "no row breaks a fatal rule; a row that does is quarantined until its office corrects it",
        "send each office its file of `quarantine/<extract>/month=…/offices/`; a corrected delivery is run automatically",
    ),
    "rules_convention": CheckDoc(
        "no row breaks a convention; a row that does is accepted, flagged and counted",
        "report it to the office; nothing waits for a correction",
    ),
    "one_person_one_id": CheckDoc(
        "no two NIK share a pseudonym", "another key and a new warehouse (see Rotating it)", CheckSeverity.BLOCKS
    ),
    "person_agrees_with_itself": CheckDoc(
        "all memberships of a person have the same birth date and sex",
        "ask the offices named in `data_quality`; figures by age and sex use the primary membership",
    ),
    "cells_count_every_person": CheckDoc("both geography bases add up to all persons", _REPORT, CheckSeverity.BLOCKS),
    "month_before_is_there": CheckDoc(
        "persons of the month before exist for the comparison", "run the month before, then this one"
    ),
    "has_denominator": CheckDoc(
        "a complete survey wave up to the month was delivered",
        "land every province of `workforce`; until then persons are published and ratios are empty",
    ),
    "survey_is_whole": CheckDoc(
        "every delivered wave is complete, and the regencies of each province add up to it",
        "the metadata names the wave, what is missing and how to correct it; an incomplete wave is never used",
    ),
    "parts_add_up": CheckDoc("regions, segments, sexes and ages add up", _REPORT, CheckSeverity.BLOCKS),
    "available": CheckDoc(
        "the inputs of the table were delivered",
        "land the extract and run the month again; until then the table has one row that gives the reason",
    ),
    "drift": CheckDoc(
        "no segment changed by more than its limit",
        "find the cause. If the change is real, add a line to `drift_exceptions`; if an office is missing or counted twice, "
        "correct the delivery. For the nation it is an error, and the release is held",
        CheckSeverity.MAY_BE_ERROR,
    ),
    "plausible": CheckDoc(
        "the delivery as a whole is within its limits and similar to the months before",
        "the metadata names the measure, the office and the limit; ask the office. A finding that does not hold the release "
        "changes no figure by much",
    ),
    "nothing_holds": CheckDoc(
        "no finding makes figures wrong; a finding that does holds the release",
        "correct the delivery, or run the month with `--reason` (and `--accept-incomplete` where files are missing)",
        CheckSeverity.HOLDS,
    ),
    "newest_month_is_released": CheckDoc(
        "the current release has the newest month that is due",
        "see `cakupan status`: the month has not landed, its run failed, or its release is held",
    ),
    "audited": CheckDoc(
        "the written files passed every audit before the switch",
        "the message names the audit; `current` has not changed. Report it",
        CheckSeverity.BLOCKS,
    ),
}


def description(doc: CheckDoc) -> str:
    """The text of a check in the UI, as Markdown."""
    meaning = f"{doc.meaning[0].upper()}{doc.meaning[1:]}"
    return f"{meaning}.\n\n**Severity**: {doc.severity}.\n\n**What to do**: {doc.remedy}."


def check(name: str, asset: str) -> dg.AssetCheckSpec:
    """The specification of a check of an asset, one evaluation per month. KeyError if the check has no documentation."""
    doc = CHECKS[name]
    blocks = doc.severity is CheckSeverity.BLOCKS
    return dg.AssetCheckSpec(name, asset=asset, blocking=blocks, description=description(doc), partitions_def=MONTHS)
