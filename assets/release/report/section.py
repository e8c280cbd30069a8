"""What a section of the page is made of, whatever its question.

Belongs here: the parts and the sentence for a table that the month does not have. Not: any question (`sections/`).
"""

from dataclasses import dataclass

from assets.release.findings.source import Source
from assets.release.report.charts import Picture
from assets.release.report.language import Both, say
from assets.release.report.naming import translated
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
