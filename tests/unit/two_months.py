"""Two months with their flows, and the equations of an attacker who has both."""

from datetime import date
from itertools import product
from pathlib import Path

import polars as pl

from assets.release.build import read_summaries
from assets.release.protect import protect
from schemas.summaries import SUMMARIES
from schemas.summaries.flows import FLOWS
from tests.unit.attacker import Attacker, Cell, Equation, total
from tests.unit.small_releases import PEOPLE, POLICY, warehouse_of

BEFORE, NOW = date(2024, 12, 1), date(2025, 1, 1)
TABLE = {table.name: table for table in SUMMARIES}
Frames = dict[str, pl.DataFrame]
COUNTS = ("protected_persons", "registered_persons", "memberships", "dual_persons")
KEY = ("month", "geography_basis", "geography_level", "region_code", "segment", "programme", "sex", "age_band")
INFLOWS, OUTFLOWS = [
    [f"{name}_persons" for name in names]
    for names in (
        ("entered", "re_entered", "changed_segment_in", "moved_in", "restated_in"),
        ("became_unpaid", "left_ended", "left_absent", "changed_segment_out", "moved_out", "restated_out"),
    )
]


def month_of(root: Path, people: list[tuple[str, str, str, int]], month: date) -> Frames:
    """A month of every summary table; without the month before there are no flows in it."""
    frames = read_summaries(warehouse_of(root, people), ["2024-12"])
    return {name: frame.with_columns(pl.lit(month).alias("month")) for name, frame in frames.items()}


def people(builders: dict[str, int], more: int) -> list[tuple[str, str, str, int]]:
    grown = [(region, segment, sex, number + more) for region, segment, sex, number in PEOPLE if number > 9]
    return grown + [(region, "JAKON", "M", number) for region, number in builders.items()]


def protected_of(coverage: pl.DataFrame) -> dict[tuple[str, str], int]:
    """Protected residents by province, the nation among them, and segment or group."""
    rows = coverage.filter(
        pl.col("geography_level").is_in(["nation", "province"]), pl.col("geography_basis") == "home",
        pl.col("programme") == "any", pl.col("sex") == "all", pl.col("age_band") == "all",
    )  # fmt: skip
    return {(row["region_code"], row["segment"]): row["protected_persons"] for row in rows.iter_rows(named=True)}


