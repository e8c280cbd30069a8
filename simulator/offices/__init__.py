"""Offices: which rows each delivers, in which style and file format. No errors: these are in `defects`."""
