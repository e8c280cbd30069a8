"""Readers: convert a delivered file of any accepted format to batches of rows.

Belongs here: text, workbooks, Parquet, and the first and last row of a table. Not here: the meaning of a cell (`columns`).
"""
