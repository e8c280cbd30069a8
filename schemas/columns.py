"""The published columns: their names and definitions in two languages, and the codes that they may hold.

Belongs here: the metadata of columns that every export standard needs, from the fields, the indicator registry and the code
lists. Not here: the form of a standard (`assets/release/exports`).
"""

from functools import cache

import polars as pl

from schemas import code_lists
from schemas.indicators import lookup
from schemas.tables import Field, Table
from schemas.texts import Text

JOINED = {"regions": ("provinces", "regencies"), "segments_and_groups": ("segment_groups", "segments")}


def title(field: Field, table: str) -> dict[str, str]:
    """The name of the column by language; English only where the registry has no Indonesian name."""
    indicator = lookup(field.name, table)
    if indicator:
        return {"en": indicator.concept, "id": indicator.concept_id}
    known = _named(field.name, table)
    return {"en": field.name.replace("_", " ")} | ({"id": known["title_id"]} if known else {})


def definition(field: Field, table: str) -> dict[str, str]:
    """The definition of the column by language; English only where the registry has no Indonesian definition."""
    indicator = lookup(field.name, table)
    if indicator:
        return {"en": field.meaning, "id": indicator.definition_id}
    known = _named(field.name, table)
    return {"en": field.meaning} | ({"id": known["definition_id"]} if known else {})


def delivered(field: Field, extract: str) -> Text:
    """The meaning of a field of an extract. Raises KeyError if the list `extract_fields` does not have it."""
    return Text(field.meaning, _extract_fields()[field.name, extract])


def unit(code: str) -> dict[str, str]:
    """The name of a unit by language; a unit that is not in the list keeps its code as name."""
    return {"en": code, "id": _units().get(code) or code}


def code_list(field: Field) -> pl.DataFrame:
    """Every code that the column may hold: `code, name, name_id` (empty where unknown); special codes come first."""
    special = _listed("special_codes").filter(pl.col("code").is_in(field.special))
    return pl.concat([special, listed(field.codes)] if field.codes else [special]).unique("code", maintain_order=True)


def codes_by_list(tables: tuple[Table, ...]) -> dict[str, pl.DataFrame]:
    """List → every code that a column of the tables may hold from it, in alphabetical order of the lists."""
    found: dict[str, list[pl.DataFrame]] = {}
    for field in (field for table in tables for field in table.released().fields if field.codes):
        found.setdefault(str(field.codes), []).append(code_list(field))
    return {name: pl.concat(found[name]).unique("code", maintain_order=True) for name in sorted(found)}


def listed(name: str) -> pl.DataFrame:
    """The codes of a list with their names; some columns combine several lists (`JOINED`)."""
    return pl.concat([_listed(part) for part in JOINED.get(name, (name,))])


@cache
def _listed(name: str) -> pl.DataFrame:
    rows = code_lists.codes(name)
    names = pl.col("name") if "name" in rows.columns else pl.col("code")
    own = "name_id" if "name_id" in rows.columns else "name" if name in JOINED["regions"] else None
    return rows.select("code", name=names, name_id=pl.col(own) if own else pl.lit(None, pl.String)).unique(
        "code", maintain_order=True
    )


@cache
def _units() -> dict[str, str | None]:
    return dict(code_lists.codes("units").select("code", "name_id").iter_rows())


@cache
def _extract_fields() -> dict[tuple[str, str], str]:
    rows = code_lists.codes("extract_fields").select("code", "extracts", "definition_id").iter_rows()
    return {(name, extract): text for name, extracts, text in rows for extract in extracts.split()}


@cache
def _fields() -> dict[tuple[str, str], dict[str, str]]:
    rows = code_lists.codes("fields").fill_null("").iter_rows(named=True)
    return {(row["code"], table): row for row in rows for table in row["tables"].split() or [""]}


def _named(name: str, table: str) -> dict[str, str] | None:
    return _fields().get((name, table)) or _fields().get((name, ""))
