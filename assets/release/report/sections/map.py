"""Coverage by province on a grid of 38 equal tiles: by residence or place of registration, for all, formal and informal.

Belongs here: the tiles, their classes and the finding. The places of the tiles come from the list `provinces`.
"""

from dataclasses import dataclass
from itertools import pairwise

from assets.release.findings import coverage
from assets.release.findings.coverage import NATION
from assets.release.findings.source import Ask, Fixed, Row, Source
from assets.release.findings.totals import One
from assets.release.report.language import LANGUAGES, Both, both, percent, say
from assets.release.report.naming import province
from assets.release.report.section import Section
from assets.release.report.tables import Column, Table, table

BASES, SEGMENTS = ("home", "work"), ("all", "formal", "informal")
CLASSES = (0.2, 0.4, 0.6, 0.8, 1.0)  # upper ends; from 100 % on a class of its own
_SULAWESI = "71"  # from here eastwards the tiles stand in a second block on a phone
_BLOCK = 8, 9  # columns to the left, rows down


@dataclass(frozen=True)
class Tile:
    """A province: where it stands, its class, its row of figures."""

    code: str
    short: str
    name: Both
    place: str
    shade: str
    row: Row


@dataclass(frozen=True)
class Panel:
    """One map: basis, segment, the condition its tiles share, the tiles."""

    basis: str
    segment: str
    ask: Ask
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Map(Section):
    """A section whose picture is the page's own grid of tiles."""

    panels: tuple[Panel, ...] = ()


def map_(source: Source) -> Map:
    """The maps, the finding of the first, and the table of all provinces."""
    panels = tuple(_panel(source, basis, segment) for basis in BASES for segment in SEGMENTS)
    return Map("map", _title(source), say("map.lead"), "coverage", (), (_table(source),), _notes(panels), panels=panels)


def _title(source: Source) -> Both:
    found = coverage.provinces(source)
    if not found.ranked:
        return say("map.title_unknown" if found.is_whole else "map.title_withheld")
    high, low = found.ranked[0], found.ranked[-1]
    form = "title_no_nation" if found.below.value is None else "title" if found.is_whole else "title_of_shown"
    return say(f"map.{form}", high=province(high.keys["region_code"], source), high_ratio=high["coverage_ratio"],
               low=province(low.keys["region_code"], source), low_ratio=low["coverage_ratio"], below=found.below,
               shown=found.shown)  # fmt: skip


def _panel(source: Source, basis: str, segment: str) -> Panel:
    fixed: Fixed = {"month": source.month, **NATION, "geography_basis": basis, "geography_level": "province", "segment": segment,
             "denominator_id": "potential"}  # fmt: skip
    del fixed["region_code"]
    ask = Ask("coverage", fixed, ("region_code",), {"coverage_ratio": "coverage_ratio"})
    found = {row.keys["region_code"]: row for row in source.rows(ask)}
    listed = source.list("SELECT code, iso_3166_2, tile_col::INT, tile_row::INT FROM provinces ORDER BY code")
    tiles = tuple(
        Tile(code, iso[3:], province(code, source), _place(code, col, row), _shade(found[code]), found[code])
        for code, iso, col, row in listed
        if code in found
    )
    return Panel(basis, segment, ask, tiles)


def _place(code: str, col: int, row: int) -> str:
    left, down = _BLOCK if code >= _SULAWESI else (0, 0)
    return f"--c:{col + 1};--r:{row + 1};--sc:{col + 1 - left};--sr:{row + 1 + down}"


def _shade(row: Row) -> str:
    ratio = row.value("coverage_ratio")
    if ratio is None:
        return "withheld" if row["coverage_ratio"].is_withheld else "none"
    return f"k{sum(ratio >= end for end in CLASSES)}"


def _notes(panels: tuple[Panel, ...]) -> tuple[Both, ...]:
    above = [tile for panel in panels if panel.basis == "work" and panel.segment == "all" for tile in panel.tiles
             if tile.shade == f"k{len(CLASSES)}"]  # fmt: skip
    notes = tuple(say("map.above", province=tile.name, ratio=tile.row["coverage_ratio"]) for tile in above)
    return (*notes, say("map.note"))


def _table(source: Source) -> Table:
    fixed: Fixed = {"month": source.month, **NATION, "geography_level": "province", "denominator_id": "potential"}
    del fixed["region_code"]
    one = {segment: f"segment = '{segment}'" for segment in SEGMENTS}
    figures = {
        **{f"{segment}_ratio": One("coverage_ratio", among) for segment, among in one.items()},
        "low": One("ratio_low", one["all"]), "high": One("ratio_high", one["all"]),
        "protected": One("protected_persons", one["all"]), "gap": One("gap_persons", one["all"]),
    }  # fmt: skip
    ask = Ask("coverage", fixed, ("region_code",), figures, grouped=True)
    columns = (
        Column("region_code", say("page.province"), named=lambda code: province(code, source)),
        Column("all_ratio", say("map.all"), "p1", bar=1.0), Column("low", say("page.low"), "p1"),
        Column("high", say("page.high"), "p1"), Column("formal_ratio", say("map.formal"), "p1"),
        Column("informal_ratio", say("map.informal"), "p1"), Column("protected", say("page.protected"), "n"),
        Column("gap", say("page.gap"), "n"),
    )  # fmt: skip
    return table(source, "map", ask, columns, "region_code")


def legend() -> tuple[tuple[str, Both], ...]:
    """Class → what it stands for."""
    spans = enumerate(pairwise((0.0, *CLASSES)))
    named = [
        (f"k{place}", both(*(f"{100 * low:.0f}–{percent(100 * high, language, 0)}" for language in LANGUAGES)))
        for place, (low, high) in spans
    ]
    return (*named, (f"k{len(CLASSES)}", say("map.full")), ("withheld", say("map.withheld")), ("none", say("map.none")))
