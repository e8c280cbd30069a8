"""Upload of a candidate's folder to the bucket, and the list of the uploaded files.

Belongs here: uploading, and comparing the sizes at the other end. Not here: when a month becomes live (`bucket`).
"""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from assets.warehouse.storage.object_store import ObjectStore
from assets.warehouse.storage.snapshot import FileEntry, data_files, is_data_file

PARALLEL_TRANSFERS = 4  # files at the same time


class IncompleteUpload(Exception):
    """The file `name` did not arrive completely."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def upload_files(objects: ObjectStore, folder: Path, to: str) -> dict[str, FileEntry]:
    """Upload the files of a folder. Returns all files of the target with their size, and the SHA-256 of those uploaded here.

    A file that an engine wrote there itself has no SHA-256: it would have to be read again. Raises IncompleteUpload.
    """
    local = data_files(folder)

    def upload(name: str) -> str:
        objects.write(f"{to}/{name}", local[name])
        with local[name].open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    with ThreadPoolExecutor(PARALLEL_TRANSFERS) as pool:
        digests = dict(zip(local, pool.map(upload, local), strict=True))
    arrived = {name: size for name, size in objects.sizes(to).items() if is_data_file(name)}
    for name, path in local.items():
        if arrived.get(name) != path.stat().st_size:
            raise IncompleteUpload(name)
    files: dict[str, FileEntry] = {name: {"bytes": arrived[name]} for name in sorted(arrived)}
    for name, digest in digests.items():
        files[name]["sha256"] = digest
    return files
