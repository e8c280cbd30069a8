"""The declarations of all tables. Nothing here reads or writes data of a delivery, and nothing imports Dagster."""

import warnings

# Where Spark's client is installed, pandera imports its pandas interface, which nothing here uses and which warns at every start.
warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
