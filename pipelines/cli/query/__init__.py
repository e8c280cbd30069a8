"""Queries over a release: the connection, the table on the screen, files, the prompt, and named questions.

Belongs here: everything behind `cakupan sql` and `cakupan ask`. It imports DuckDB and no other library of data at import, so
that a query answers at once. Not: the arguments of the commands.
"""
