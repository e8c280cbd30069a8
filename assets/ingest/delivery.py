"""The delivery of a month: its files, and the manifest in which the sender lists them.

Belongs here: finding files, hashing, reading and writing `manifest.json`. Not here: the content of the files.
The path of a file is `<landing>/<YYYY-MM>/<extract>/<file>`. The sender writes the manifest last: it marks the arrival.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assets.errors import DeliveryRefused
from assets.ingest.filenames import printable
from schemas.extracts.catalogue import BY_NAME

EXTRACTS = tuple(BY_NAME)
MANIFEST = "manifest.json"
_IGNORED_PREFIXES = (".", "~$")  # hidden files, and the lock files of open workbooks


@dataclass(frozen=True)
class DeliveredFile:
    """A delivered file. `name` is relative to the folder of the month, as `filenames.printable` writes it.

    `rows` is the control total of the sender, if there is one.

    `sha256` is from the manifest and verified when the file is read; without a manifest it was computed.
    """

    path: Path
    name: str
    extract: str
    bytes: int
    sha256: str
    rows: int | None = None


@dataclass(frozen=True)
class Delivery:
    """The delivered files of a month. `missing`: entries of the manifest without a file; `changed`: those with another size.

    `persons_scale`: the number of real persons that one person of a synthetic nation represents; 1 for a real delivery.
    """

    month: str
    folder: Path
    files: tuple[DeliveredFile, ...]
    synthetic: bool
    has_manifest: bool
    missing: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()
    persons_scale: int = 1
    missing_bytes: Mapping[str, int] = field(default_factory=dict)  # of each missing file, from the manifest

    def files_of(self, extract: str) -> tuple[DeliveredFile, ...]:
        """The files of one extract, sorted by name."""
        return tuple(file for file in self.files if file.extract == extract)

    def fingerprint(self, extract: str | None = None) -> str:
        """Digest of the names and contents of the files; it only changes if a file changes."""
        files = self.files_of(extract) if extract else self.files
        lines = sorted(f"{file.name} {file.sha256}" for file in files)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def modification_digest(self, extract: str) -> str:
        """Digest of sizes and modification times; it only changes if a file was written."""
        states = [(file.name, file.path.stat()) for file in self.files_of(extract)]
        lines = [f"{name} {state.st_size} {state.st_mtime_ns}" for name, state in states]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def read_delivery(landing: Path, month: str) -> Delivery:
    """The files of the month with their digests. Raises DeliveryRefused without a folder or files, or for another month."""
    folder = landing / month
    if not folder.is_dir():
        raise DeliveryRefused(
            f"no folder {month} in the landing zone: put the month's files in {landing.name}/{month}/<extract>/"
        )
    manifest = read_manifest(folder)
    if manifest and manifest.get("month") != month:
        raise DeliveryRefused(
            f"folder {month} holds the delivery of {manifest.get('month')} (according to its manifest): "
            "move the delivery to the folder of its month"
        )
    listed = {entry["name"]: entry for entry in manifest["files"]} if manifest else {}
    with ThreadPoolExecutor(2) as pool:  # hashing releases the interpreter lock
        found = list(pool.map(lambda path: _delivered_file(folder, path, listed), _find_files(folder)))
    if not found:
        raise DeliveryRefused(f"folder {month} has no files in {', '.join(EXTRACTS)}: nothing was delivered")
    names = {file.name for file in found}
    absent = {listed[name]["sha256"]: name for name in listed.keys() - names}
    renamed = {file.name: absent[file.sha256] for file in found if file.name not in listed and file.sha256 in absent}
    missing = sorted(listed.keys() - names - set(renamed.values()))
    return Delivery(
        month=month,
        folder=folder,
        files=tuple(found),
        synthetic=bool(manifest and manifest.get("synthetic")),
        has_manifest=manifest is not None,
        missing=tuple(missing),
        missing_bytes={name: listed[name]["bytes"] for name in missing},
        changed=tuple(f.name for f in found if f.name in listed and listed[f.name]["bytes"] != f.bytes),
        unlisted=tuple(sorted(names - listed.keys() - renamed.keys())) if manifest else (),
        persons_scale=int(manifest.get("persons_scale", 1)) if manifest and manifest.get("synthetic") else 1,
    )


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of the sender, or None. Raises DeliveryRefused if it cannot be read."""
    path = folder / MANIFEST
    if not path.exists():
        return None
    try:
        manifest = json.loads(path.read_bytes())
        entries = manifest["files"]
        well_formed = all({"name", "bytes", "sha256"} <= entry.keys() for entry in entries)
        well_formed &= isinstance(manifest.get("persons_scale", 1), int)
    except (ValueError, KeyError, TypeError, AttributeError):
        well_formed = False
    if not well_formed:
        raise DeliveryRefused(f"{folder.name}/{MANIFEST} cannot be read: write it again with `cakupan manifest`")
    return dict(manifest)


def is_complete(folder: Path) -> bool:
    """Whether the manifest is there and every file in it has arrived in full size (cheap: no hashing)."""
    return (folder / MANIFEST).exists() and not awaited(folder)


def awaited(folder: Path) -> list[str]:
    """Files that the manifest lists and that have not landed in full size. Raises DeliveryRefused where it is none."""
    manifest = read_manifest(folder)
    sizes = {_printable_name(folder, path): path.stat().st_size for path in _find_files(folder)}
    listed = manifest["files"] if manifest else []
    return [entry["name"] for entry in listed if sizes.get(entry["name"]) != entry["bytes"]]


def write_manifest(
    folder: Path, month: str, *, synthetic: bool, rows: Mapping[str, int] | None = None, persons_scale: int = 1
) -> Path:
    """List the files of a month folder in its manifest, atomically; `rows`: control totals by file name.

    `persons_scale`: see Delivery; it only applies to a synthetic delivery.
    """
    rows = rows or {}
    entries = []
    for path in _find_files(folder):
        file = _delivered_file(folder, path, {})
        entry = {"name": file.name, "bytes": file.bytes, "sha256": file.sha256}
        entries.append(entry | ({"rows": rows[file.name]} if file.name in rows else {}))
    if not entries:
        raise DeliveryRefused(f"{folder} has no files in {', '.join(EXTRACTS)}: there is nothing to list")
    target = folder / MANIFEST
    candidate = target.with_suffix(".tmp")
    scaled = {"persons_scale": persons_scale} if synthetic else {}
    content = {"month": month, "synthetic": synthetic, **scaled, "files": entries}
    candidate.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    os.replace(candidate, target)
    return target


def _find_files(folder: Path) -> list[Path]:
    found = [path for extract in EXTRACTS for path in sorted((folder / extract).glob("**/*")) if path.is_file()]
    return [path for path in found if not path.name.startswith(_IGNORED_PREFIXES)]


def _printable_name(folder: Path, path: Path) -> str:
    """The name of a file in manifests, reports and quarantine, printable whatever its bytes."""
    return printable(path.relative_to(folder).as_posix())


def _delivered_file(folder: Path, path: Path, listed: Mapping[str, Any]) -> DeliveredFile:
    name = _printable_name(folder, path)
    entry = listed.get(name, {})
    digest = entry.get("sha256") or _sha256_if_readable(path)
    return DeliveredFile(path, name, name.split("/")[0], path.stat().st_size, digest, entry.get("rows"))


def _sha256_if_readable(path: Path) -> str:
    """The digest, or an empty text if the file cannot be opened: the reader then rejects the file by name."""
    try:
        return sha256_of(path)
    except OSError:
        return ""


def sha256_of(path: Path) -> str:
    """The sha256 of a file's content."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
