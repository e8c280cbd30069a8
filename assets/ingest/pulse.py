"""A sign of life of a run whose process may end with nobody there to say so: a file that changes every few seconds.

Belongs here: giving the sign and reading it. Not: what is done where it stays away. Neither broker nor database is asked,
so it is the same under every launcher.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

BEAT_SECONDS = 2.0


@contextmanager
def beating(root: Path, run_id: str) -> Iterator[None]:
    """Give the sign below `root` until the work is done or the process ends."""
    file, done = _file(root, run_id), Event()
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.parent.mkdir(mode=0o700, exist_ok=True)

    def beat() -> None:
        while not done.wait(BEAT_SECONDS):
            file.touch()

    file.touch()
    thread = Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        file.unlink(missing_ok=True)


def last_beat(root: Path, run_id: str) -> int:
    """Something that differs from one sign to the next; 0 where there is none."""
    try:
        return _file(root, run_id).stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def forget(root: Path, run_id: str) -> None:
    """Remove the last sign of a run that is gone."""
    _file(root, run_id).unlink(missing_ok=True)


def _file(root: Path, run_id: str) -> Path:
    return root / ".pulse" / run_id
