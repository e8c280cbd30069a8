"""The environment variables of the product: their names, and the only code that reads them.

Belongs here: names, and reading a variable at the moment it is needed. Not: what a value means (the caller decides);
writing variables: a command passes values as arguments and resources.
"""

import os
from pathlib import Path

HOME = "CAKUPAN_HOME"
LANDING = "CAKUPAN_LANDING"
WAREHOUSE = "CAKUPAN_WAREHOUSE"
RELEASES = "CAKUPAN_RELEASES"
CACHE = "CAKUPAN_CACHE"  # with a bucket: the folder of this machine
ENGINE = "CAKUPAN_ENGINE"
SPARK = "CAKUPAN_SPARK"  # sc://host:port of a Spark Connect server
SPARK_TOKEN = "CAKUPAN_SPARK_TOKEN"  # noqa: S105  the name of the variable, not a token
PERSON_KEY = "CAKUPAN_PERSON_KEY"
EDITIONS = "CAKUPAN_EDITIONS"  # the editions that a run publishes, separated by commas
POLICY = "CAKUPAN_POLICY"  # a file that replaces the policy of its audience
WORKERS = "CAKUPAN_WORKERS"
LANGUAGE = "CAKUPAN_LANG"  # of what offices read: en or id
ALERT_COMMAND = "CAKUPAN_ALERT_COMMAND"  # receives each alert as JSON on its standard input
ALERT_WEBHOOK = "CAKUPAN_ALERT_WEBHOOK"  # receives each alert as JSON by POST
SERVICE = "CAKUPAN_SERVICE"  # set by `cakupan serve`: schedule and sensors start switched on


def read(name: str, default: str = "") -> str:
    """The value of the variable; the default where it is not set or empty."""
    return os.environ.get(name) or default


def home() -> Path:
    """The folder of landing, warehouse, releases and the Dagster instance."""
    return Path(read(HOME, "data")).absolute()


def of_child(**changes: str) -> dict[str, str]:
    """The environment for a child process: this one with some changes."""
    return os.environ | changes
