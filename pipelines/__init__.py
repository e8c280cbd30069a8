"""Running the product: the Dagster code location and the command. Business rules do not belong here."""
