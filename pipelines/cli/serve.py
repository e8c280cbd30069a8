"""The service: Dagster's webserver and daemon as two children, until a signal ends them.

Belongs here: starting and stopping the two. Not: what they run (`definitions`) or their settings (`dagster.yaml`). Both
load the same code location, as separate units of systemd would.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from assets import environment
from pipelines.cli.session import child_environment, project_instance, workspace

_PAUSE_SECONDS = 0.2
RUN_PATIENCE_SECONDS = 600.0  # longer than a month of the whole nation takes


def serve(port: int, patience_seconds: float = RUN_PATIENCE_SECONDS) -> int:
    """Serve on loopback until SIGTERM or SIGINT, then let the run in progress end; the exit code.

    0 after a signal; 1 where a child ended by itself: then the other is stopped too, and the supervisor starts both
    again. A second signal, or a run that takes longer than `patience_seconds`, kills: the run is tried again at the next
    start.
    """
    with project_instance():
        pass  # the tables of a new instance: both children would make them at once, and one of the two would fail
    signals: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _: signals.append(received))
    children = [_started("dagster-daemon", "run"), _started("dagster-webserver", "-h", "127.0.0.1", "-p", str(port))]
    while not signals and all(child.poll() is None for child in children):
        time.sleep(_PAUSE_SECONDS)
    code = 0 if signals else 1
    _stop(children, patience_seconds, is_urgent=lambda: len(signals) > 1)
    return code


def _started(program: str, *arguments: str) -> "subprocess.Popen[bytes]":
    """A child in a separate process group with its code server and runs, so that a Ctrl-C reaches only this process."""
    command = [str(Path(sys.executable).parent / program), *arguments, "-w", str(workspace())]
    return subprocess.Popen(command, env=child_environment(**{environment.SERVICE: "1"}), start_new_session=True)


def _stop(children: list["subprocess.Popen[bytes]"], patience_seconds: float, is_urgent: Callable[[], bool]) -> None:
    """Ask each child to end; its code server goes once the run in progress has; kill what is left after the patience."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + patience_seconds
    while any(map(_is_there, children)) and time.monotonic() < deadline and not is_urgent():
        time.sleep(_PAUSE_SECONDS)
    for child in children:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _is_there(child: "subprocess.Popen[bytes]") -> bool:
    """Whether the child or anything it started still lives."""
    child.poll()  # takes a dead child out of its group
    try:
        os.killpg(child.pid, 0)
    except ProcessLookupError:
        return False
    return True
