"""Rows of the extracts that no office delivers, before any error is planted. Their files are in `delivery`."""
