"""The release as one Excel workbook in two languages: notes, definitions of the columns, and a sheet per summary table.

Belongs here: rows and columns of the sheets, and their form. Not: new figures, or sentences (`report/texts.toml`).
"""
