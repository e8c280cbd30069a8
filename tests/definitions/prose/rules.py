"""What is wrong with a passage: a phrase of the list, a sentence without a subject that acts, a sentence that is too long.

Belongs here: the rules and their findings. Not: the list (`prose.toml`), how files are read (`reading`).
"""

import re
import subprocess
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.definitions.prose.reading import QUOTED, Passage, passages

ROOT = Path(__file__).resolve().parents[3]
LIST = Path(__file__).parent / "prose.toml"
HEADLESS = re.compile(r"(?:(?:What|How|Which|Who|Whom|Whose|Why|Whatever)\b|Where\b[^,]*$)(?!.*\?$)")
SENTENCE = re.compile(r"(?<=[.!?])\s+|\n\s*\n")
LONGEST = 40


@dataclass(frozen=True)
class Phrase:
    """A phrase of the old idiom: where it is met, why it goes, what to write instead, and in which kinds of passage."""

    pattern: re.Pattern[str]
    why: str
    instead: str
    kinds: frozenset[str]


@dataclass(frozen=True)
class Finding:
    """One breach: file and line, the words, what to write instead."""

    path: str
    line: int
    words: str
    instead: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.words!r}: {self.instead}"


PROSE = frozenset({"docstring", "comment", "message", "page"})
CONFIGURATION = tomllib.loads(LIST.read_text(encoding="utf-8"))
PHRASES = [
    Phrase(re.compile(entry["pattern"], re.IGNORECASE), entry["why"], entry["instead"], kinds)
    for table, kinds in (("phrase", PROSE), ("name", frozenset({"name"})), ("everywhere", PROSE | {"name"}))
    for entry in CONFIGURATION[table]
]
# Finds whether a text has any phrase of its kind: most have none.
ANY = {
    kind: re.compile("|".join(phrase.pattern.pattern for phrase in PHRASES if kind in phrase.kinds), re.IGNORECASE)
    for kind in (*PROSE, "name")
}


def breaches(path: str, passage: Passage) -> Iterator[Finding]:
    """The breaches of one passage."""
    text = QUOTED.sub("…", passage.text)
    if ANY[passage.kind].search(text):
        for phrase in PHRASES:
            if passage.kind in phrase.kinds:
                for found in phrase.pattern.finditer(text):
                    line = passage.line + (text.count("\n", 0, found.start()) if passage.kind == "docstring" else 0)
                    yield Finding(path, line, " ".join(found[0].split()), f"{phrase.instead} ({phrase.why})")
    if passage.kind == "docstring" and HEADLESS.match(summary := text.strip().split("\n\n")[0].replace("\n", " ")):
        words = " ".join(summary.split()[:6])
        yield Finding(
            path, passage.line, words, "name the thing, or say what the function does (a clause is no sentence)"
        )
    if passage.kind in PROSE - {"message"} and " | " not in text:
        for sentence in SENTENCE.split(text):
            if (length := len(sentence.split())) > LONGEST:
                words = " ".join(sentence.split()[:6])
                yield Finding(path, passage.line, words, f"make it shorter ({length} words; {LONGEST} are the limit)")


def findings(*below: str) -> list[Finding]:
    """The findings in every file of the project, or in those below the paths."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", *below], cwd=ROOT, capture_output=True, text=True, check=True
    )
    left_out = tuple(CONFIGURATION["left_out"])
    paths = [path for path in listed.stdout.splitlines() if not path.startswith(left_out) and (ROOT / path).is_file()]
    return [found for path in paths for passage in passages(ROOT / path) for found in breaches(path, passage)]


def room(path: str) -> str:
    """The folder of the ceilings that a file counts in: the longest that is listed."""
    return max((name for name in CONFIGURATION["ceilings"] if path.startswith(name)), key=len, default="")


def counts(found: list[Finding]) -> Counter[str]:
    """Findings by folder of the ceilings; `` for those in none."""
    return Counter(room(finding.path) for finding in found)
