"""Columns: convert the texts of a column to values of its field, in the one style that the texts share.

Belongs here: one class per kind of field, the style of a column, damage, units, and columns that qualify others.
Not here: reading a file (`readers`), validating rows (`validation`).
"""
