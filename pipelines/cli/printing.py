"""The output of the command: standard output and error, paths, progress of long steps.

Belongs here: what several subcommands print with. Not: the output of a subcommand.
"""

import os
import shutil
import textwrap
from pathlib import Path
from types import TracebackType

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

out = Console(highlight=False)
err = Console(stderr=True, highlight=False, soft_wrap=True)
MAX_WIDTH = 100  # a longer line of a text is hard to read


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
        """Remove."""
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


def print_wrapped(text: str, indent: str = "", hanging: str | None = None) -> None:
    """Print a text within the width of the screen. `hanging`: the indent of later lines; default: that of the first."""
    width = min(shutil.get_terminal_size().columns, MAX_WIDTH)
    wrapper = textwrap.TextWrapper(width, indent, indent if hanging is None else hanging, break_on_hyphens=False)
    wrapper.break_long_words = False
    for line in wrapper.wrap(text):
        typer.echo(line)


def count(number: int, language: str) -> str:
    """A number with the thousands mark of the language."""
    text = f"{number:,}"
    return text.replace(",", ".") if language == "id" else text
