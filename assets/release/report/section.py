"""What a section of the page is made of, whatever its question.

Belongs here: the parts and the sentence for a table that the month does not have. Not: any question (`sections/`).
"""

import re
from dataclasses import dataclass

from assets.release.findings.source import Source
from assets.release.report.charts import Picture
from assets.release.report.language import Both, both, label, say, texts
from assets.release.report.tables import Table


@dataclass(frozen=True)
class Section:
    """A question answered: the finding as title, how to read it, its charts, its tables, and the file they come from."""

    name: str
    title: Both
    lead: Both
    origin: str
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[Both, ...] = ()
    is_absent: bool = False

    @property
    def topic(self) -> Both:
        """The short name of the section."""
        return say(f"{self.name}.topic")


def absent(name: str, origin: str, source: Source) -> Section | None:
    """The section of a table that has nothing for the month, with the reason; None where it has."""
    reason = source.absent(origin)
    if reason is None:
        return None
    lead = say("page.absent_because", reason=translated(reason)) if reason else say("page.absent_empty")
    title = say("page.absent", topic=say(f"{name}.topic"), month=source.month)
    return Section(name, title, lead, origin, is_absent=True)


def translated(reason: str) -> Both:
    """A reason as the table states it, and in Bahasa Indonesia where its form is known."""
    for form, indonesian in texts()["reasons"].values():
        found = re.fullmatch(form, reason)
        if found:
            extracts = texts()["labels"]["extract"]
            told = {name: extracts.get(text, [text])[0] for name, text in found.groupdict().items()}
            return both(indonesian.format(**told), reason)
    return both(reason, reason)


def province(code: str, source: Source) -> Both:
    """The name of a province, of the nation, or what is said where none is stated."""
    if code in texts()["labels"]["region"]:
        return label("region", code)
    name = source.names["provinces"].get(code, code)
    return both(name, name)
