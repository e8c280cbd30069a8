"""Progress of long work: bars of the command, lines in the log of a run.

Belongs here: the interface, and reporting to the log. Not: drawing bars (`pipelines/cli/printing`).
"""

import logging
from time import monotonic
from typing import Protocol

_SECONDS_BETWEEN = 10.0


class Progress(Protocol):
    """Receives the progress of tasks."""

    def begin(self, task: str, total: int) -> None:
        """`task` has `total` steps to do."""

    def advance(self, task: str) -> None:
        """One step of `task` is done."""


class Silent:
    """Shows nothing."""

    def begin(self, task: str, total: int) -> None:
        """Nothing is shown."""

    def advance(self, task: str) -> None:
        """Nothing is shown."""


class LoggedProgress:
    """Writes progress to a log, at most every ten seconds per task, and passes it on."""

    def __init__(self, log: logging.Logger, other: Progress) -> None:
        """Nothing is written before the first task begins."""
        self._log, self._other = log, other
        self._totals: dict[str, int] = {}
        self._done: dict[str, int] = {}
        self._written: dict[str, float] = {}

    def begin(self, task: str, total: int) -> None:
        """Write that the task begins."""
        self._totals[task], self._done[task], self._written[task] = total, 0, monotonic()
        self._log.info("%s: %d steps", task, total)
        self._other.begin(task, total)

    def advance(self, task: str) -> None:
        """Write how far the task is, if the last line is old or the task is done."""
        self._done[task] += 1
        done, total = self._done[task], self._totals[task]
        if done == total or monotonic() - self._written[task] >= _SECONDS_BETWEEN:
            self._log.info("%s: %d of %d", task, done, total)
            self._written[task] = monotonic()
        self._other.advance(task)
