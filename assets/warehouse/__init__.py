"""The warehouse: the months of all tables, and how a month of a table is read and replaced.

Belongs here: storage in a folder or a bucket (`storage`), the record kept with each month, and the queries that every
stage sends to its engine. Not here: the content of a table, and the engines (`assets.engines`).
"""

from assets.warehouse.storage.snapshot import MonthMetadata
from assets.warehouse.warehouse import Warehouse

__all__ = ["MonthMetadata", "Warehouse"]
