"""The manifest of a delivery: scale and synthetic data."""

import json
from pathlib import Path

import pytest

from assets.errors import DeliveryRefused
from assets.ingest.delivery import read_delivery, write_manifest


@pytest.fixture
def landed(tmp_path: Path) -> Path:
    """A month with one file."""
    (tmp_path / "2024-12" / "targets").mkdir(parents=True)
    (tmp_path / "2024-12" / "targets" / "target.csv").write_text("a\n1\n")
    return tmp_path / "2024-12"


def test_the_scale_of_a_synthetic_delivery_is_in_its_manifest(landed: Path) -> None:
    write_manifest(landed, "2024-12", synthetic=True, persons_scale=1_000)
    assert read_delivery(landed.parent, "2024-12").persons_scale == 1_000
    write_manifest(landed, "2024-12", synthetic=True)
    assert read_delivery(landed.parent, "2024-12").persons_scale == 1


def test_a_real_delivery_has_scale_one_whatever_its_manifest_contains(landed: Path) -> None:
    manifest = write_manifest(landed, "2024-12", synthetic=False, persons_scale=1_000)
    assert "persons_scale" not in json.loads(manifest.read_text())
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"persons_scale": 1_000}))
    assert read_delivery(landed.parent, "2024-12").persons_scale == 1
    manifest.unlink()
    assert read_delivery(landed.parent, "2024-12").persons_scale == 1


def test_a_scale_that_is_not_a_number_makes_the_manifest_unreadable(landed: Path) -> None:
    manifest = write_manifest(landed, "2024-12", synthetic=True)
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"persons_scale": "many"}))
    with pytest.raises(DeliveryRefused, match="cannot be read"):
        read_delivery(landed.parent, "2024-12")
