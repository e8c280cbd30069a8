"""Priorities: the provinces with most persons still to reach, and what is at hand there."""

from assets.release.report.language import say
from assets.release.report.section import Section, province
from assets.release.report.source import Ask, Fixed, Source
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
    first = tables[0].rows[:3]
    if not first or any(row.value("gap_persons") is None for row in first):
        return Section("priorities", say("priorities.title_none"), say("priorities.lead"), "priorities", (), tables)
    share = {"share": "CAST(sum(gap_persons) FILTER (priority_rank <= 3) AS DOUBLE) / nullif(sum(gap_persons), 0)"}
    fixed: Fixed = {"month": source.month, "region_level": "province", "segment": "informal"}
    told = source.total("priorities", share, fixed, also="gap_persons > 0")
    names = {
        name: province(row.keys["region_code"], source)
        for name, row in zip(("one", "two", "three"), first, strict=False)
    }
    title = (
        say("priorities.title", **names, **told.cells)
        if len(names) == len(first) == 3
        else say("priorities.title_none")
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
