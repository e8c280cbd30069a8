"""The lock files: what runs is what was tested."""

import re
from pathlib import Path

LOCKS = Path(__file__).resolve().parents[2] / "locks"


def pinned(name: str) -> set[str]:
    return set(
        re.findall(r"^[\w.-]+(?:\[[\w,-]+\])?==[^ ;\\]+", (LOCKS / name).read_text(encoding="utf-8"), re.MULTILINE)
    )


def test_the_lock_of_developers_has_every_version_of_the_runtime_lock() -> None:
    assert len(pinned("runtime.lock")) > 50
    assert pinned("runtime.lock") <= pinned("dev.lock")
