"""The subset of SQL that DuckDB and Spark run alike, and the lint that keeps every `.sql` of the product inside it.

Belongs here: what may be written (`words`), what a reader of the tree must know of a text (`reading`, `numbers`), the
rules with their reasons (`rules`, `rules_of_numbers`) and what the lint says (`lint`). Not: whether two engines agree;
that takes a run on both. `docs/sql-subset.md` shows the rules to whoever writes SQL.
"""
