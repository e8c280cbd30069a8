"""Plain English, checked: the words of the old idiom, headless sentences and long sentences in every text of the project.

Belongs here: how texts are read from files, and the rules. Not: the list of words (`prose.toml`), the test (`test_prose.py`).

`python -m tests.definitions.prose [path …]` lists the findings below the paths; `--lower` lowers the ceilings of `prose.toml`
to the counts of today.
"""
