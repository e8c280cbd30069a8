"""Contributions: what the law requires, what is paid and when, and the true compliance."""
