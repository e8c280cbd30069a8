"""Coverage by province on a grid of 38 equal tiles: by residence or place of registration, for all, formal and informal.

Belongs here: the tiles, their classes and the finding. The positions of the tiles come from the list `provinces`.
"""

from dataclasses import dataclass
from itertools import pairwise

from assets.release.findings import coverage
from assets.release.findings.coverage import NATION
from assets.release.findings.reader import Fixed, Query, ReleaseReader, Row
from assets.release.findings.totals import SingleRow
from assets.release.report.language import LANGUAGES, Bilingual, bilingual, percent, phrase
from assets.release.report.naming import province
from assets.release.report.section import Section
from assets.release.report.tables import Column, Table, table

BASES, SEGMENTS = ("home", "work"), ("all", "formal", "informal")
CLASSES = (0.2, 0.4, 0.6, 0.8, 1.0)  # upper ends; 100 % and more is a separate class
_SULAWESI = "71"  # on a phone, tiles from here eastwards are in a second block
_BLOCK = 8, 9  # columns to the left, rows down


@dataclass(frozen=True)
class Tile:
    """A province: its position, its class, its row of figures."""

    code: str
    short: str
    name: Bilingual
    position: str
    shade: str
    row: Row


@dataclass(frozen=True)
class Panel:
    """One map: basis, segment, the condition that its tiles share, the tiles."""

    basis: str
    segment: str
    query: Query
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Map(Section):
    """A section whose chart is a grid of tiles in HTML."""

    panels: tuple[Panel, ...] = ()


def map_(reader: ReleaseReader) -> Map:
    """The maps, the finding of the first, and the table of all provinces."""
    panels = tuple(_panel(reader, basis, segment) for basis in BASES for segment in SEGMENTS)
    return Map(
        "map", _title(reader), phrase("map.lead"), "coverage", (), (_table(reader),), _notes(panels), panels=panels
    )


def _title(reader: ReleaseReader) -> Bilingual:
    found = coverage.provinces(reader)
    if not found.ranked:
        return phrase("map.title_unknown" if found.is_whole else "map.title_withheld")
    high, low = found.ranked[0], found.ranked[-1]
    form = "title_no_nation" if found.below.value is None else "title" if found.is_whole else "title_of_shown"
    return phrase(
        f"map.{form}",
        high=province(high.keys["region_code"], reader),
        high_ratio=high["coverage_ratio"],
        low=province(low.keys["region_code"], reader),
        low_ratio=low["coverage_ratio"],
        below=found.below,
        shown=found.shown,
    )


def _panel(reader: ReleaseReader, basis: str, segment: str) -> Panel:
    fixed: Fixed = {
        "month": reader.month,
        **NATION,
        "geography_basis": basis,
        "geography_level": "province",
        "segment": segment,
        "denominator_id": "potential",
    }
    del fixed["region_code"]
    query = Query("coverage", fixed, ("region_code",), {"coverage_ratio": "coverage_ratio"})
    found = {row.keys["region_code"]: row for row in reader.rows(query)}
    listed = reader.list("SELECT code, iso_3166_2, tile_col::INT, tile_row::INT FROM provinces ORDER BY code")
    tiles = tuple(
        Tile(code, iso[3:], province(code, reader), _position(code, col, row), _shade(found[code]), found[code])
        for code, iso, col, row in listed
        if code in found
    )
    return Panel(basis, segment, query, tiles)


def _position(code: str, col: int, row: int) -> str:
    left, down = _BLOCK if code >= _SULAWESI else (0, 0)
    return f"--c:{col + 1};--r:{row + 1};--sc:{col + 1 - left};--sr:{row + 1 + down}"


def _shade(row: Row) -> str:
    ratio = row.value("coverage_ratio")
    if ratio is None:
        return "withheld" if row["coverage_ratio"].is_withheld else "none"
    return f"k{sum(ratio >= end for end in CLASSES)}"


def _notes(panels: tuple[Panel, ...]) -> tuple[Bilingual, ...]:
    above = [
        tile
        for panel in panels
        if panel.basis == "work" and panel.segment == "all"
        for tile in panel.tiles
        if tile.shade == f"k{len(CLASSES)}"
    ]
    notes = tuple(phrase("map.above", province=tile.name, ratio=tile.row["coverage_ratio"]) for tile in above)
    return (*notes, phrase("map.note"))


def _table(reader: ReleaseReader) -> Table:
    fixed: Fixed = {"month": reader.month, **NATION, "geography_level": "province", "denominator_id": "potential"}
    del fixed["region_code"]
    one = {segment: f"segment = '{segment}'" for segment in SEGMENTS}
    figures = {
        **{f"{segment}_ratio": SingleRow("coverage_ratio", among) for segment, among in one.items()},
        "low": SingleRow("ratio_low", one["all"]),
        "high": SingleRow("ratio_high", one["all"]),
        "protected": SingleRow("protected_persons", one["all"]),
        "gap": SingleRow("gap_persons", one["all"]),
    }
    query = Query("coverage", fixed, ("region_code",), figures, grouped=True)
    columns = (
        Column("region_code", phrase("page.province"), named=lambda code: province(code, reader)),
        Column("all_ratio", phrase("map.all"), "p1", bar=1.0),
        Column("low", phrase("page.low"), "p1"),
        Column("high", phrase("page.high"), "p1"),
        Column("formal_ratio", phrase("map.formal"), "p1"),
        Column("informal_ratio", phrase("map.informal"), "p1"),
        Column("protected", phrase("page.protected"), "n"),
        Column("gap", phrase("page.gap"), "n"),
    )
    return table(reader, "map", query, columns, "region_code")


def legend() -> tuple[tuple[str, Bilingual], ...]:
    """Class → its label."""
    spans = enumerate(pairwise((0.0, *CLASSES)))
    named = [
        (f"k{position}", bilingual(*(f"{100 * low:.0f}–{percent(100 * high, language, 0)}" for language in LANGUAGES)))
        for position, (low, high) in spans
    ]
    return (
        *named,
        (f"k{len(CLASSES)}", phrase("map.full")),
        ("withheld", phrase("map.withheld")),
        ("none", phrase("map.none")),
    )
