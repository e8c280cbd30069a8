"""The subset of SQL that DuckDB and Spark run alike, and the lint that keeps every `.sql` of the product inside it.

Belongs here: what may be written (`words`), the reader of the syntax tree (`reading`, `numbers`), and the
rules with their reasons and messages (`rules`, `shape`, `figures`). Not: whether two engines agree; a run on both shows
that. `docs/sql-subset.md` shows the rules to the authors of SQL.
"""
