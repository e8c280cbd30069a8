"""Readers: the bytes of a delivered file become batches of rows, whatever its format.

Belongs here: text, workbooks, Parquet, and where a table begins and ends in them. Not here: the meaning of a cell (`columns`).
"""
