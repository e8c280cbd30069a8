"""`python -m benchmarks.ingest LANDING MONTH`: ingest all extracts of the month into an empty warehouse.

Belongs here: the cost of the stage ingest alone, without Dagster and the later stages.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from assets.ingest.delivery import read_delivery
from assets.ingest.month import ingest_month
from assets.ingest.pseudonyms import person_key
from assets.warehouse import Warehouse
from schemas.extracts.catalogue import EXTRACTS


def main() -> None:
    """Ingest, and print the rows of each extract."""
    landing, month = Path(sys.argv[1]), sys.argv[2]
    delivery = read_delivery(landing, month)
    key = person_key(synthetic=delivery.synthetic)
    with TemporaryDirectory(dir=landing) as folder:
        for table in EXTRACTS:
            report = ingest_month(table, delivery, Warehouse(Path(folder)), key)
            print(f"{table.name} {report.total('rows_read')}")


if __name__ == "__main__":
    main()
