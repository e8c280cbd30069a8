"""A warehouse of invented rows, with every table that a release needs."""

from datetime import date
from pathlib import Path

from assets.coverage.build import build_coverage
from assets.coverage.catalogue import CATALOGUE
from assets.coverage.summary import build_summary
from assets.plausibility.build import build_measures, build_plausibility
from assets.warehouse import Warehouse
from schemas.extracts.catalogue import stored_table
from schemas.extracts.workforce import WORKFORCE
from tests.spec.surveys import whole
from tests.unit.invented_rows import person_cells, quality, rows_of, store

PERSONS = [("3201", "PU", "M", 40), ("3171", "PU", "F", 20), ("3171", "BPU", "M", 30)]


def filled(root: Path, month: str = "2024-12") -> Warehouse:
    """A month with two regencies, two sexes, wage earners and own-account workers, and one line of data quality."""
    survey = [
        {"month": date.fromisoformat(f"{month}-01"), "survey_wave": date(2024, 8, 1), "region_scheme": "kemendagri_2025",
         "sex": sex, "region_code": region, "employment_status": status, "age_band": "25-34", "persons": 100,
         "eligible_persons": 80, "rse": 5.0}
        for region in ("3201", "3171") for sex in ("M", "F") for status in ("1", "4")
    ]  # fmt: skip
    workforce = whole(rows_of(stored_table(WORKFORCE), survey))[0]
    warehouse = Warehouse(root)
    frames = {"person_cells": person_cells(month, PERSONS), "workforce": workforce, "data_quality": quality(month)}
    store(warehouse, month, frames)
    build_coverage(warehouse, month)
    for summary in CATALOGUE:  # nothing else was delivered: each says so
        build_summary(warehouse, month, summary)
    build_measures(warehouse, month)
    build_plausibility(warehouse, month)
    return warehouse
