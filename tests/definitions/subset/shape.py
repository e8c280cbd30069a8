"""Breaches of the rules of the shape of a query: clauses, joins, names, functions. Not: numbers (`figures`), words of a rule."""

import re
from collections.abc import Callable, Iterable, Iterator

from sqlglot import exp
from sqlglot.tokenizer_core import Token

from tests.definitions.subset.reading import Text, branches
from tests.definitions.subset.words import FUNCTIONS, NODES

Found = Iterable[exp.Expr | Token]


def nodes(*kinds: type[exp.Expr]) -> Callable[[Text], Found]:
    """Refuses the nodes themselves."""
    return lambda text: text.tree.find_all(*kinds)


def stars(text: Text) -> Iterator[exp.Expr]:
    yield from text.tree.find_all(exp.Columns)
    yield from (star for star in text.tree.find_all(exp.Star) if not isinstance(star.parent, exp.Count))


def orders(text: Text) -> Iterator[exp.Expr]:
    yield from (order for order in text.tree.find_all(exp.Order) if not isinstance(order.parent, exp.Window))


def groups(text: Text) -> Iterator[exp.Expr]:
    for group in text.tree.find_all(exp.Group):
        if group.args.get("all") or any(isinstance(key, exp.Literal) for key in group.expressions):
            yield group


def recursions(text: Text) -> Iterator[exp.Expr]:
    yield from (part for part in text.tree.find_all(exp.With) if part.args.get("recursive"))


def distincts(text: Text) -> Iterator[exp.Expr]:
    for distinct in text.tree.find_all(exp.Distinct):
        if distinct.args.get("on") or len(distinct.expressions) > 1:
            yield distinct


def unions(text: Text) -> Iterator[exp.Expr]:
    yield from (union for union in text.tree.find_all(exp.SetOperation) if union.args.get("by_name"))


def joins(text: Text) -> Iterator[exp.Expr]:
    for join in text.tree.find_all(exp.Join):
        how = (join.side, join.kind, bool(join.args.get("on")))
        plain = how in (
            ("", "", True),
            ("", "INNER", True),
            ("LEFT", "", True),
            ("FULL", "OUTER", True),
            ("", "CROSS", False),
        )
        if not plain or join.method or join.args.get("using"):
            yield join


def functions(text: Text) -> Iterator[Token]:
    yield from (call for call in text.calls if call.text.lower() not in FUNCTIONS)


def text_functions(text: Text) -> Iterator[exp.Expr]:
    for part in text.tree.find_all(exp.Substring):
        start = part.args.get("start")
        if not (isinstance(start, exp.Literal) and start.name.isdecimal() and int(start.name) > 0):
            yield part
    yield from (pad for pad in text.tree.find_all(exp.Pad) if not pad.args.get("fill_pattern"))


def names(text: Text) -> Iterator[exp.Expr]:
    yield from (name for name in text.tree.find_all(exp.Identifier) if name.quoted)
    yield from (table for table in text.tree.find_all(exp.Table) if table.db)


def literals(text: Text) -> Iterator[exp.Expr]:
    for literal in text.tree.find_all(exp.Literal):
        if literal.is_string and re.search(r"['\\$]|--", literal.name):
            yield literal


def parameters(text: Text) -> Iterator[exp.Expr]:
    yield from (p for p in text.tree.find_all(exp.Placeholder) if not re.fullmatch(r"[a-z]\w*", str(p.this or "")))


def aliases(text: Text) -> Iterator[exp.Expr]:
    for select in text.tree.find_all(exp.Select):
        named = {p.alias: p.this for p in select.selects if isinstance(p, exp.Alias)}
        for column in select.find_all(exp.Column):
            own = column.find_ancestor(exp.Select) is select and not column.table and column.name in named
            if own and not _reads(named[column.name], column.name):
                yield column


def _reads(aliased: exp.Expr, name: str) -> bool:
    """The alias is computed from a column of the same name: then the name means the column in every clause."""
    return any(part.name == name and not part.table for part in aliased.find_all(exp.Column))


def groupings(text: Text) -> Iterator[exp.Expr]:
    for grouping in text.tree.find_all(exp.Grouping):
        if len(grouping.expressions) != 1 or not isinstance(grouping.parent, exp.EQ):
            yield grouping


def rolled_up(text: Text) -> Iterator[exp.Expr]:
    for select in text.tree.find_all(exp.Select):
        group = select.args.get("group")
        sets = [s.expressions if isinstance(s, exp.Tuple) else [s.unnest()] for g in group.find_all(exp.GroupingSets)
                for s in g.expressions] if group else []  # fmt: skip
        yield from (key for keys in sets for key in keys if not isinstance(key, exp.Column))
        names = [{key.name for key in keys} for keys in sets]
        rolled_up = set().union(*names) - set.intersection(*names) if names else set()
        for column in (c for projection in select.selects for c in projection.find_all(exp.Column)):
            if column.name in rolled_up and not _is_distinguished(column):
                yield column


def _is_distinguished(key: exp.Column) -> bool:
    """The key is in an aggregate, or in a CASE that tests its GROUPING."""
    if key.find_ancestor(exp.AggFunc):  # GROUPING is one to sqlglot
        return True
    case = key.find_ancestor(exp.Case)
    asked = [c.name for branch in case.args["ifs"] for g in branch.this.find_all(exp.Grouping)
             for c in g.find_all(exp.Column)] if case else []  # fmt: skip
    return key.name in asked


def empty_sets(text: Text) -> Iterator[exp.Expr]:
    for sets in text.tree.find_all(exp.GroupingSets):
        select = sets.find_ancestor(exp.Select)
        having = select.args.get("having") if select else None
        if not having or having.this.sql(comments=False) != "COUNT(*) > 0":
            yield from (keys for keys in sets.expressions if isinstance(keys, exp.Tuple) and not keys.expressions)


def havings(text: Text) -> Iterator[exp.Expr]:
    for having in text.tree.find_all(exp.Having):
        group = having.parent.args.get("group") if having.parent else None
        if group and group.find(exp.GroupingSets):
            for column in having.find_all(exp.Column):
                aggregate = column.find_ancestor(exp.AggFunc)
                if aggregate is None or isinstance(aggregate, exp.Grouping):
                    yield column


def untyped_nulls(text: Text) -> Iterator[exp.Expr]:
    queries = [text.tree, *(part.this for part in text.tree.find_all(exp.CTE, exp.Subquery))]
    for first in (branches(query)[0] for query in queries if branches(query)):
        yield from (column for column in first.selects if isinstance(column.unalias(), exp.Null))


def windows(text: Text) -> Iterator[exp.Expr]:
    for window in text.tree.find_all(exp.Window):
        order = window.args.get("order")
        if isinstance(window.this, exp.RowNumber) and not order and not window.args.get("alias"):
            yield window
        yield from (key for key in (order.expressions if order else ()) if not key.meta["has_nulls_last"])


def unlisted(text: Text) -> Iterator[exp.Expr]:
    """Nodes, and parts of nodes, that are not on the list."""
    for node in text.tree.walk():
        listed = NODES.get(type(node).__name__)
        if listed is None or any(part not in listed.split() for part, given in node.args.items() if given):
            yield node
