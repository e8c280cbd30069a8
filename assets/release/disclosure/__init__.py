"""Disclosure control: which cells of a release are suppressed so that no small count can be derived, with the proof.

Belongs here: primary and secondary suppression, and their audit. Not here: building the tables of a release.
"""
