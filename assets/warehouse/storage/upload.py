"""From a candidate's folder to the bucket, and the list of what arrived.

Belongs here: uploading and counting again at the other end. Not: when a month becomes live (`bucket`).
"""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from assets.warehouse.storage.object_store import Objects
from assets.warehouse.storage.snapshot import is_part, parts

AT_ONCE = 4  # files on their way


class NotWhole(Exception):
    """A file did not arrive in full; `name` says which."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def uploaded(objects: Objects, folder: Path, to: str) -> dict[str, dict[str, Any]]:
    """Upload the files of a folder, then list everything that stands there: bytes, and of ours the SHA-256.

    What an engine wrote there itself is listed with its bytes alone: nobody reads it twice. Raises NotWhole.
    """
    ours = parts(folder)

    def upload(name: str) -> str:
        objects.write(f"{to}/{name}", ours[name])
        with ours[name].open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        digests = dict(zip(ours, pool.map(upload, ours), strict=True))
    arrived = {name: size for name, size in objects.sizes(to).items() if is_part(name)}
    for name, path in ours.items():
        if arrived.get(name) != path.stat().st_size:
            raise NotWhole(name)
    known = {name: {"sha256": digest} for name, digest in digests.items()}
    return {name: {"bytes": arrived[name], **known.get(name, {})} for name in sorted(arrived)}
