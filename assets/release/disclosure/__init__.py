"""Disclosure control: which cells of a release are withheld so that no small count can be computed, and the proof of it."""
