"""Delivered and quarantined rows, and our figures compared with published ones."""

from assets.release.findings.reader import ReleaseReader, Row
from assets.release.findings.totals import Total

VOLUMES = {
    name: Total("broken_rows", f"rule = '{name}'")
    for name in ("rows_read", "rows_accepted", "rows_quarantined", "rows_collapsed", "files_rejected")
}
FLAGGED = Total("broken_rows", "severity = 'convention'")
BROKEN = Total("broken_rows")
VERDICTS = ("agrees", "differs", "defect", "not_computed")


def quality(reader: ReleaseReader) -> Row:
    """Rows and files of the month over all extracts and offices; a sum is withheld if an office is."""
    offices = {"offices": "count(DISTINCT office_code) FILTER (WHERE office_code <> 'unknown')"}
    return reader.total("data_quality", {**VOLUMES, **offices}, {"month": reader.month})


def verdicts(reader: ReleaseReader) -> Row:
    """Published figures up to the reference month, by verdict; `withheld`: the number without a verdict."""
    counted = {name: Total(f"CAST(verdict = '{name}' AS INTEGER)") for name in VERDICTS}
    rest = {"figures": "count(*)", "withheld": "count(*) FILTER (WHERE verdict IS NULL)"}
    return reader.total("reconciliation", {**counted, **rest}, {}, condition=f"month <= DATE '{reader.month}'")
