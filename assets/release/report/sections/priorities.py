"""Priorities: the provinces with most persons still to reach, and what is at hand there."""

from assets.release.findings.gap import concentration
from assets.release.findings.source import Ask, Fixed, Source
from assets.release.report.language import say
from assets.release.report.naming import province
from assets.release.report.section import Section
from assets.release.report.tables import Column, Table, table

_SHOWN = {"informal": 12, "formal": 8}
_FORMS = {
    "gap_persons": "n", "coverage_ratio": "p1", "national_effect": "pp", "affordable_workers": "n", "unprotected_debtors": "n",
    "unenrolled_employers": "n", "outreach_activities": "n",
}  # fmt: skip
_OF = {
    "informal": ("affordable_workers", "unprotected_debtors", "outreach_activities"),
    "formal": ("unenrolled_employers", "outreach_activities"),
}


def priorities(source: Source) -> Section:
    """Two ranked lists: informal and formal."""
    tables = tuple(_table(source, segment, most) for segment, most in _SHOWN.items())
    found = concentration(source)
    names = {name: province(row.keys["region_code"], source)
             for name, row in zip(("one", "two", "three"), found.first, strict=False)}  # fmt: skip
    title = say("priorities.title_withheld" if found.share.is_withheld else "priorities.title_none")
    if len(names) == 3:
        title = say(
            "priorities.title" if found.share.value is not None else "priorities.title_shown",
            **names,
            share=found.share,
        )
    return Section("priorities", title, say("priorities.lead"), "priorities", (), tables, (say("priorities.note"),))


def _table(source: Source, segment: str, most: int) -> Table:
    names = ("priority_rank", "gap_persons", "coverage_ratio", "national_effect", *_OF[segment])
    fixed: Fixed = {"month": source.month, "region_level": "province", "segment": segment}
    ask = Ask("priorities", fixed, ("region_code",), {name: name for name in names}, order="priority_rank", limit=most)
    rows = source.rows(ask)
    full = max([row.value("gap_persons") or 0 for row in rows], default=0)
    key = Column("region_code", say("page.province"), named=lambda code: province(code, source))
    figures = [
        Column(name, say(f"priorities.{name}"), _FORMS.get(name, "n"), bar=float(full) if name == "gap_persons" else 0)
        for name in names
    ]
    return table(source, f"priorities_{segment}", ask, (figures[0], key, *figures[1:]), "region_code", is_open=True)
