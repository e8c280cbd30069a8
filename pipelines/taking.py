"""Months taken ahead: one run a group, handed to the instance's launcher and followed until all have ended.

Belongs here: noticing runs that nobody takes up and those whose process is gone, trying again, what is told. Not: a single
group (`group_runs`), what a run does (`assets.ingest.groups`).
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

import dagster as dg
from dagster._core.launcher import DefaultRunLauncher

from assets.errors import CakupanError
from assets.ingest.pulse import forget
from assets.resources import Places
from pipelines.group_runs import GroupRun, to_take
from pipelines.launching import Launch, launching
from pipelines.session import dagster_home

ATTEMPTS = 2
POLL_SECONDS = 0.5
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Patience:
    """Seconds until somebody must take up a run while none is at work, and between two signs of life of one that is."""

    start_seconds: float = 120.0
    silent_seconds: float = 60.0


def take_months(places: Places, months: list[str], count: int, patience: Patience, tell: Tell) -> None:
    """Take the months' files in `count` groups each; what was taken before is left as it is.

    Raises CakupanError in one line where a group failed, with the others done, or where nobody takes them up.
    """
    left = to_take(places, months, count)
    if not left:
        tell(f"{', '.join(months)}: nothing left to take")
        return
    dagster_home()
    with dg.DagsterInstance.get() as instance, launching(instance, "take") as launch:
        watch = Watch(instance, places, patience, tell, left)
        watch.follow(launch)
    if watch.failures:
        more = f" (and {len(watch.failures) - 1} more groups)" if len(watch.failures) > 1 else ""
        raise CakupanError(watch.failures[0] + more)


class Watch:
    """Groups that wait for a run, groups whose run is followed, and what failed for good."""

    def __init__(
        self, instance: dg.DagsterInstance, places: Places, patience: Patience, tell: Tell, groups: list[GroupRun]
    ) -> None:
        """Nothing is launched yet."""
        self.instance, self.places, self.patience, self.tell = instance, places, patience, tell
        self.waiting = list(groups)
        self.running: list[GroupRun] = []
        self.failures: list[str] = []

    def follow(self, launch: Launch) -> None:
        """Until every group has ended."""
        local = isinstance(self.instance.run_launcher, DefaultRunLauncher)
        most = (os.cpu_count() or 1) if local else len(self.waiting)  # processes of this machine: one a core
        while self.waiting or self.running:
            while self.waiting and len(self.running) < most:
                self._launch(launch, self.waiting.pop(0))
            time.sleep(POLL_SECONDS)
            for group in tuple(self.running):
                self._look(group)
            self._come()

    def _launch(self, launch: Launch, group: GroupRun) -> None:
        try:
            group.launch(launch)
        except Exception as error:  # noqa: BLE001  whatever the launcher's broker or cluster raises
            launcher, kind = type(self.instance.run_launcher).__name__, type(error).__name__
            raise CakupanError(
                f"{launcher} takes no runs ({kind}; its text is withheld, it may quote a password): is what it hands them "
                "to reachable, and its address right?"
            ) from None
        self.running.append(group)

    def _look(self, group: GroupRun) -> None:
        """Follow a run: done, failed with a word, gone without one, or still at it."""
        status = group.look(self.instance, self.places)
        if status is dg.DagsterRunStatus.SUCCESS:
            self._done(group)
        elif status is dg.DagsterRunStatus.CANCELED:
            self._failed(group, "its run was canceled")
        elif status is dg.DagsterRunStatus.FAILURE:
            said = group.said(self.instance)
            self._failed(group, said) if said else self._gone(group)
        elif status is dg.DagsterRunStatus.STARTED and group.silent_seconds > self.patience.silent_seconds:
            run = self.instance.get_run_by_id(group.run_id)
            if run:
                self.instance.report_run_failed(run, "no sign of life came from the process of this run any more")
            self._gone(group)

    def _done(self, group: GroupRun) -> None:
        counts = group.came_to(self.instance)
        rejected = counts.get("files_rejected", 0)
        if doubt := group.doubt(self.places, rejected):
            self._failed(group, doubt)
            return
        refused = f", {rejected:.0f} refused (the month's run says why)" if rejected else ""
        rows = f"{counts.get('files', 0):.0f} files, {counts.get('rows_read', 0):,.0f} rows"
        self.tell(f"{group.label}: {rows} in {counts.get('seconds', 0):.1f} s{refused}")
        self.running.remove(group)

    def _failed(self, group: GroupRun, why: str) -> None:
        self.running.remove(group)
        self.failures.append(f"{group.label}: {why}")

    def _gone(self, group: GroupRun) -> None:
        """The process ended without a word: killed, or its machine lost. What it had taken so far is kept."""
        forget(self.places.place_to_take(), group.run_id)
        if group.attempts >= ATTEMPTS:
            self._failed(group, f"its worker went away {ATTEMPTS} times: is there memory enough?")
            return
        self.tell(f"{group.label}: its worker is gone; taken again")
        self.running.remove(group)
        self.waiting.insert(0, group)

    def _come(self) -> None:
        """Refuse to wait where no run is at work and nobody takes one up."""
        if any(group.status is dg.DagsterRunStatus.STARTED for group in self.running) or not self.running:
            return
        if min(group.silent_seconds for group in self.running) < self.patience.start_seconds:
            return
        for group in self.running:
            if run := self.instance.get_run_by_id(group.run_id):
                self.instance.report_run_canceled(run, "nobody took it up")
        launcher = type(self.instance.run_launcher).__name__
        raise CakupanError(
            f"nobody took up {self.running[0].label} within {self.patience.start_seconds:.0f} s: start a worker for "
            f"{launcher} (docs/many-workers.md), then take again; nothing waits any more"
        )
