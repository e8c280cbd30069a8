"""The operator's options for a publication: final or corrected, the reason of a change, an embargo.

Belongs here: reading these options and refusing wrong ones. Not: what follows from them (`revision_log`, `hold`, `publish`).
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from assets.errors import ReleaseRefused
from schemas import code_lists

STATUSES = ("final", "corrected")  # the product derives the others from what changed


@dataclass(frozen=True)
class PublicationOptions:
    """`status` applies to the `months`; `reason` and its class apply to everything that the release changes.

    `embargo` is a moment in ISO 8601 with offset. `accept_incomplete`: publish the months although files of them were
    refused or are missing.
    """

    status: str = ""
    reason: str = ""
    reason_class: str = ""
    months: tuple[str, ...] = ()
    embargo: str = ""
    embargo_zone: str = ""
    accept_incomplete: bool = False

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
        """From the options of the command. Raises ReleaseRefused, which says what is wrong and what to write."""
        if status and status not in STATUSES:
            raise ReleaseRefused(
                f"--status is {' or '.join(STATUSES)}; provisional and revised follow from what changed"
            )
        classes = code_lists.values("revision_reasons")
        if reason_class and reason_class not in classes:
            raise ReleaseRefused(f"--reason-class is one of {', '.join(classes)}")
        if (status or reason_class or accept_incomplete) and not reason.strip():
            raise ReleaseRefused("say why with --reason: it is published with the figures")
        until, zone = _parse_embargo(embargo) if embargo else ("", "")
        default_class = "C" if status == "corrected" else ""
        meant = tuple(sorted(months)) if reason else ()  # so that without a reason any month gives the same release
        return cls(
            status, " ".join(reason.split()), reason_class or default_class, meant, until, zone, accept_incomplete
        )

    def with_embargo(self, embargo: str, zone: str) -> Self:
        """The same options with the embargo of another release."""
        return replace(self, embargo=embargo, embargo_zone=zone)

    @property
    def embargo_until(self) -> datetime | None:
        """The moment before which the release is not public."""
        return datetime.fromisoformat(self.embargo).astimezone(UTC) if self.embargo else None

    def is_due(self, now: datetime) -> bool:
        """Whether no embargo keeps the release from being public."""
        return self.embargo_until is None or self.embargo_until <= now


def _parse_embargo(text: str) -> tuple[str, str]:
    """The moment with its offset, and the name of its zone where one was given."""
    refusal = f'"{text}" is no moment with a time zone: write "2025-01-15 09:00 Asia/Jakarta" or 2025-01-15T09:00+07:00'
    found = re.fullmatch(r"(\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2})?)\s*(\S+)", text.strip())
    if not found:
        raise ReleaseRefused(refusal)
    moment, zone = found.groups()
    try:
        if re.fullmatch(r"Z|[+-]\d{2}:?\d{2}", zone):
            return datetime.fromisoformat(moment + zone).isoformat(), ""
        return datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone)).isoformat(), zone
    except (ValueError, ZoneInfoNotFoundError):
        raise ReleaseRefused(refusal) from None
