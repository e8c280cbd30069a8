"""The store of kept proofs: one file per release of an edition, in a folder that only its owner may read.

Belongs here: the file, its rights and its digest. Not here: what a proof is (`disclosure/kept_proofs`), which release comes next
(`lineage`). A proof holds true differences, so the folder is never below one of releases.
"""

import hashlib
import io
import json
import os
import secrets
from dataclasses import replace
from pathlib import Path

import polars as pl

from assets.disk import fsync
from assets.release.disclosure.kept_proofs import SCHEMA, KeptProofs
from assets.release.disclosure.policy import Policy
from assets.release.lineage import ReleaseContext


class ProofsUnusable(Exception):
    """Kept proofs that cannot be used; the message names the file and the reason. Every month is then proven again."""


class ProofStore:
    """The kept proofs of an edition."""

    def __init__(self, folder: Path) -> None:
        """`folder`: the folder of the edition, which may not exist yet."""
        self.folder = folder

    def path(self, release_id: str) -> Path:
        """The file of the release."""
        return self.folder / f"{release_id}.parquet"

    def has(self, release_id: str, sha256: str) -> bool:
        """Whether the file of the release has this digest."""
        try:
            return hashlib.sha256(self.path(release_id).read_bytes()).hexdigest() == sha256
        except OSError:
            return False

    def write(self, release_id: str, proofs: KeptProofs) -> str:
        """Write the proofs of the release; returns the digest of the file.

        The journal publishes the digest. A random text in the file prevents readers from testing guesses with it.
        """
        content = io.BytesIO()
        stated = {
            "policy_sha256": proofs.policy_sha256,
            "given_up_breakdowns": json.dumps(proofs.given_up_breakdowns),
            "random": secrets.token_hex(32),
        }
        proofs.figures.write_parquet(content, compression="zstd", metadata=stated)
        for folder in (self.folder.parent, self.folder):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder.chmod(0o700)
        beside = self.folder / ".new"
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content.getvalue())
        fsync(beside)
        os.replace(beside, self.path(release_id))
        fsync(self.folder)
        return hashlib.sha256(content.getvalue()).hexdigest()

    def read(self, release_id: str, sha256: str, policy: Policy) -> KeptProofs:
        """The proofs of the release. Raises ProofsUnusable if the file is missing, has another digest, or is of another policy."""
        try:
            content = self.path(release_id).read_bytes()
        except OSError:
            raise self._unusable(release_id, "are not there, or cannot be read") from None
        if hashlib.sha256(content).hexdigest() != sha256:
            raise self._unusable(release_id, "are not those that the journal recorded")
        try:
            stated = pl.read_parquet_metadata(io.BytesIO(content))
            figures = pl.read_parquet(io.BytesIO(content)).select(SCHEMA.names()).cast(SCHEMA)
            given_up = tuple((int(month), str(name)) for month, name in json.loads(stated["given_up_breakdowns"]))
            policy_sha256 = stated["policy_sha256"]
        except (pl.exceptions.PolarsError, KeyError, ValueError, TypeError):
            raise self._unusable(release_id, "are of another version") from None
        if policy_sha256 != policy.digest():
            raise self._unusable(release_id, "are those of another policy")
        return KeptProofs(policy_sha256, given_up, figures)

    def _unusable(self, release_id: str, reason: str) -> ProofsUnusable:
        return ProofsUnusable(
            f"the kept proofs of {release_id} ({self.path(release_id)}) {reason}: every month is proven again, which is as safe "
            "and takes longer"
        )


def with_kept_proofs(
    context: ReleaseContext, store: ProofStore | None, policy: Policy | None
) -> tuple[ReleaseContext, str]:
    """The context with the kept proofs of the release before, or without them and the reason."""
    if not (store and policy and context.earlier and context.proofs_sha256):
        return replace(context, proofs_sha256=""), ""
    try:
        found = store.read(context.earlier.release_id, context.proofs_sha256, policy)
    except ProofsUnusable as reason:
        return replace(context, proofs_sha256=""), str(reason)
    return replace(context, proofs=found), ""
