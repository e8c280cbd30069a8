"""What places and reasons are called on the page and in the terminal.

Belongs here: names that need the release's code lists, and reasons in both languages. No charts: the command reads it.
"""

import re

from assets.release.findings.reader import ReleaseReader
from assets.release.report.language import Bilingual, bilingual, label, texts


def translated(reason: str) -> Bilingual:
    """A reason as the table states it, and in Bahasa Indonesia where its form is known."""
    for form, indonesian in texts()["reasons"].values():
        found = re.fullmatch(form, reason)
        if found:
            extracts = texts()["labels"]["extract"]
            told = {name: extracts.get(text, [text])[0] for name, text in found.groupdict().items()}
            return bilingual(indonesian.format(**told), reason)
    return bilingual(reason, reason)


def province(code: str, reader: ReleaseReader) -> Bilingual:
    """The name of a province, of the nation, or what is said where none is stated."""
    if code in texts()["labels"]["region"]:
        return label("region", code)
    name = reader.names["provinces"].get(code, code)
    return bilingual(name, name)
