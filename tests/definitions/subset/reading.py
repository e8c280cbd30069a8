"""A text as the rules read it: its tree, its words, and where a column comes from. Not: any rule."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import sqlglot
from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, traverse_scope
from sqlglot.parsers.duckdb import DuckDBParser
from sqlglot.tokenizer_core import Token, TokenType

from tests.definitions.subset.words import KEYWORDS


class Written(DuckDB):
    """DuckDB's grammar; for types and sort keys, the tree also keeps the word in the text."""

    class Parser(DuckDBParser):
        """Keeps what the tree of sqlglot loses: VARCHAR or STRING, NULLS LAST or not. Reads `$name`, but not `:name`."""

        PLACEHOLDER_PARSERS: ClassVar = {
            mark: parse for mark, parse in DuckDBParser.PLACEHOLDER_PARSERS.items() if mark is not TokenType.COLON
        }

        def _parse_types(self, *args: Any, **kwargs: Any) -> exp.Expr | None:
            first = self._index
            node: exp.Expr | None = super()._parse_types(*args, **kwargs)
            if isinstance(node, exp.DataType):
                node.meta["written"] = "".join(token.text.upper() for token in self._tokens[first : self._index])
            return node

        def _parse_ordered(self, *args: Any, **kwargs: Any) -> exp.Ordered | None:
            node: exp.Ordered | None = super()._parse_ordered(*args, **kwargs)
            if node:
                before = self._tokens[self._index - 2 : self._index]
                node.meta["has_nulls_last"] = [token.text.upper() for token in before] == ["NULLS", "LAST"]
            return node


class NotOneQuery(ValueError):
    """The text is not one query."""


@dataclass(frozen=True)
class Text:
    """One SQL text that is one query.

    Raises:
        NotOneQuery: it cannot be read, or is something else.
    """

    sql: str

    def __post_init__(self) -> None:
        """Parse it now, so that an invalid text fails here."""
        _ = self.tree

    @cached_property
    def tree(self) -> exp.Query:
        try:
            trees = sqlglot.parse(self.sql, dialect=Written)
        except SqlglotError as refused:
            raise NotOneQuery(re.sub(r"\x1b\[\d+m", "", str(refused)).splitlines()[0]) from None
        if len(trees) != 1 or not isinstance(trees[0], (exp.Select, exp.SetOperation)):
            raise NotOneQuery("not one SELECT")
        if any(token.token_type is TokenType.SEMICOLON for token in self.tokens):
            raise NotOneQuery("a semicolon")
        if "/*" in re.sub(r"--[^\n]*|'[^']*'", "", self.sql):
            raise NotOneQuery("a comment in /* */")
        return trees[0]

    @cached_property
    def tokens(self) -> list[Token]:
        return sqlglot.tokenize(self.sql, dialect=Written)

    @cached_property
    def calls(self) -> list[Token]:
        """The names of functions, as written: words before a bracket, except keywords, and types, which follow AS."""
        return [
            word
            for before, word, after in zip(self.tokens, self.tokens[1:], self.tokens[2:], strict=False)
            if after.token_type is TokenType.L_PAREN and before.token_type is not TokenType.ALIAS
            and re.fullmatch(r"[A-Za-z_]\w*", word.text) and word.token_type is not TokenType.STRING
            and word.text.lower() not in KEYWORDS
        ]  # fmt: skip

    @cached_property
    def _scopes(self) -> dict[int, Scope]:
        """Of each column, the scope that it is read in."""
        return {id(column): scope for scope in traverse_scope(self.tree) for column in scope.columns}

    def origins(self, column: exp.Column) -> list[exp.Expr]:
        """The expressions of the column in its WITH or subquery, one per branch of a union; empty for a table."""
        scope = self._scopes.get(id(column))
        sources = scope.sources if scope else {}
        name = column.table or (next(iter(sources)) if len(sources) == 1 else "")
        source = sources.get(name)
        if not isinstance(source, Scope) or not isinstance(source.expression, exp.Query):
            return []
        names = [projection.alias_or_name for projection in source.expression.selects]
        if column.name not in names:
            return []
        return [branch.selects[names.index(column.name)] for branch in branches(source.expression)]


def branches(query: exp.Expr) -> list[exp.Select]:
    """The SELECTs of a union, the first one first; of a SELECT, itself."""
    query = query.unnest()
    if isinstance(query, exp.SetOperation):
        return branches(query.this) + branches(query.expression)
    return [query] if isinstance(query, exp.Select) else []


def line(text: Text, node: exp.Expr | Token) -> int:
    """The line that the node begins in; the tree has lines of names and numbers only, so it is the first line of those inside."""
    starts = [node.start] if isinstance(node, Token) else [p.meta["start"] for p in node.walk() if "start" in p.meta]
    if not starts and isinstance(node, exp.Expr) and node.parent:
        return line(text, node.parent)
    return text.sql.count("\n", 0, min(starts, default=0)) + 1
