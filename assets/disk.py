"""Safe operations on a local disk: replace a symbolic link atomically, flush to disk, lock a name for one writer.

Belongs here: plain operations on folders and files. Not here: the content of the files.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from assets.errors import MonthRefused


@contextmanager
def file_lock(root: Path, name: str) -> Iterator[None]:
    """Hold the exclusive lock of `name` below the root. Raises MonthRefused if another run holds it."""
    folder = root / ".locks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise locked_by_another(name) from None
        yield


def locked_by_another(name: str) -> MonthRefused:
    """The error for a run that finds the lock held by another run."""
    return MonthRefused(f"another run is writing {name}: wait until it ends, then run again")


def replace_symlink(link: Path, target: Path) -> None:
    """Let the relative symbolic link `link` point to `target`. Readers see the old target or the new one."""
    link.parent.mkdir(parents=True, exist_ok=True)
    beside = link.parent / f".{link.name}.{uuid4().hex}"
    beside.symlink_to(os.path.relpath(target, link.parent))
    os.replace(beside, link)
    fsync(link.parent)


def restrict(path: Path) -> None:
    """Take all rights to the file or folder from others than owner and group."""
    mode = path.stat().st_mode
    if mode & 0o007:
        path.chmod(mode & 0o7770)


def fsync(path: Path) -> None:
    """Flush the file or folder to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
