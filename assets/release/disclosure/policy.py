"""The disclosure policy: the thresholds of a release, from the folder `policies` or from a file of the user.

Belongs here: the policy and its lower limits. Not here: to which figures a threshold applies (the tables declare that).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict, TypeAdapter

from assets import environment
from assets.errors import ReleaseRefused
from assets.release.disclosure.publication_rules import (
    ALWAYS_PUBLISHED,
    MERGED_CATEGORIES,
    NOT_PERSONAL,
    AlwaysPublished,
    MergedCategory,
    NotPersonal,
    check_rules,
)

POLICY = environment.POLICY  # names a file that replaces the policy of its audience
_MIN_COUNT_FLOOR = {"public": 10, "inter_ministry": 5}
_SHIPPED = {"public": "public.json", "inter_ministry": "ministry.json"}


@dataclass(frozen=True)
class Policy:
    """The conditions that a published figure must meet.

    Counts of 1 to `min_count` − 1 are suppressed; the interval that a reader can derive for one contains 0 and `min_count`.
    Employers are counted from `min_employers`. Workers are suppressed if one employer has more than `dominance_percent` of
    them, or if all but the two largest employers have fewer than `p_percent` of the largest. A suppressed amount cannot be
    derived to within `p_percent`. A breakdown with more than `sparse_percent` of small figures is suppressed as a whole.
    Figures of the open-data cube are multiples of `rounding_base`. `always_published`, `not_personal` and
    `merged_categories`: see `publication_rules`.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    min_count: int
    audience: str = "public"
    min_employers: int = 3
    dominance_percent: int = 85
    p_percent: int = 10
    sparse_percent: int = 10
    rounding_base: int = 5
    always_published: tuple[AlwaysPublished, ...] = ALWAYS_PUBLISHED
    not_personal: tuple[NotPersonal, ...] = NOT_PERSONAL
    merged_categories: tuple[MergedCategory, ...] = MERGED_CATEGORIES

    @classmethod
    def parse(cls, stated: Mapping[str, object]) -> "Policy":
        """The policy of a file or a certificate. Raises ValueError if it has other fields."""
        return TypeAdapter(cls).validate_python(stated)

    @property
    def parameters(self) -> dict[str, int | str]:
        """The thresholds and the audience, without the rules on single figures."""
        return {name: value for name, value in vars(self).items() if isinstance(value, int | str)}

    def as_json(self) -> dict[str, object]:
        """The policy as it is written to a certificate."""
        return dict(json.loads(json.dumps(asdict(self))))

    def digest(self) -> str:
        """SHA-256 of the policy."""
        return policy_digest(self.as_json())

    def threshold(self, unit: str) -> int:
        """The smallest count of this unit that may be published."""
        return self.min_employers if unit == "employer" else self.min_count


def policy_digest(stated: Mapping[str, object]) -> str:
    """SHA-256 of a policy as a certificate states it; earlier versions have fewer fields."""
    return hashlib.sha256(json.dumps(stated, sort_keys=True).encode()).hexdigest()


@cache
def load_policy(audience: str = "public") -> Policy:
    """The policy in force for the audience: the file of the user if it is for this audience, otherwise the shipped one.

    Raises ReleaseRefused if a file cannot be read or is below a lower limit.
    """
    named = environment.read(POLICY)
    own = _read(named, Path(named)) if named else None
    if own and own.audience == audience:
        return own
    shipped = _SHIPPED[audience]
    return _read(shipped, files("assets.release").joinpath("policies", shipped))


def named_audience() -> str:
    """The audience of the user's policy file; empty without such a file. Raises ReleaseRefused if it cannot be used."""
    named = environment.read(POLICY)
    return _read(named, Path(named)).audience if named else ""


def _read(name: str, file: Path | Traversable) -> Policy:
    try:
        stated = {
            name: value for name, value in json.loads(file.read_text(encoding="utf-8")).items() if name != "about"
        }
        return check_policy(Policy.parse(stated))
    except (OSError, ValueError) as error:
        reason = (
            error.strerror if isinstance(error, OSError) else "it is not JSON with the fields of policies/public.json"
        )
        raise ReleaseRefused(f"the policy {name} cannot be used: {reason}") from None


def check_policy(policy: Policy) -> Policy:
    """Return the policy. Raises ReleaseRefused with the first rule that is weaker than its lower limit."""
    if policy.audience not in _MIN_COUNT_FLOOR:
        raise ReleaseRefused(f"the policy's audience is none of {', '.join(_MIN_COUNT_FLOOR)}")
    floors = (
        (
            "min_count",
            policy.min_count >= _MIN_COUNT_FLOOR[policy.audience],
            f"at least {_MIN_COUNT_FLOOR[policy.audience]} for {policy.audience}",
        ),
        ("min_employers", policy.min_employers >= 3, "at least 3"),
        ("dominance_percent", 0 < policy.dominance_percent <= 85, "at most 85"),
        ("p_percent", policy.p_percent >= 10, "at least 10"),
        ("rounding_base", policy.rounding_base >= 5, "at least 5"),
        ("sparse_percent", 0 <= policy.sparse_percent <= 100, "from 0 to 100"),
    )
    for name, strong, least in floors:
        if not strong:
            raise ReleaseRefused(f"the policy is weaker than the floor: {name} must be {least}")
    check_rules(policy.always_published, policy.not_personal, policy.merged_categories)
    return policy
