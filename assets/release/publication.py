"""What the operator says of a release, where the product cannot know it: final, corrected, why, and not before when.

Belongs here: reading and refusing such words. Not: what follows from them (`vintages`, `publish`).
"""

import re
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from assets.errors import ReleaseRefused
from schemas import code_lists

DECLARABLE = ("final", "corrected")  # the others follow from what changed


@dataclass(frozen=True)
class PublicationOptions:
    """`status` is for the `months`; `reason` and its class are for whatever the release changes."""

    status: str = ""
    reason: str = ""
    reason_class: str = ""
    months: tuple[str, ...] = ()
    embargo: str = ""  # ISO 8601 with offset
    embargo_zone: str = ""
    accept_incomplete: bool = False  # publish the months though files of them were refused or are missing

    @classmethod
    def parse(
        cls,
        months: list[str],
        status: str,
        reason: str,
        reason_class: str,
        embargo: str,
        *,
        accept_incomplete: bool = False,
    ) -> Self:
        """From the words of the command. Raises ReleaseRefused with what is wrong and how to say it."""
        if status and status not in DECLARABLE:
            raise ReleaseRefused(
                f"--status is {' or '.join(DECLARABLE)}; provisional and revised follow from what changed"
            )
        classes = code_lists.values("revision_reasons")
        if reason_class and reason_class not in classes:
            raise ReleaseRefused(f"--reason-class is one of {', '.join(classes)}")
        if (status or reason_class or accept_incomplete) and not reason.strip():
            raise ReleaseRefused("say why with --reason: it is published with the figures")
        until, zone = _embargo(embargo) if embargo else ("", "")
        usual = "C" if status == "corrected" else ""
        meant = tuple(sorted(months)) if reason else ()  # without a word it does not matter which month asked
        said = " ".join(reason.split())
        return cls(status, said, reason_class or usual, meant, until, zone, accept_incomplete)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """As the journal keeps it."""
        return cls(**{**kept, "months": tuple(kept["months"])})

    def as_json(self) -> dict[str, Any]:
        """For the journal and the manifest."""
        return {**asdict(self), "months": list(self.months)}

    def under(self, embargo: str, zone: str) -> Self:
        """With the embargo of another release."""
        return replace(self, embargo=embargo, embargo_zone=zone)

    @property
    def embargo_until(self) -> datetime | None:
        """The moment before which the release is not public."""
        return datetime.fromisoformat(self.embargo).astimezone(UTC) if self.embargo else None


def _embargo(text: str) -> tuple[str, str]:
    """Moment with offset, and the name of its zone where one was given."""
    wrong = f'"{text}" is no moment with a time zone: write "2025-01-15 09:00 Asia/Jakarta" or 2025-01-15T09:00+07:00'
    found = re.fullmatch(r"(\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2})?)\s*(\S+)", text.strip())
    if not found:
        raise ReleaseRefused(wrong)
    moment, zone = found.groups()
    try:
        if re.fullmatch(r"Z|[+-]\d{2}:?\d{2}", zone):
            return datetime.fromisoformat(moment + zone).isoformat(), ""
        return datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone)).isoformat(), zone
    except (ValueError, ZoneInfoNotFoundError):
        raise ReleaseRefused(wrong) from None
