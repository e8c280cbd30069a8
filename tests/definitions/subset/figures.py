"""Breaches of the rules of numbers: divisions, sums, casts. Not: the shape of a query (`shape`), words of a rule."""

import re
from collections.abc import Iterator

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from tests.definitions.subset.numbers import DATE, DECIMAL, DOUBLE, WHOLE, number
from tests.definitions.subset.reading import Text
from tests.definitions.subset.words import TYPES

_WHOLE_TYPES = (exp.DType.BIGINT, exp.DType.INT, exp.DType.SMALLINT)
_BRANCHING = (exp.Paren, exp.Case, exp.If, exp.Coalesce, exp.Nullif, exp.Window)
_ADDING = (exp.Paren, exp.Case, exp.If, exp.Coalesce, exp.Greatest, exp.Least, exp.Add, exp.Sub, exp.Mul)
_COMPARING = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.Is)


def divisions(text: Text) -> Iterator[exp.Expr]:
    """Neither side is visibly a double, nor both whole numbers."""
    for division in text.tree.find_all(exp.Div):
        sides = number(text, division.this), number(text, division.expression)
        if DOUBLE not in sides and sides != (WHOLE, WHOLE):
            yield division


def divisors(text: Text) -> Iterator[exp.Expr]:
    """Divisors that may be zero, as far as the text shows."""
    yield from (division for division in text.tree.find_all(exp.Div) if not _is_never_zero(division.expression))


def _is_never_zero(node: exp.Expr) -> bool:
    if isinstance(node, (exp.Paren, exp.Cast)):
        return _is_never_zero(node.this)
    if isinstance(node, exp.Literal):
        return not node.is_string and float(node.name) != 0
    if isinstance(node, exp.Case):
        given = [branch.args["true"] for branch in node.args["ifs"]]
        return all(_is_never_zero(part) for part in [*given, *filter(None, [node.args.get("default")])])
    return isinstance(node, exp.Nullif) and isinstance(node.expression, exp.Literal) and node.expression.name == "0"


def bare_sums(text: Text) -> Iterator[exp.Expr]:
    """Sums that are not within a cast or a comparison, alone or as a branch."""
    for total in text.tree.find_all(exp.Sum):
        outer = _enclosing(total, _BRANCHING)
        if not isinstance(outer, _COMPARING) and not (
            isinstance(outer, exp.Cast) and number(text, outer) in (WHOLE, DECIMAL, DOUBLE)
        ):
            yield total


def sums_of_doubles(text: Text) -> Iterator[exp.Expr]:
    yield from (total for total in text.tree.find_all(exp.Sum) if number(text, total.this) == DOUBLE)


def short_casts(text: Text) -> Iterator[Token]:
    yield from (token for token in text.tokens if token.token_type is TokenType.DCOLON)


def types(text: Text) -> Iterator[exp.Expr]:
    """Types that are not of the subset, or DECIMAL without its digits."""
    for kind in text.tree.find_all(exp.DataType):
        written = re.sub(r"^DECIMAL\(\d+,\d+\)$", "DECIMAL(p,s)", kind.meta.get("written", ""))
        if written.replace("(p,s)", "") not in TYPES or written == "DECIMAL":
            yield kind


def fractions_to_whole(text: Text) -> Iterator[exp.Expr]:
    """Casts of what is visibly a fraction to whole numbers, text or decimals."""
    for cast in text.tree.find_all(exp.Cast):
        kind = number(text, cast.this)
        if cast.to.this in (*_WHOLE_TYPES, exp.DType.TEXT) and kind in (DOUBLE, DECIMAL):
            yield cast
        if cast.to.this is exp.DType.DECIMAL and kind == DOUBLE:
            yield cast


def bare_floors(text: Text) -> Iterator[exp.Expr]:
    for floor in text.tree.find_all(exp.Floor, exp.Ceil):
        outer = _enclosing(floor, _ADDING)
        if not (isinstance(outer, exp.Cast) and outer.to.this in _WHOLE_TYPES):
            yield floor


def date_arithmetic(text: Text) -> Iterator[exp.Expr]:
    for sum_ in text.tree.find_all(exp.Add, exp.Sub):
        if DATE in (number(text, sum_.this), number(text, sum_.expression)):
            yield sum_


def bare_date_parts(text: Text) -> Iterator[exp.Expr]:
    for part in text.tree.find_all(exp.Year, exp.Month):
        if not (isinstance(part.parent, exp.Cast) and part.parent.to.this is exp.DType.INT):
            yield part


def _enclosing(node: exp.Expr, through: tuple[type[exp.Expr], ...]) -> exp.Expr | None:
    """The first that takes the value up, past those that hand it on."""
    outer = node.parent
    while isinstance(outer, through):
        outer = outer.parent
    return outer
