"""A release in PostgreSQL: loaded beside what stands there, then switched to in one transaction.

Belongs here: where the server is (`address`), what is made of the release (`relations`), and in which order, so that no
reader ever sees a mixture (`loading`). Not: what a release holds; its own `coverage.duckdb` says that.
"""
