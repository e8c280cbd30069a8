"""A section of the page.

Belongs here: its parts, and the section for a table that is not available for the month. Not: any question (`sections/`).
"""

from dataclasses import dataclass

from assets.release.findings.reader import ReleaseReader
from assets.release.report.charts import Chart
from assets.release.report.language import Bilingual, phrase
from assets.release.report.naming import translated
from assets.release.report.tables import Table


@dataclass(frozen=True)
class Section:
    """The answer to a question: the finding as title, a lead, charts, tables, and the table that they come from."""

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
    """The section of a table that is not available for the month, with the reason; None if it is available."""
    reason = reader.absent(origin)
    if reason is None:
        return None
    lead = phrase("page.absent_because", reason=translated(reason)) if reason else phrase("page.absent_empty")
    title = phrase("page.absent", topic=phrase(f"{name}.topic"), month=reader.month)
    return Section(name, title, lead, origin, is_absent=True)
