"""How long work tells how far it is. The command shows bars; scheduled runs stay silent."""

from typing import Protocol


class Progress(Protocol):
    """Something that is told of the work done."""

    def begin(self, task: str, total: int) -> None:
        """`task` has `total` steps to do."""

    def advance(self, task: str) -> None:
        """One step of `task` is done."""


class Silent:
    """Tells nobody."""

    def begin(self, task: str, total: int) -> None:
        """Nothing is shown."""

    def advance(self, task: str) -> None:
        """Nothing is shown."""
