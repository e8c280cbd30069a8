"""Columns: the texts of a column become values of its field, in the style that all of them share.

Belongs here: one class for each kind of field, the style of a column, damage, units, and columns that qualify others.
Not here: reading a file (`readers`), judging rows (`validation`).
"""
