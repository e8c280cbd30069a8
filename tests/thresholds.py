"""Releases that are cheap to build, for tests of other things: secondary suppression and exports have separate tests."""

from collections.abc import Iterator
from contextlib import contextmanager

import polars as pl
import pytest

from assets.release.protect import Policy, Protected, protect
from schemas.summaries import SUMMARIES


@contextmanager
def by_threshold_alone() -> Iterator[None]:
    """Within it releases of this process withhold small counts and nothing else, and have no proof and no exports."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("assets.release.build.protect_all", _protected)
        patch.setattr("assets.release.verify.verify_certificate", lambda _folder: [])
        patch.setattr("assets.release.build.write_exports", lambda _folder, **_base: None)
        yield


def _protected(frames: dict[str, pl.DataFrame], rule: Policy, *_: object) -> Protected:
    shown = {table.name: protect(frames[table.name], table, rule) for table in SUMMARIES}
    return Protected(shown, {"policy": rule.as_json(), "policy_sha256": rule.digest()})
