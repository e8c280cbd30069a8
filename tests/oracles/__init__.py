"""Judges from outside: small programs that read a release with a standard's own library, in an environment of their own.

Belongs here: reading, and saying what was read as text. Not: any expectation; the tests compare. Each is run by
`.venv-oracles/bin/python`, imports nothing of the project, and writes what it read to a folder.
"""
