"""Rows of the enrolments before any error is planted, and the true flows and retention of their persons."""
