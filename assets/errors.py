"""Errors whose message is one line for the person who can act on it. No message ever holds a person's value."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schemas.refusals import UNREADABLE_CONTENT, Refusal
from schemas.texts import Text

_ROOM = 256 << 10  # bytes without which nothing can be written
_PANIC = "PanicException"  # of libraries written in Rust: not an Exception, and each library has its own class
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR)


class CakupanError(Exception):
    """An error that the user can fix: the message names the problem, the location and the remedy.

    `check`: the check that it breaks, if one does; Dagster then shows that check as failed.
    """

    def __init__(self, message: str = "", *, check: str = "") -> None:
        """Keep the name of the check beside the message."""
        super().__init__(message)
        self.check = check


class FileRejected(CakupanError):
    """A file that cannot be read as the extract it should be; the other files of the month go on.

    `reason` is a short name for counting; `text` has problem and remedy in both languages, the message in English.
    """

    def __init__(self, refusal: Refusal, **details: str | int | Text) -> None:
        """Fill the details into the texts of the refusal."""
        self.reason, self.text = refusal.code, refusal.message(**details)
        super().__init__(self.text.en)


class DeliveryRefused(CakupanError):
    """The month's delivery as a whole cannot be read (missing, or of another month)."""


class KeyRefused(CakupanError):
    """The key of the pseudonyms is missing, malformed, or differs from the key of the warehouse."""


class WarehouseUnusable(CakupanError):
    """The warehouse cannot be written or read: no permission, no space, no bucket, no answer."""


class EngineRefused(CakupanError):
    """The engine that was chosen cannot be reached, may not be used, or does not answer as the SQL needs."""


class EngineLost(EngineRefused):
    """The engine cannot be reached, or was lost during its work; there is no result."""


class MonthRefused(CakupanError):
    """A stage found its result untrustworthy; nothing was promoted and the last good version stays."""


class ReleaseRefused(CakupanError):
    """The release candidate failed its audits; the live release is untouched."""


class DatabaseRefused(CakupanError):
    """A release could not be loaded into a database; the database is unchanged."""


class Unexpected(CakupanError):
    """An error of ours; its text is withheld, for it may quote a person's cell."""


def explained(error: Exception, *roots: Path) -> CakupanError:
    """The error in one line for the user. An unexpected error loses its text and keeps its position in the code.

    `roots` are the folders that the work writes to, the most likely first; the message names the one of the failed write.
    """
    root = _written_to(error, roots)
    if isinstance(error, CakupanError):
        return error
    if isinstance(error, OSError) and error.errno in _FORBIDDEN:
        return WarehouseUnusable(f"{root} cannot be written: give this user the right, or name another folder")
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    if full or "No space left" in str(error) or _is_full(root):
        return WarehouseUnusable(f"no space left for {root}: free some and run again; nothing was promoted")
    return Unexpected(
        f"an unexpected {type(error).__name__} at {_position(error)}: its text is withheld, it may quote a cell"
    )


@contextmanager
def contained() -> Iterator[None]:
    """Refuse only the file whose content causes an error inside.

    Raises FileRejected with the kind of the error and its position in the code, never its text: it may quote a cell. Other
    errors pass: those with a message for the user, lack of memory, an interruption.
    """
    try:
        yield
    except (CakupanError, MemoryError):
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != _PANIC:
            raise
        kind = f"{type(error).__name__} at {_position(error)}"
        raise FileRejected(UNREADABLE_CONTENT, position=kind) from None


def _written_to(error: Exception, roots: tuple[Path, ...]) -> Path:
    """The root that holds the file of the error; where it names none, the first whose disk is full; else the first."""
    name = getattr(error, "filename", None)
    if isinstance(name, str):
        path = Path(name).absolute()
        held = [root for root in roots if path.is_relative_to(root.absolute())]
        if held:
            return max(held, key=lambda root: len(root.absolute().parts))
    return next((root for root in roots if _is_full(root)), roots[0])


def _is_full(root: Path) -> bool:
    """Whether the disk has no room: not every library passes on why a write failed."""
    there = next(folder for folder in (root, *root.parents) if folder.exists())
    return shutil.disk_usage(there).free < _ROOM


def _position(error: BaseException) -> str:
    """File and line of ours that raised it."""
    trace, position = error.__traceback__, "an unknown position"
    while trace:
        file = trace.tb_frame.f_code.co_filename
        if "/assets/" in file:
            position = f"{file.rpartition('/assets/')[2]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return position
