"""A warehouse of invented rows, with every table that a release needs."""

from datetime import date
from pathlib import Path

import polars as pl

from assets.coverage.build import build_coverage
from assets.coverage.catalogue import CATALOGUE
from assets.coverage.summary import build_summary
from assets.plausibility.build import build_measures, build_plausibility
from assets.warehouse import Warehouse
from schemas.extracts.catalogue import stored_table
from schemas.extracts.workforce import WORKFORCE
from schemas.registers import PERSON_CELLS
from schemas.summaries import DATA_QUALITY
from tests.spec.surveys import whole


def rows_of(schema: dict[str, pl.DataType], rows: list[dict[str, object]]) -> pl.DataFrame:
    return pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=schema)


def filled(root: Path, month: str = "2024-12") -> Warehouse:
    """A month with two regencies, two sexes, wage earners and own-account workers, and one line of data quality."""
    first = date.fromisoformat(f"{month}-01")
    usual = {"month": first, "geography_basis": "home", "age_band": "25-34", "status": "protected",
             "jkk": True, "jkm": True, "jht": False, "jp": False, "jkp": False, "dual_persons": 0}  # fmt: skip
    cells = [
        usual
        | {
            "geography_basis": basis,
            "region_code": region,
            "segment": segment,
            "sex": sex,
            "persons": n,
            "memberships": n,
        }
        for basis in ("home", "work")
        for region, segment, sex, n in (("3201", "PU", "M", 40), ("3171", "PU", "F", 20), ("3171", "BPU", "M", 30))
    ]
    survey = [
        {"month": first, "survey_wave": date(2024, 8, 1), "region_scheme": "kemendagri_2025", "sex": sex,
         "region_code": region, "employment_status": status, "age_band": "25-34", "persons": 100, "eligible_persons": 80,
         "rse": 5.0}
        for region in ("3201", "3171") for sex in ("M", "F") for status in ("1", "4")
    ]  # fmt: skip
    quality = [{"month": first, "extract": "enrolments", "office_code": "A01", "rule": "sex_present",
                "severity": "fatal", "applicable_rows": 90, "broken_rows": 0, "status": "passed"}]  # fmt: skip
    tables = [
        ("person_cells", PERSON_CELLS.storage, cells),
        ("workforce", stored_table(WORKFORCE).storage, survey),
        ("data_quality", DATA_QUALITY.storage, quality),
    ]
    warehouse = Warehouse(root)
    for name, schema, rows in tables:
        frame = rows_of(schema, rows)
        with warehouse.candidate(name, month) as candidate:
            (whole(frame)[0] if name == "workforce" else frame).write_parquet(candidate / "part-00000.parquet")
            warehouse.promote(name, month, candidate, {"fingerprint": name})
    build_coverage(warehouse, month)
    for summary in CATALOGUE:  # nothing else was delivered: each says so
        build_summary(warehouse, month, summary)
    build_measures(warehouse, month)
    build_plausibility(warehouse, month)
    return warehouse
