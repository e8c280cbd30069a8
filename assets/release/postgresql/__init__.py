"""A release in PostgreSQL: loaded into a new schema, then published in one transaction.

Belongs here: the address of the server (`address`), the tables (`relations`), loading and the switch (`loading`,
`switching`), so that no reader ever sees parts of two releases. Not: the content of a release, which `coverage.duckdb` holds.
"""
