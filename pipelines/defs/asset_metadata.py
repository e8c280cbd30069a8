"""The description of each asset in the Dagster UI before the first run, derived from the declarations.

Belongs here: descriptions, owner, tags, columns, where a column comes from. Not: the declarations (`schemas`), what a run
reports (`assets/checks`, `assets/release/ui_metadata`), the texts of checks (`assets/check_docs`).
"""

from collections.abc import Sequence

import dagster as dg

from schemas.comments import described
from schemas.extracts.catalogue import EXTRACTS, OPTIONAL, stored_table
from schemas.indicators import lookup
from schemas.plausibility import JUDGED
from schemas.registers import LINEAGE, MONTH, REGISTERS
from schemas.summaries import SUMMARIES
from schemas.summaries.common import STATE
from schemas.tables import Field, Table

OWNER = "team:cakupan"
TABLES: dict[str, Table] = {
    table.name: table for table in (*map(stored_table, EXTRACTS), *REGISTERS, *SUMMARIES, *JUDGED)
}
_EXTRACT_OF = {stored_table(extract).name: extract.name for extract in EXTRACTS}
_PSEUDONYMS = frozenset(("person_id", "membership_key", "contract_key"))
_OWN = frozenset(field.name for field in (MONTH, *STATE, *LINEAGE))  # each table has its own; they are not carried over


def page(spec: dg.AssetSpec) -> dg.AssetSpec:
    """The asset with its page: of a table, all that is declared of it; of the release, which tables it holds."""
    table = TABLES.get(spec.key.to_user_string())
    if table is None:
        return spec.replace_attributes(owners=[OWNER], tags={"privacy": "published", **spec.tags}, kinds=spec.kinds)
    found = lineage(table, _inputs(spec))
    known: dict[str, object] = {"dagster/column_schema": column_schema(table, found)}
    if found.deps_by_column:
        known["dagster/column_lineage"] = found
    return spec.replace_attributes(
        description=_description(table, spec),
        owners=[OWNER],
        tags=_tags(table),
        kinds=spec.kinds,
        metadata={**spec.metadata, **known},
    )


def column_schema(table: Table, known: dg.TableColumnLineage) -> dg.TableSchema:
    """Every column with type, meaning, unit, source, formula of an indicator, code list, and the inputs it is known to be from.

    The key is not null. The lineage is in the description too, because only Dagster's paid edition draws it.
    """
    columns = [
        dg.TableColumn(
            field.name,
            str(field.dtype).partition("(")[0],
            description=described(field, table.name) + _origin(known.deps_by_column.get(field.name, [])),
            constraints=dg.TableColumnConstraints(nullable=field.name not in table.key),
            tags={"list": field.codes} if field.codes else {},
        )
        for field in table.fields
    ]
    return dg.TableSchema(columns)


def _origin(inputs: Sequence[dg.TableColumnDep]) -> str:
    named = ", ".join(f"`{dep.asset_key.to_user_string()}`" for dep in inputs)
    return f" ← {named}" if named else ""


def lineage(table: Table, inputs: list[Table]) -> dg.TableColumnLineage:
    """Columns that an input has too: the same name is the same quantity in every table (`Field`), so it came from there.

    What SQL computes under a new name is not declared, and nothing is claimed of it.
    """
    found = {field.name: _same(field, inputs) for field in table.fields if field.name not in _OWN}
    return dg.TableColumnLineage({name: deps for name, deps in found.items() if deps})


def _same(field: Field, inputs: list[Table]) -> list[dg.TableColumnDep]:
    return [
        dg.TableColumnDep(asset_key=table.name, column_name=field.name) for table in inputs if field.name in table.names
    ]


def _inputs(spec: dg.AssetSpec) -> list[Table]:
    return [TABLES[name] for dep in spec.deps if (name := dep.asset_key.to_user_string()) in TABLES]


def _description(table: Table, spec: dg.AssetSpec) -> str:
    """Markdown: what it is, grain, key, units, inputs, and who may see it."""
    extract = _EXTRACT_OF.get(table.name)
    units = list(dict.fromkeys(field.unit for field in table.fields if field.unit != "-"))
    built_from = [f"`{dep.asset_key.to_user_string()}`" for dep in spec.deps]
    delivered = f"files in `<month>/{extract}/` of the landing zone"
    parts = {
        "Grain": table.grain,
        "Key": ", ".join(f"`{name}`" for name in table.key),
        "Units": ", ".join(units),
        "Built from": delivered if extract else ", ".join(built_from),
        "Sources": "; ".join(_sources(table)),
        "Who may see it": _PRIVACY[_privacy(table)],
    }
    lines = "\n".join(f"- **{name}**: {text}" for name, text in parts.items() if text)
    return f"{table.description[0].upper()}{table.description[1:]}.\n\n{lines}"


def _sources(table: Table) -> list[str]:
    """Of the indicators where the table has some, else of its fields."""
    indicators = [entry.source for field in table.fields if (entry := lookup(field.name, table.name))]
    sources = indicators or [field.source for field in table.fields if field.source]
    return list(dict.fromkeys(source.strip() for text in sources for source in text.split(";")))


_PRIVACY = {
    "personal": "pseudonymous rows of persons; never released",
    "internal": "no rows of persons; never released as it is",
    "unreleased": "figures before disclosure control; the release has them after it",
}


def _privacy(table: Table) -> str:
    if not _PSEUDONYMS.isdisjoint(table.names):
        return "personal"
    return "unreleased" if table in SUMMARIES else "internal"


def _tags(table: Table) -> dict[str, str]:
    """The tags for filtering the graph."""
    extract = _EXTRACT_OF.get(table.name)
    needed = {"delivery": "optional" if extract in OPTIONAL else "required"} if extract else {}
    return {"privacy": _privacy(table)} | needed
