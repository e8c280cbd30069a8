"""The layout of a folder of releases: names of its files, and the folder of the current release.

Belongs here: names and paths. It imports no library, so that a command which only reads a release starts at once. Not: the
content of a file, the order of releases (`journal`).
"""

from pathlib import Path

CURRENT = "current"  # a symbolic link to the folder of the live release
DATABASE = "coverage.duckdb"
REPORT = "report/index.html"


def current_folder(releases: Path) -> Path | None:
    """The folder of the current release, with its link resolved once; None if there is none."""
    link = releases / CURRENT
    return link.resolve() if link.exists() else None