def flows_of(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Flows between two months in which people only come and lapse, at least twenty of each where they are many."""
    opening, closing = protected_of(before), protected_of(now)
    provinces = sorted({province for province, _ in (*opening, *closing)} - {"ID"})
    arrivals, departures = {}, {}
    for province, segment in product(provinces, ("PU", "JAKON", "BPU")):
        first, last = opening.get((province, segment), 0), closing.get((province, segment), 0)
        churn = 20 if first > 40 else 0
        arrivals[province, segment] = max(last - first, 0) + churn
        departures[province, segment] = max(first - last, 0) + churn
    group = {"all": ("PU", "JAKON", "BPU"), "formal": ("PU", "JAKON"), "informal": ("BPU",)}
    rows = []
    for province, segment in product([*provinces, "ID"], ("PU", "JAKON", "BPU", *group)):
        parts = list(product(provinces if province == "ID" else [province], group.get(segment, (segment,))))
        rows.append(
            {
                "month": NOW, "province_code": province, "segment": segment, "availability": "available", "drift": "ok",
                "opening_persons": opening.get((province, segment), 0), "closing_persons": closing.get((province, segment), 0),
                "entered_persons": sum(arrivals[part] for part in parts), "became_unpaid_persons": sum(departures[part] for part in parts),
            }
        )  # fmt: skip
    nothing = dict.fromkeys((field.name for field in FLOWS.fields if field.sensitive), 0)
    rows = [dict.fromkeys(FLOWS.names) | nothing | row for row in rows]
    return pl.DataFrame(rows, schema=FLOWS.storage).sort(FLOWS.key)


def figures(frames: Frames) -> dict[Cell, int | None]:
    shown: dict[Cell, int | None] = {}
    for row in frames["coverage"].iter_rows(named=True):
        shown |= {(count, *(row[name] for name in KEY)): row[count] for count in COUNTS}
    for row in frames["flows"].filter(pl.col("availability") == "available").iter_rows(named=True):
        names = ("opening_persons", "closing_persons", *INFLOWS, *OUTFLOWS)
        shown |= {(count, row["month"], row["province_code"], row["segment"]): row[count] for count in names}
    return shown


def changed(cell: Cell, **values: str) -> Cell:
    return (cell[0], *(values.get(name, value) for name, value in zip(KEY, cell[1:], strict=True)))


def _of_coverage(shown: dict[Cell, int | None]) -> list[Equation]:
    """Each figure with its parts, or with what it is a part of; what is left of a whole becomes a figure nobody sees."""
    parts: dict[tuple[Cell, str], list[Cell]] = {}
    wholes: list[tuple[Cell, Cell]] = []
    for cell in [cell for cell in shown if cell[0] in COUNTS]:
        at = dict(zip(KEY, cell[1:], strict=True))
        group = {"formal": "all", "informal": "all", "PU": "formal", "JAKON": "formal", "BPU": "informal"}
        ups = [
            ("segment", {"segment": group.get(at["segment"], "")}),
            ("sex", {"sex": "all"}),
            ("age", {"age_band": "all"}),
        ]
        upper = {"regency": ("province", at["region_code"][:2]), "province": ("nation", "ID")}.get(
            at["geography_level"]
        )
        if upper:
            ups.append(("region", {"geography_level": upper[0], "region_code": upper[1]}))
        if at["geography_level"] == "province":
            ups.append(("2020", {"geography_level": "province_2020"}))
        for how, change in ups:
            if (up := changed(cell, **change)) in shown and up != cell:
                parts.setdefault((up, how), []).append(cell)
        if cell[0] != "registered_persons" and (up := changed(cell, programme="any")) != cell and up in shown:
            wholes.append((up, cell))
        if cell[0] == "protected_persons":
            inside = ((cell, "dual_persons"), (cell, "registered_persons"), (cell, "memberships"))
            others = [((count, *cell[1:]), count == "dual_persons") for _, count in inside]
            wholes += [(cell, other) if is_part else (other, cell) for other, is_part in others if other in shown]
    equations = [total(up, cells) for (up, _), cells in parts.items()]
    equations += [{cell: 1, home: -1} for cell in list(shown) if cell[0] in COUNTS and cell[2:4] == ("work", "nation")
                  if (home := changed(cell, geography_basis="home")) in shown]  # fmt: skip
    for whole, part in wholes:
        shown["left", whole, part] = None
        equations.append({whole: 1, part: -1, ("left", whole, part): -1})
    return equations


def _of_flows(shown: dict[Cell, int | None]) -> list[Equation]:
    found: list[Equation] = []
    for _, month, place, segment in [cell for cell in shown if cell[0] == "closing_persons"]:
        at = (month, place, segment)
        found.append(
            {("opening_persons", *at): 1, ("closing_persons", *at): -1}
            | {(name, *at): 1 for name in INFLOWS} | {(name, *at): -1 for name in OUTFLOWS}
        )  # fmt: skip
        level = "nation" if place == "ID" else "province"
        for count, then in (("closing_persons", NOW), ("opening_persons", BEFORE)):
            resident = ("protected_persons", then, "home", level, place, segment, "any", "all", "all")
            if resident in shown:
                found.append({(count, *at): 1, resident: -1})
    for name, (whole, of) in product(
        ("opening_persons", "closing_persons", "entered_persons", "became_unpaid_persons"),
        {"all": ("formal", "informal"), "formal": ("PU", "JAKON"), "informal": ("BPU",)}.items(),
    ):
        provinces = {cell[2] for cell in shown if cell[0] == name}
        found += [total((name, NOW, place, whole), [(name, NOW, place, part) for part in of]) for place in provinces]
    for name, segment in product(
        ("opening_persons", "closing_persons", "entered_persons", "became_unpaid_persons"),
        ("PU", "JAKON", "BPU", "formal", "all"),
    ):
        provinces = {cell[2] for cell in shown if cell[0] == name} - {"ID"}
        if provinces:
            found.append(total((name, NOW, "ID", segment), [(name, NOW, place, segment) for place in provinces]))
    return found


def attacker_of(frames: Frames) -> Attacker:
    shown = figures(frames)
    return Attacker(shown, [*_of_coverage(shown), *_of_flows(shown)])


def small_of(frames: Frames) -> list[Cell]:
    """Every count from 1 to 9 of the true tables."""
    return [cell for cell, value in figures(frames).items() if value and value < POLICY.min_count]


def alone(frames: Frames, name: str) -> pl.DataFrame:
    """A table of which only the small counts are withheld."""
    return protect(frames[name], TABLE[name], POLICY)
