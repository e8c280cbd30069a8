"""The fixture of the simulator's tests: two small nations, simulated and read once per session."""

import pytest

from simulator import simulate
from tests.simulator.delivered import Delivered


@pytest.fixture(
    scope="session",
    params=[("2024-12", 1e-4), pytest.param(("2023-12", 1e-3), marks=pytest.mark.exhaustive)],
    ids=["small", "middling"],
)
def delivered(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Delivered:
    """A nation of 1:10,000 at the end of 2024, and one of 1:1,000 at the end of 2023."""
    month, scale = request.param
    landing = tmp_path_factory.mktemp("landing")
    simulate(landing, month, scale)
    return Delivered(landing, month)
