"""The findings about a release: each is computed once, from the tables of the release.

Belongs here: one module per question, with typed records of cells (a value, withheld, or none), each with its SQL. The
report, the command and the Dagster UI read them and add the sentences. Not: sentences (`report/texts.toml`), charts, any
figure that SQL over the release does not return.
"""
