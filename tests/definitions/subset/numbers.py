"""The visible type of a value: a double, a whole number, a decimal, a date. Only the text is read, not the tables."""

from sqlglot import exp

from tests.definitions.subset.reading import Text

DOUBLE, WHOLE, DECIMAL, FLOORED, UNKNOWN = "double", "whole", "decimal", "floored", "unknown"
DATE = "date"
_OF_TYPE = {
    exp.DType.DOUBLE: DOUBLE, exp.DType.DECIMAL: DECIMAL, exp.DType.DATE: DATE,
    exp.DType.BIGINT: WHOLE, exp.DType.INT: WHOLE, exp.DType.SMALLINT: WHOLE,
}  # fmt: skip


def number(text: Text, node: exp.Expr | None) -> str:
    """The visible type of the expression; `floored` is a whole value whose type the engines do not share."""
    if isinstance(node, exp.Cast):
        return _OF_TYPE.get(node.to.this, UNKNOWN)
    if isinstance(node, exp.Literal):
        return (
            UNKNOWN
            if node.is_string
            else DOUBLE
            if "e" in node.name.lower()
            else DECIMAL
            if "." in node.name
            else WHOLE
        )
    if isinstance(node, (exp.Div, exp.Sqrt)):
        return DOUBLE
    if isinstance(node, (exp.Count, exp.RowNumber, exp.Length)):
        return WHOLE
    if isinstance(node, (exp.Floor, exp.Ceil)):
        return FLOORED
    if isinstance(node, exp.Column):
        return _widest([number(text, origin) for origin in text.origins(node) if not _is_null(origin)])
    return _widest([number(text, part) for part in _parts(node) if not _is_null(part)])


def _parts(node: exp.Expr | None) -> list[exp.Expr]:
    """The expressions that decide what the number is."""
    if isinstance(node, (exp.Paren, exp.Neg, exp.Abs, exp.Alias, exp.Nullif, exp.Min, exp.Max, exp.Sum, exp.Window)):
        return [node.this]
    if isinstance(node, (exp.Add, exp.Sub, exp.Mul)):
        return [node.this, node.expression]
    if isinstance(node, (exp.Coalesce, exp.Greatest, exp.Least)):
        return [node.this, *node.expressions]
    if isinstance(node, exp.Case):
        return [*(branch.args["true"] for branch in node.args["ifs"]), *filter(None, [node.args.get("default")])]
    return []


def _is_null(node: exp.Expr) -> bool:
    return isinstance(node.unalias(), exp.Null)


def _widest(kinds: list[str]) -> str:
    """A double makes all double. A decimal makes an unknown number fractional: what is not a double is a decimal then."""
    for kind in (DATE, DOUBLE, DECIMAL, UNKNOWN, FLOORED):
        if kind in kinds:
            return kind
    return WHOLE if kinds else UNKNOWN
