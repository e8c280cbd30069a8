"""The declaration of a table as SQL comments, one line per field.

Belongs here: texts derived from declarations. Not here: the declarations (`tables`), pandera schemas (`contracts`).
"""

from schemas.indicators import lookup
from schemas.tables import Field, Table


def comments(table: Table, name: str | None = None) -> list[str]:
    """COMMENT statements for the table and its columns; `name` where it is stored under another name."""
    target = name or table.name
    lines = [f"COMMENT ON TABLE {target} IS {_quoted(f'{table.description}. Grain: {table.grain}.')}"]
    comments = ((field.name, _quoted(described(field, table.name))) for field in table.fields)
    return lines + [f"COMMENT ON COLUMN {target}.{name} IS {text}" for name, text in comments]


def described(field: Field, table: str = "") -> str:
    """A line about the field: its meaning, unit and source; for an indicator of the table also its formula and source."""
    unit = f" [{field.unit}]" if field.unit != "-" else ""
    source = f" ({field.source})" if field.source else ""
    indicator = lookup(field.name, table)
    formula = f". Formula: {indicator.formula}; source: {indicator.source}" if indicator else ""
    return f"{field.meaning}{unit}{source}{formula}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
