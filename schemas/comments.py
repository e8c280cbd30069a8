"""What people and databases read of a table's declaration: SQL comments, one line for each field.

Belongs here: pure projections to text. Not: the declarations themselves, the pandera schema (`contracts`), or where the results
are written.
"""

from schemas.indicators import lookup
from schemas.tables import Field, Table


def comments(table: Table, name: str | None = None) -> list[str]:
    """COMMENT statements for the table and its columns; `name` where it is stored under another name."""
    target = name or table.name
    lines = [f"COMMENT ON TABLE {target} IS {_quoted(f'{table.description}. Grain: {table.grain}.')}"]
    told = ((field.name, _quoted(described(field, table.name))) for field in table.fields)
    return lines + [f"COMMENT ON COLUMN {target}.{name} IS {text}" for name, text in told]


def described(field: Field, table: str = "") -> str:
    """One line on a field: what it is, its unit, its source; of an indicator of the table, its formula and source too."""
    unit = f" [{field.unit}]" if field.unit != "-" else ""
    source = f" ({field.source})" if field.source else ""
    indicator = lookup(field.name, table)
    formula = f". Formula: {indicator.formula}; source: {indicator.source}" if indicator else ""
    return f"{field.meaning}{unit}{source}{formula}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
