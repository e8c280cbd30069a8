"""What is stated to people about a release: each finding computed once, from the release's own tables.

Belongs here: one module a question, with small typed records of cells (a value, withheld, or not there), each with the SQL
that gives it again. The report, the command and the Dagster UI read them and add words. Not: words (`report/texts.toml`),
charts, any figure that SQL over the release does not give.
"""
