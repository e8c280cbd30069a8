"""What a result was made from: one digest of the inputs, so that work already done can be recognised.

Belongs here: the version of the code and of its dependencies, and the combination of digests. Nothing else.
"""

import hashlib
from functools import cache
from pathlib import Path

import duckdb
import pandera
import polars as pl

_ROOT = Path(__file__).resolve().parent.parent


@cache
def code_version() -> str:
    """Digest of everything that decides a result: all files of `schemas` and `assets`, and the engines."""
    digest = hashlib.sha256(f"{duckdb.__version__} {pl.__version__} {pandera.__version__}".encode())
    for room in ("schemas", "assets"):
        for path in sorted((_ROOT / room).rglob("*")):
            if path.is_file() and path.suffix != ".pyc" and not path.name.startswith("."):
                digest.update(path.relative_to(_ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


@cache
def lock_version() -> str:
    """Digest of the lock file of dependencies; empty where the product stands without its repository."""
    path = _ROOT / "requirements.lock"
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.exists() else ""


def fingerprint(*inputs: str) -> str:
    """One digest of the code and of these inputs' digests."""
    return hashlib.sha256("\n".join([code_version(), *inputs]).encode()).hexdigest()
