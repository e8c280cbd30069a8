"""What each check says, how grave it is, and what to do about it: in the Dagster UI and in docs/operations.md.

Belongs here: the words, once. Not: finding anything (`checks` and the stages).
"""

from dataclasses import dataclass
from enum import StrEnum

import dagster as dg


class Gravity(StrEnum):
    """What a check that fails does to the run."""

    BLOCKS = "error, blocks: the month or release is refused and the last good one stands"
    MAY_BE_ERROR = "error where figures of the nation may be wrong by it, else warning"
    HOLDS = "error: the release waits until somebody gives a reason; tables are made, and the last release stands"
    WARNS = "warning"
    COUNTS = "never fails"


@dataclass(frozen=True)
class Advice:
    """`says`: what holds where the check passes."""

    says: str
    do: str
    gravity: Gravity = Gravity.WARNS


_REPORT = "a fault of ours: report it"
ADVICE: dict[str, Advice] = {
    "rows_conserved": Advice(
        "rows read = accepted + quarantined + collapsed, file by file",
        "a fault of ours: keep the delivery, report it",
        Gravity.BLOCKS,
    ),
    "delivery_complete": Advice(
        "every announced file arrived and could be read",
        "the metadata of the table names the files and why; ask the office, land them, write the manifest again. An error: of "
        "an extract that every month needs",
        Gravity.MAY_BE_ERROR,
    ),
    "rules_fatal": Advice(
        "no row breaks a fatal rule: one that does is quarantined, for its office to mend",
        "send each office its file of `quarantine/<extract>/month=…/offices/`; a corrected delivery runs again by itself",
    ),
    "rules_convention": Advice(
        "no row breaks a convention: one that does is accepted, flagged and counted",
        "tell the office; nothing waits for it",
    ),
    "rules_characterization": Advice(
        "how many rows are as described: they are only counted",
        "nothing; a jump against the month before is worth a question",
        Gravity.COUNTS,
    ),
    "one_person_one_id": Advice(
        "no two NIK share a pseudonym", "another key and a new warehouse (see Rotating it)", Gravity.BLOCKS
    ),
    "person_agrees_with_itself": Advice(
        "memberships of a person show one birth date and sex",
        "ask the offices named in `data_quality`; figures by age and sex use the primary membership",
    ),
    "cells_count_every_person": Advice("both geography bases add up to all persons", _REPORT, Gravity.BLOCKS),
    "month_before_is_there": Advice(
        "persons of the month before are there to compare", "run the month before, then this one"
    ),
    "has_denominator": Advice(
        "a complete survey wave up to the month was delivered",
        "land every province of `workforce`; until then persons are published and ratios are empty",
    ),
    "survey_is_whole": Advice(
        "every wave delivered is complete, and the regencies of a province make it up",
        "the metadata names the wave, what is missing and how to mend it; an incomplete wave is never used",
    ),
    "parts_add_up": Advice("regions, segments, sexes and ages add up", _REPORT, Gravity.BLOCKS),
    "available": Advice(
        "what the table is made from was delivered",
        "land the extract and run the month again; until then the table says so in one row",
    ),
    "drift": Advice(
        "no segment changed by more than its limit",
        "find out why. Real: add a line to `drift_exceptions`. An office missing or doubled: mend the delivery. An error: of "
        "the nation, and the release is held",
        Gravity.MAY_BE_ERROR,
    ),
    "plausible": Advice(
        "nothing in the delivery as a whole is unlike what it may be, or unlike the months before",
        "the metadata names what, where and the limit; ask the office. Where it does not hold, no figure is wrong by much",
    ),
    "nothing_holds": Advice(
        "no finding makes figures wrong: one that does keeps the release from being made",
        "mend the delivery, or run the month with `--reason` (and `--accept-incomplete` where files are missing)",
        Gravity.HOLDS,
    ),
    "audited": Advice(
        "the written files passed every audit before the switch",
        "the message names the audit; `current` is untouched. Report it",
        Gravity.BLOCKS,
    ),
}


def check(name: str, asset: str) -> dg.AssetCheckSpec:
    """The check of an asset, with what the UI says of it. KeyError where nobody wrote what to do."""
    advice = ADVICE[name]
    said = f"{advice.says[0].upper()}{advice.says[1:]}"
    told = f"{said}.\n\n**Severity**: {advice.gravity}.\n\n**What to do**: {advice.do}."
    return dg.AssetCheckSpec(name, asset=asset, blocking=advice.gravity is Gravity.BLOCKS, description=told)
