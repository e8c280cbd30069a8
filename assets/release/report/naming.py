"""Names of provinces, and reasons, on the page and in the terminal.

Belongs here: names that need the code lists of the release, and reasons in both languages. No charts: the command reads it.
"""

import re

from assets.release.findings.reader import ReleaseReader
from assets.release.report.language import Bilingual, bilingual, label, texts


def translated(reason: str) -> Bilingual:
    """A reason as the table has it, and in Bahasa Indonesia if its form is known."""
    for form, indonesian in texts()["reasons"].values():
        found = re.fullmatch(form, reason)
        if found:
            extracts = texts()["labels"]["extract"]
            names = {name: extracts.get(text, [text])[0] for name, text in found.groupdict().items()}
            return bilingual(indonesian.format(**names), reason)
    return bilingual(reason, reason)


def province(code: str, reader: ReleaseReader) -> Bilingual:
    """The name of a province or the nation, or the label of an unknown region."""
    if code in texts()["labels"]["region"]:
        return label("region", code)
    name = reader.names["provinces"].get(code, code)
    return bilingual(name, name)
