"""Printable names of files, whatever bytes the file system allows in them.

Belongs here: one readable form of a name, the same in manifests, reports, logs and quarantine. Not here: finding files
(`delivery`).
"""

import re

_UNPRINTABLE = re.compile(
    r"[\udc80-\udcff\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\\]"
)


def printable(name: str) -> str:
    r"""The name with escape codes for characters that cannot be seen or stored: `Jos\xe9.csv`, `two\x0alines.csv`.

    A byte that is not UTF-8 (surrogateescape, PEP 383) is escaped as that byte. A backslash is doubled: no two names collide.
    """
    return _UNPRINTABLE.sub(_escape, name)


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if found[0] == "\\":
        return r"\\"
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x20 or code == 0x7F else f"\\u{code:04x}"
