"""What a result was made from: one digest of inputs and code, so that work already done is recognised.

Belongs here: the version of the code of a stage, of the dependencies, and the combination of digests. Nothing else.
"""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import duckdb
import pandera
import polars as pl

_ROOT = Path(__file__).resolve().parent.parent
_ROOMS = ("schemas", "assets")
_DATA = (".sql", ".json", ".toml", ".html", ".js", ".css", ".duckdb")
_CODES = "schemas/codes"


@cache
def code_version(*modules: str) -> str:
    """Digest of all code and data that decide what these modules make, and of the versions of the engines.

    That is every file they import from `schemas` and `assets`, directly or not, the data files beside those (SQL, templates),
    and the code lists that they name. A text mended elsewhere changes nothing: a month is not ingested again for a
    sentence of the report.
    """
    digest = hashlib.sha256(f"{duckdb.__version__} {pl.__version__} {pandera.__version__}".encode())
    for path in sources(*modules):
        digest.update(path.relative_to(_ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


@cache
def sources(*modules: str) -> tuple[Path, ...]:
    """The files that decide what these modules make, in a fixed order; see `code_version`."""
    found: set[Path] = set()
    waiting = [path for name in modules for path in _files_of(name)]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _read_by(path)
    code = b"".join(path.read_bytes() for path in found)
    lists = [path for path in (_ROOT / _CODES).glob("*.csv") if f'"{path.stem}"'.encode() in code]
    return tuple(sorted([*found, *_data_beside(found), *lists]))


@cache
def _files_of(module: str) -> tuple[Path, ...]:
    """The file of a module of ours and those of the packages it is in; none of a name that is no module of ours."""
    parts = module.split(".")
    if parts[0] not in _ROOMS:
        return ()
    packages = [_ROOT.joinpath(*parts[:depth], "__init__.py") for depth in range(1, len(parts) + 1)]
    return tuple(path for path in (*packages, _ROOT.joinpath(*parts).with_suffix(".py")) if path.is_file())


@cache
def _read_by(path: Path) -> frozenset[Path]:
    """The files of ours that the file imports."""
    return frozenset(file for name in _imported(path) for file in _files_of(name))


def _imported(path: Path) -> frozenset[str]:
    """Every name that the file imports, those imported within a function included."""
    imported: set[str] = set()
    waiting: list[ast.AST] = [ast.parse(path.read_bytes())]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            imported |= {
                node.module,
                *(f"{node.module}.{alias.name}" for alias in node.names),
            }  # a name may be a module
        else:
            waiting += [part for block in ("body", "orelse", "finalbody", "handlers") for part in _block(node, block)]
    return frozenset(imported)


def _block(node: ast.AST, name: str) -> list[ast.AST]:
    found = getattr(node, name, [])
    return found if isinstance(found, list) else []


def _data_beside(modules: set[Path]) -> Iterator[Path]:
    """Data files in the folders of the modules, and in folders below them that hold no module."""
    for folder in {path.parent for path in modules}:
        for path in folder.iterdir():
            if path.suffix in _DATA:
                yield path
            elif path.is_dir() and not list(path.glob("*.py")):
                yield from (file for file in path.rglob("*") if file.suffix in _DATA)


@cache
def lock_version() -> str:
    """Digest of the lock file of dependencies; empty where the product is installed without its repository."""
    path = _ROOT / "locks/runtime.lock"
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.exists() else ""


def fingerprint(*inputs: str, code: tuple[str, ...]) -> str:
    """One digest of these inputs' digests and of the code of the modules named in `code`."""
    return hashlib.sha256("\n".join([code_version(*code), *inputs]).encode()).hexdigest()
