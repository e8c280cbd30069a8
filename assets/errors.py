"""Errors whose message is one line for the person who can act on it. No message ever holds a person's value."""


class CakupanError(Exception):
    """Something the user can mend: the message says what, where and how."""


class FileRejected(CakupanError):
    """A file that cannot be read as the extract it should be; the other files of the month go on.

    `reason` is a short name for counting; the message says how to mend it.
    """

    def __init__(self, reason: str, message: str) -> None:
        """Keep the countable reason beside the message."""
        super().__init__(message)
        self.reason = reason


class DeliveryRefused(CakupanError):
    """The month's delivery as a whole cannot be taken (missing, or of another month)."""


class KeyRefused(CakupanError):
    """The key of the pseudonyms is missing, malformed, or not the one the warehouse was made with."""


class WarehouseUnusable(CakupanError):
    """The warehouse cannot be written: no permission, no space."""


class MonthRefused(CakupanError):
    """A stage found its result untrustworthy; nothing was promoted and the last good version stands."""


class ReleaseRefused(CakupanError):
    """The release candidate failed its audits; the live release is untouched."""
