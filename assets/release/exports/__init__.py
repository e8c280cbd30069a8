"""What official systems load: the release in the shapes of their standards, all drawn from the one registry.

Belongs here: one module a standard, and `write`, which calls them. Each takes the release folder with `parquet/`, `csv/` and
`codes/` written, and writes its files there. Not: figures of their own, or the manifest.
"""
