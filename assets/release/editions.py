"""The editions of a release: the readers of each, the policy that protects it, and the folder of its releases.

Belongs here: their declaration, which of them are configured, and the folder of each. Not: thresholds (`policies`), building
or reading a release.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from assets import environment
from assets.disk import restrict
from assets.errors import ReleaseRefused

_DEFAULT = "internal,public"
_OF_EARLIER_VERSIONS = ("current", "journal.jsonl")  # directly in the folder of releases, before there were editions


@dataclass(frozen=True)
class Edition:
    """A line of releases for one group of readers.

    `policy` names the audience of its disclosure policy; empty: nothing is suppressed. `notice` is what a restricted
    edition states wherever it is read; only owner and group may read its files, and no figure of it is in the Dagster UI.
    `has_exports`: whether it has the formats of open data, which declare it open to everybody.
    """

    name: str
    readers: str
    policy: str = ""
    notice: str = ""
    has_exports: bool = False

    @property
    def asset(self) -> str:
        """The name of its Dagster asset."""
        return f"{self.name}_release"

    @property
    def is_restricted(self) -> bool:
        """Whether only owner and group may read its files."""
        return bool(self.notice)

    @property
    def folder_mode(self) -> int:
        """The mode of its folders."""
        return 0o750 if self.is_restricted else 0o755

    @property
    def file_mode(self) -> int:
        """The mode of its files, which are read-only."""
        return 0o440 if self.is_restricted else 0o444


INTERNAL = Edition("internal", "staff of the scheme with the right to it", notice="INTERNAL, NOT FOR PUBLICATION")
MINISTRY = Edition(
    "ministry",
    "ministries under agreement",
    policy="inter_ministry",
    notice="FOR MINISTRIES UNDER AGREEMENT, NOT FOR PUBLICATION",
)
PUBLIC = Edition("public", "everybody", policy="public", has_exports=True)
EDITIONS = {edition.name: edition for edition in (INTERNAL, MINISTRY, PUBLIC)}


def configured_editions() -> tuple[Edition, ...]:
    """The editions that a run publishes, in the order of their declaration. Raises ReleaseRefused for an unknown name."""
    text = environment.read(environment.EDITIONS, _DEFAULT)
    names = {name for part in text.split(",") if (name := part.strip())}
    if not names or not names <= EDITIONS.keys():
        raise ReleaseRefused(
            f'{environment.EDITIONS} is "{text}": write one or more of {", ".join(EDITIONS)}, separated by commas'
        )
    return tuple(edition for edition in EDITIONS.values() if edition.name in names)


def find_edition(name: str) -> Edition:
    """The configured edition of that name. Raises ReleaseRefused if there is none, or it is not configured."""
    if name not in EDITIONS:
        raise ReleaseRefused(f"there is no edition {name}: name one of {', '.join(EDITIONS)}")
    names = [edition.name for edition in configured_editions()]
    if name not in names:
        raise ReleaseRefused(
            f"the edition {name} is not configured: add it to {environment.EDITIONS}, which has {', '.join(names)}"
        )
    return EDITIONS[name]


def most_complete_edition() -> Edition:
    """The configured edition that withholds least: the internal one, if it is configured."""
    return configured_editions()[0]


def folder_of(releases: Path, edition: Edition) -> Path:
    """The folder with the releases of the edition, which may not be there yet.

    Raises ReleaseRefused if the user may not read it, or `releases` holds releases of a version before editions.
    """
    if any((releases / name).is_symlink() or (releases / name).is_file() for name in _OF_EARLIER_VERSIONS):
        raise ReleaseRefused(_how_to_move(releases))
    folder = releases / edition.name
    if not _may_read(folder):
        raise ReleaseRefused(
            f"you have no right to read the {edition.name} edition in {folder}: ask the owner of this folder for it"
        )
    return folder


def readable_editions(releases: Path) -> tuple[Edition, ...]:
    """The configured editions that the user may read, or that have no release yet."""
    return tuple(edition for edition in configured_editions() if _may_read(releases / edition.name))


def _may_read(folder: Path) -> bool:
    try:
        folder.stat()
    except FileNotFoundError:
        return True
    except PermissionError:
        return False
    return os.access(folder, os.R_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids)


def prepare_folder(releases: Path, edition: Edition) -> None:
    """Create the folder of the edition's releases; of a restricted edition, others have no right to it."""
    releases.mkdir(parents=True, exist_ok=True)
    if edition.is_restricted:
        restrict(releases)


def edition_of(manifest: dict[str, object]) -> Edition:
    """The edition of a release from its manifest. Of releases before editions, the audience of their policy decides."""
    policy = manifest.get("policy")
    audience = policy.get("audience") if isinstance(policy, dict) else None
    named = manifest.get("edition") or ("ministry" if audience == MINISTRY.policy else "public")
    return EDITIONS.get(str(named), INTERNAL)


def _how_to_move(releases: Path) -> str:
    try:
        manifest = json.loads((releases / "current" / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        manifest = {}
    name = edition_of(manifest).name
    return (
        f"{releases} holds releases of a version before editions: move them once, with all of their files: "
        f"cd {releases} && mkdir -p {name} && mv 2* current journal.jsonl {name}/"
    )
