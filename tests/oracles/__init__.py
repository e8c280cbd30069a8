"""Independent readers: small programs that read a release with the library of a standard, in a separate environment.

Belongs here: reading, and returning the values as text. Not: any expectation; the tests compare. Each is run by
`.venv-oracles/bin/python`, imports nothing of the project, and writes what it read to a folder.
"""
