"""The output of the command: standard output and error, paths, progress of long steps.

Belongs here: what several subcommands print with. Not: the output of a subcommand.
"""

import os
from pathlib import Path
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

out = Console(highlight=False)
err = Console(stderr=True, highlight=False, soft_wrap=True)


class Bars:
    """Progress bars for long steps; no output without a terminal."""

    def __init__(self) -> None:
        """Not shown before the first task begins."""
        columns = (TextColumn("{task.description:12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bars = Progress(*columns, console=err, transient=True, disable=not err.is_terminal)
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> "Bars":
        """Show."""
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take away."""
        self._bars.stop()

    def begin(self, task: str, total: int) -> None:
        """Show a bar for the task."""
        self._tasks[task] = self._bars.add_task(task, total=total)

    def advance(self, task: str) -> None:
        """One step further."""
        self._bars.advance(self._tasks[task])

    def show(self, task: str, done: int, total: int) -> None:
        """Set how far the task is."""
        if task not in self._tasks:
            self.begin(task, total)
        self._bars.update(self._tasks[task], completed=done, total=total)


def shown_path(path: Path | str) -> str:
    """The path, relative to the working directory if it is below it."""
    is_near = isinstance(path, Path) and path.is_relative_to(Path.cwd())
    return os.path.relpath(path) if is_near else str(path)
