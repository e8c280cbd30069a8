"""The fingerprint of a result: one digest of its inputs and its code, so that unchanged results are reused.

Belongs here: the version of a stage's code and of the dependencies, and the combination of digests. Nothing else.
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
    """Digest of all code and data that the result of these modules depends on, and of the versions of the engines.

    That is every file that they import from `schemas` and `assets`, directly or indirectly, the data files in the same
    folders (SQL, templates), and the code lists that they name. Other files do not matter: a corrected sentence of the
    report does not ingest a month again.
    """
    digest = hashlib.sha256(f"{duckdb.__version__} {pl.__version__} {pandera.__version__}".encode())
    for path in sources(*modules):
        digest.update(path.relative_to(_ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


@cache
def sources(*modules: str) -> tuple[Path, ...]:
    """The files that the result of these modules depends on, in a fixed order; see `code_version`."""
    found: set[Path] = set()
    pending = [path for name in modules for path in _module_files(name)]
    while pending:
        path = pending.pop()
        if path not in found:
            found.add(path)
            pending += _imported_files(path)
    code = b"".join(path.read_bytes() for path in found)
    lists = [path for path in (_ROOT / _CODES).glob("*.csv") if f'"{path.stem}"'.encode() in code]
    return tuple(sorted([*found, *_data_files(found), *lists]))


@cache
def _module_files(module: str) -> tuple[Path, ...]:
    """The file of a module and those of its packages; empty for a name outside `schemas` and `assets`."""
    parts = module.split(".")
    if parts[0] not in _ROOMS:
        return ()
    packages = [_ROOT.joinpath(*parts[:depth], "__init__.py") for depth in range(1, len(parts) + 1)]
    return tuple(path for path in (*packages, _ROOT.joinpath(*parts).with_suffix(".py")) if path.is_file())


@cache
def _imported_files(path: Path) -> frozenset[Path]:
    """The files of `schemas` and `assets` that the file imports."""
    return frozenset(file for name in _imported_names(path) for file in _module_files(name))


def _imported_names(path: Path) -> frozenset[str]:
    """Every name that the file imports, also within a function."""
    imported: set[str] = set()
    pending: list[ast.AST] = [ast.parse(path.read_bytes())]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            # An imported name may be a module itself.
            imported |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        else:
            pending += [part for block in ("body", "orelse", "finalbody", "handlers") for part in _block(node, block)]
    return frozenset(imported)


def _block(node: ast.AST, name: str) -> list[ast.AST]:
    found = getattr(node, name, [])
    return found if isinstance(found, list) else []


def _data_files(modules: set[Path]) -> Iterator[Path]:
    """Data files in the folders of the modules, and in subfolders without modules."""
    for folder in {path.parent for path in modules}:
        for path in folder.iterdir():
            if path.suffix in _DATA:
                yield path
            elif path.is_dir() and not list(path.glob("*.py")):
                yield from (file for file in path.rglob("*") if file.suffix in _DATA)


@cache
def lock_version() -> str:
    """Digest of the lock file of dependencies; empty if the product is installed without its repository."""
    path = _ROOT / "locks/runtime.lock"
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.exists() else ""


def fingerprint(*inputs: str, code: tuple[str, ...]) -> str:
    """One digest of the inputs' digests and of the code of the modules in `code`."""
    return hashlib.sha256("\n".join([code_version(*code), *inputs]).encode()).hexdigest()
