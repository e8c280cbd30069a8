"""A landing zone with files that hold any text."""

from pathlib import Path

from assets.ingest.delivery import write_manifest


def land(root: Path, month: str, **files: str) -> Path:
    """A folder with a file an extract and its manifest."""
    for extract, content in (files or {"enrolments": month, "workforce": month}).items():
        (root / month / extract).mkdir(parents=True, exist_ok=True)
        (root / month / extract / "a.csv").write_text(content)
    write_manifest(root / month, month, synthetic=True)
    return root / month
