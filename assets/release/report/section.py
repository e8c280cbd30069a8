"""What a section of the page is made of, whatever its question.

Belongs here: the parts and the sentence for a table that the month does not have. Not: any question (`sections/`).
"""

from dataclasses import dataclass

from assets.release.findings.reader import ReleaseReader
from assets.release.report.charts import Chart
from assets.release.report.language import Bilingual, phrase
from assets.release.report.naming import translated
from assets.release.report.tables import Table


@dataclass(frozen=True)
class Section:
    """A question answered: the finding as title, how to read it, its charts, its tables, and the file they come from."""

    name: str
    title: Bilingual
    lead: Bilingual
    origin: str
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[Bilingual, ...] = ()
    is_absent: bool = False

    @property
    def topic(self) -> Bilingual:
        """The short name of the section."""
        return phrase(f"{self.name}.topic")


def absent_section(name: str, origin: str, reader: ReleaseReader) -> Section | None:
    """The section of a table that has nothing for the month, with the reason; None where it has."""
    reason = reader.absent(origin)
    if reason is None:
        return None
    lead = phrase("page.absent_because", reason=translated(reason)) if reason else phrase("page.absent_empty")
    title = phrase("page.absent", topic=phrase(f"{name}.topic"), month=reader.month)
    return Section(name, title, lead, origin, is_absent=True)
