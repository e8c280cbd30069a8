"""The simulator: a calibrated, wholly synthetic nation, delivered the way offices deliver.

Belongs here: the one function that other code calls. How a delivery is made stands in the modules beside it; nothing
of the pipeline may import them, so that the figures are never computed by the code that planted them.
"""

from simulator.nation import simulate

__all__ = ["simulate"]
