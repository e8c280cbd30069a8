"""The release in the formats of official standards, all generated from the declared tables.

Belongs here: one module per standard, and `write`, which calls them. Each module reads the release folder after `parquet/`,
`csv/` and `codes/` are written, and writes its files there. Not: new figures, or the manifest.
"""
