"""The passages of a file: docstrings, comments, messages, Markdown paragraphs, English texts.

Belongs here: where prose begins and ends in each kind of file. Not: what is wrong with it (`rules`).
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COMMENT = re.compile(r"(?:^|\s)# (.+)$")
DIRECTIVE = re.compile(r"\s*\b(?:fmt|noqa|type|ruff|mypy): ?.*$")
SQL = re.compile(r"\b(?:SELECT|INSERT|CREATE|DELETE|UPDATE|FROM|WHERE|JOIN)\b")
QUOTED = re.compile(r"(`+)[^`]*\1")
ENGLISH = re.compile(r"=\s*\[.*\"(.*)\"\]\s*$")
BODIES = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
MIN_WORDS = 3


@dataclass(frozen=True)
class Passage:
    """One run of prose: the line where it starts, its kind (`docstring`, `comment`, `message`, `page`, `name`), its text."""

    line: int
    kind: str
    text: str


def passages(path: Path) -> Iterator[Passage]:
    """The passages of a file, by its suffix; nothing for a kind of file without prose."""
    reader = READERS.get(path.suffix)
    if reader:
        yield from reader(path.read_text(encoding="utf-8"))


def python(source: str) -> Iterator[Passage]:
    """Docstrings, comments, strings of several words, and each name that is defined, once."""
    docstrings, inside, seen = set(), set(), set()
    for node in walk(ast.parse(source)):
        if isinstance(node, BODIES) and (docstring := docstring_of(node)):
            docstrings.add(docstring)
            yield Passage(docstring.lineno, "docstring", docstring.value)
        if (name := defined(node)) and name not in seen:
            seen.add(name)
            yield Passage(node.lineno, "name", name.replace("_", " ").strip())
        if isinstance(node, ast.Constant | ast.JoinedStr) and (text := written(node)):
            inside.update(range(node.lineno + 1, (node.end_lineno or node.lineno) + 1))
            if node not in docstrings and len(text.split()) >= MIN_WORDS and not SQL.search(text):
                yield Passage(node.lineno, "message", text)
    yield from comments(source, inside)


def walk(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a tree, each before what is in it; an f-string before its values, and without its own parts."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        children = (
            [value.value for value in node.values if isinstance(value, ast.FormattedValue)]
            if isinstance(node, ast.JoinedStr)
            else (child for value in vars(node).values() for child in (value if isinstance(value, list) else (value,)))
        )
        waiting += [
            child for child in children if isinstance(child, ast.AST) and not isinstance(child, ast.expr_context)
        ]


def docstring_of(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> ast.Constant | None:
    """The docstring of a module, class or function."""
    first = node.body[0].value if node.body and isinstance(node.body[0], ast.Expr) else None
    return first if isinstance(first, ast.Constant) and isinstance(first.value, str) else None


def written(node: ast.Constant | ast.JoinedStr) -> str:
    """The text of a string; empty for another constant."""
    if isinstance(node, ast.JoinedStr):
        return "".join(map(part, node.values))
    return node.value if isinstance(node.value, str) else ""


def part(node: ast.expr) -> str:
    """A part of an f-string: its text, or `…` where a value is put."""
    return str(node.value) if isinstance(node, ast.Constant) else "…"


def defined(node: ast.AST) -> str:
    """The name that a node defines: of a function, a class, a parameter, a variable; empty for other nodes."""
    if isinstance(node, ast.Name):
        return node.id if isinstance(node.ctx, ast.Store) else ""
    if isinstance(node, ast.arg):
        return node.arg
    return node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else ""


def comments(source: str, inside: set[int]) -> Iterator[Passage]:
    """Runs of comment lines, without directives to tools; lines within a string are none."""
    start, run = 0, []
    for at, line in enumerate([*source.splitlines(), ""], 1):
        found = COMMENT.search(line) if "#" in line and at not in inside else None
        text = DIRECTIVE.sub("", found[1]) if found else ""
        if run and not (found and found.start() == 0):
            yield Passage(start, "comment", " ".join(run))
            run = []
        if text:
            start = start if run else at
            run.append(text)
    if run:
        yield Passage(start, "comment", " ".join(run))


def sql(source: str) -> Iterator[Passage]:
    """The comments of a query."""
    yield from comments(
        "\n".join(re.sub(r"^-- ", "# ", line).replace(" -- ", " # ") for line in source.splitlines()), set()
    )


def markdown(source: str) -> Iterator[Passage]:
    """Paragraphs, items and cells of a page, without blocks of code."""
    fenced, start, run = False, 0, []
    for at, line in enumerate([*source.splitlines(), ""], 1):
        fence = line.lstrip().startswith("```")
        begins = bool(re.match(r"\s*(?:[-*|#>]|\d+\.) ?", line)) and not line.startswith("**")
        if run and (fence or begins or not line.strip()):
            yield Passage(start, "page", " ".join(run))
            run = []
        fenced ^= fence
        if fence or fenced or not line.strip():
            continue
        if line.startswith("|"):
            yield from (Passage(at, "page", cell.strip()) for cell in line.split("|") if cell.strip(" -:"))
        else:
            start = start if run else at
            run.append(line.strip().lstrip("#-*> "))


def toml(source: str) -> Iterator[Passage]:
    """The English of a pair of texts, and comments."""
    tomllib.loads(source)
    for at, line in enumerate(source.splitlines(), 1):
        if found := ENGLISH.search(line):
            yield Passage(at, "page", found[1])
    yield from comments(source, set())


def plain(source: str) -> Iterator[Passage]:
    """The comments of a file that is not Python."""
    yield from comments(source, set())


READERS = {".py": python, ".sql": sql, ".md": markdown, ".toml": toml, ".yaml": plain, ".yml": plain}
