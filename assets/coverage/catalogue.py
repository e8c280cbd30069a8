"""Every summary table that is made the common way (`summary`), in the order in which they read each other.

Belongs here: the list. Not: what any of them reads (its own module).
"""

from assets.coverage.summary import Summary

CATALOGUE: tuple[Summary, ...] = ()
