"""Planted errors: what each is, where it goes, and the damaged rows."""
