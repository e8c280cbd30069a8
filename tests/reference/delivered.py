"""A nation as its offices deliver it: rows of text in a landing folder, and the product's own way from there to tables.

Belongs here: what an office would write for a row. Not: any expectation. People have NIK of a district that was never issued.
"""

import csv
from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import polars as pl

from assets.coverage.quality import build_data_quality
from assets.ingest.delivery import read_delivery, write_manifest
from assets.ingest.month import ingest_month
from assets.ingest.pseudonyms import PersonKey
from assets.warehouse import Warehouse
from schemas.extracts.catalogue import BY_NAME, stored_table
from tests.reference import product
from tests.reference.rows import (
    Activity,
    Delivery,
    Employer,
    Loan,
    Membership,
    Nation,
    Payment,
    Regulation,
    Row,
    SurveyCell,
    Target,
)

KEY = PersonKey(bytes(range(1, 33)))
Lines = list[dict[str, str]]


def kpj(key: int) -> str:
    return f"{key:011d}"


def nik(person: int) -> str:
    """16 digits that pass every rule: born on 15 June 1990, the person as serial number."""
    return f"327399150690{person % 9000 + 1:04d}"


def text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Y" if value else "T"
    return value.isoformat() if isinstance(value, date) else f"{value:.2f}" if isinstance(value, float) else str(value)


def enrolment(held: Membership) -> dict[str, str]:
    """A row of `enrolments`; a membership without a NIK has none to show."""
    shown = {f.name: text(getattr(held, f.name)) for f in fields(held)}
    for name in ("membership_key", "person_id", "identity", "home_basis"):
        del shown[name]
    known = nik(held.person_id) if held.identity == "nik" else ""
    home = shown["home_region"] if held.home_basis == "declared" else ""
    project = "1234567890123" if held.segment == "JAKON" else ""
    return shown | {
        "membership_id": kpj(held.membership_key),
        "nik": known,
        "home_region": home,
        "project_no": project,
        "office_code": "K01",
    }


def lines(what: str, rows: Iterable[Any]) -> Lines:
    """The rows of an extract as text, by the names of its fields."""
    found = []
    for row in rows:
        if isinstance(row, Membership):
            found.append(enrolment(row))
            continue
        shown = {f.name: text(getattr(row, f.name)) for f in fields(row)}
        if isinstance(row, Payment):
            shown["membership_id"] = kpj(int(shown.pop("membership_key")))
        if what == "loans":
            shown["contract_no"] = f"AKAD{shown.pop('contract_key')}"
            person = shown.pop("person_id")
            shown["nik"] = nik(int(person)) if person and int(person) < 1000 else ""
        if what == "workforce":
            shown["region_scheme"] = "kemendagri_2025"
        found.append(shown)
    return found


def written(rows: Lines, *, separator: str = ",") -> str:
    """A delimited text with a header."""
    out = StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=separator, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def land(root: Path, month: date, files: dict[str, str | bytes]) -> None:
    """Files of a month by `<extract>/<name>`, and the manifest."""
    folder = root / "landing" / product.name(month)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    write_manifest(folder, product.name(month), synthetic=True)


def files_of(nation: Nation, month: date) -> dict[str, str | bytes]:
    """One file per extract with rows."""
    found: dict[str, str | bytes] = {}
    for what, extract in product.EXTRACTS.items():
        rows = lines(what, getattr(nation.of(month), what) or ())
        if rows:
            found[f"{extract}/{extract}.csv"] = written(rows)
    return found


def ingest(root: Path, held: Warehouse, month: date) -> None:
    delivery = read_delivery(root / "landing", product.name(month))
    for extract in product.EXTRACTS.values():
        ingest_month(BY_NAME[extract], delivery, held, KEY)


def quality(held: Warehouse, month: date) -> list[Row]:
    build_data_quality(held, product.name(month))
    rows = product.read(held, month, "data_quality")
    assert rows is not None
    return rows


ROWS = {
    "memberships": Membership, "employers": Employer, "workforce": SurveyCell, "contributions": Payment, "loans": Loan,
    "regulations": Regulation, "activities": Activity, "targets": Target,
}  # fmt: skip


def accepted(held: Warehouse, months: Iterable[date]) -> Nation:
    """The accepted rows of the product, for the reference; an extract without any file was not delivered."""
    found = {}
    for month in months:
        delivery: dict[str, Any] = {}
        for what, kind in ROWS.items():
            table = stored_table(BY_NAME[product.EXTRACTS[what]]).name
            if held.month_metadata(table, product.name(month))["report"]["files"]:
                rows = pl.read_parquet(held.files(table, product.name(month))).to_dicts()
                delivery[what] = tuple(kind(**{f.name: row[f.name] for f in fields(kind)}) for row in rows)
        found[month] = Delivery(**delivery)
    return Nation(found)
