"""What tests of other machines' workers share: the programs."""

from tests.celery_workers import broker, machines  # noqa: F401  fixtures
