"""What a local disk promises, and others build on: a link moved in one rename, bytes that are there, one writer a name.

Belongs here: plain operations on folders and files. Not: what stands in them.
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
    """Be the only one to write `name` below the root; raises MonthRefused where another run is at it."""
    folder = root / ".locks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise locked_by_another(name) from None
        yield


def locked_by_another(name: str) -> MonthRefused:
    """What is said to the second run."""
    return MonthRefused(f"another run is writing {name}: wait until it ends, then run again")


def replace_symlink(link: Path, target: Path) -> None:
    """Let `link` name `target` (a relative symbolic link), in one rename."""
    link.parent.mkdir(parents=True, exist_ok=True)
    beside = link.parent / f".{link.name}.{uuid4().hex}"
    beside.symlink_to(os.path.relpath(target, link.parent))
    os.replace(beside, link)
    fsync(link.parent)


def fsync(path: Path) -> None:
    """Have the file or folder on disk before going on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
