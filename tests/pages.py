"""Run a page of the documentation as a reader would: write its files and type its commands.

Belongs here: reading a page's blocks and doing them in order. Not: which pages, and what else must be true of them.

A block is opened by three backticks and its kind. `console`: typed into bash, which keeps exported variables; the next `text` block is its output, where `…` matches any text, and alone on a line any lines. A block with a title is a file of that name, made there; a `diff`
is applied to the files it names. Every other block is only read.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A block of a page: the section it is in, its kind, the file it is, what is in it."""

    section: str
    kind: str
    title: str
    text: str


def blocks(page: str) -> Iterator[Block]:
    """The blocks of a page, by its path below the root, in order."""
    for section in re.split(r"^## ", (ROOT / page).read_text(encoding="utf-8"), flags=re.MULTILINE):
        for kind, title, text in BLOCK.findall(section):
            yield Block(section.partition("\n")[0], kind, title, text)


def follow(page: str, folder: Path, **environment: str) -> int:
    """Follow the page in the folder; return how many outputs were compared. Fails where a command or an output differs."""
    printed, compared = "", 0
    for block in blocks(page):
        if block.title:
            (folder / block.title).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.title).write_text(block.text, encoding="utf-8")
        elif block.kind == "diff":
            typed("git apply -", folder, environment, given=block.text)
        elif block.kind == "console":
            printed = typed(block.text, folder, environment)
        elif block.kind == "text" and printed:
            assert re.fullmatch(pattern(block.text), printed), (
                f"{page} shows\n{block.text}\nand this was printed\n{printed}"
            )
            printed, compared = "", compared + 1
    return compared


def typed(commands: str, folder: Path, environment: dict[str, str], given: str = "") -> str:
    """The output of the commands on a screen of 80 columns; exported variables are kept for the next block."""
    exported = folder / ".exported"
    exported.touch()
    scripts = Path(sys.executable).parent
    seen = {
        "PATH": f"{scripts}:{os.environ['PATH']}",
        "HOME": str(folder),
        "COLUMNS": "80",
        "DAGSTER_DISABLE_TELEMETRY": "1",
    }
    done = subprocess.run(
        ["bash", "-ec", f". ./{exported.name}\n{commands}\nexport -p > {exported.name}"],
        cwd=folder, env=seen | environment, input=given, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{commands}\n{done.stdout}{done.stderr}"
    return done.stdout


def pattern(shown: str) -> str:
    """A regular expression for an output as a page shows it; blanks at the end of a line do not count."""
    lines = (
        r"(?:[^\n]*\n)*" if line == "…" else r"[^\n]*".join(map(re.escape, line.split("…"))) + r"[ ]*\n"
        for line in shown.splitlines()
    )
    return "".join(lines)
