"""Simulated deliveries: a synthetic nation, calibrated to published figures, in the files that offices would send.

A month is built in this order; each step is a room, and imports only rooms above it:

1. `population`: how many persons there are in each regency, who enters, leaves and pauses, and who each person is.
2. `memberships`: the rows of the enrolments, and the true flows and retention.
3. `payments`: the contributions that are paid for these memberships, and the true compliance.
4. `offices`: which rows each office delivers, and in which style and file format it writes them.
5. `defects`: errors that are planted on purpose, so that every rule of every contract is broken somewhere.
6. `extracts`: the extracts that no office delivers (survey, loans, regional programmes, outreach corrections, targets).
7. `delivery`: the files, the manifest, and the ledger: what the pipeline must find again.

`simulation.simulate` runs the steps. The same month, scale and seed always give the same bytes.
Belongs here: the simulator, which imports `schemas` only. Not here: anything that the pipeline imports, because no
figure may be computed by the code that planted it.
"""

from simulator.simulation import simulate

__all__ = ["simulate"]
