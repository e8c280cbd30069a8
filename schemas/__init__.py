"""What every table is. Nothing here reads or writes data, and nothing here knows Dagster."""
