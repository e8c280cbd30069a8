"""What unit tests of the simulator share: two small nations, simulated and read again once a session."""

import pytest

from simulator import simulate
from tests.simulator.delivered import Delivered


@pytest.fixture(scope="session", params=[("2024-12", 1e-4), ("2023-12", 1e-3)], ids=["small", "middling"])
def delivered(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Delivered:
    """Two nations: one in ten thousand at the end of 2024, one in a thousand at the end of 2023."""
    month, scale = request.param
    landing = tmp_path_factory.mktemp("landing")
    simulate(landing, month, scale)
    return Delivered(landing, month)
