"""Benchmarks: time and memory of the product beside a baseline that only parses the same files, in one run.

Not here: tests. No test measures time.
"""
