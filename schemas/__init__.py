"""What every table is. Nothing here reads or writes data, and nothing here knows Dagster."""

import warnings

# Where Spark's client is installed, pandera imports its pandas interface, which nothing here uses and which warns at every start.
warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
