"""Priorities: the provinces with the most unprotected workers, and the measures available there."""

from assets.release.findings.gap import concentration
from assets.release.findings.reader import Fixed, Query, ReleaseReader
from assets.release.report.language import phrase
from assets.release.report.naming import province
from assets.release.report.section import Section
from assets.release.report.tables import Column, Table, table

_SHOWN = {"informal": 12, "formal": 8}
_FORMS = {
    "gap_persons": "n",
    "coverage_ratio": "p1",
    "national_effect": "pp",
    "affordable_workers": "n",
    "unprotected_debtors": "n",
    "unenrolled_employers": "n",
    "outreach_activities": "n",
}
_OF = {
    "informal": ("affordable_workers", "unprotected_debtors", "outreach_activities"),
    "formal": ("unenrolled_employers", "outreach_activities"),
}


def priorities(reader: ReleaseReader) -> Section:
    """Two ranked lists: informal and formal."""
    tables = tuple(_table(reader, segment, most) for segment, most in _SHOWN.items())
    found = concentration(reader)
    names = {
        name: province(row.keys["region_code"], reader)
        for name, row in zip(("one", "two", "three"), found.first, strict=False)
    }
    title = phrase("priorities.title_withheld" if found.share.is_withheld else "priorities.title_none")
    if len(names) == 3:
        title = phrase(
            "priorities.title" if found.share.value is not None else "priorities.title_shown",
            **names,
            share=found.share,
        )
    return Section(
        "priorities", title, phrase("priorities.lead"), "priorities", (), tables, (phrase("priorities.note"),)
    )


def _table(reader: ReleaseReader, segment: str, most: int) -> Table:
    names = ("priority_rank", "gap_persons", "coverage_ratio", "national_effect", *_OF[segment])
    fixed: Fixed = {"month": reader.month, "region_level": "province", "segment": segment}
    query = Query(
        "priorities", fixed, ("region_code",), {name: name for name in names}, order="priority_rank", limit=most
    )
    rows = reader.rows(query)
    full = max([row.value("gap_persons") or 0 for row in rows], default=0)
    key = Column("region_code", phrase("page.province"), named=lambda code: province(code, reader))
    figures = [
        Column(
            name, phrase(f"priorities.{name}"), _FORMS.get(name, "n"), bar=float(full) if name == "gap_persons" else 0
        )
        for name in names
    ]
    return table(reader, f"priorities_{segment}", query, (figures[0], key, *figures[1:]), "region_code", is_open=True)
