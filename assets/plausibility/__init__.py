"""A delivery judged as a whole: what it is like, compared with limits and with the months before.

Belongs here: measures, findings, and which of them hold a release. Not: rules of single rows (`schemas`), the stop
itself (`assets/release`).
"""
