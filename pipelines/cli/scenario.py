"""The command `cakupan scenario`: coverage in a target month under the assumptions of a file.

Belongs here: its arguments, the figures of the release that it needs, and what it prints. Not: the formulas
(`assets.release.scenario`).
"""

from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated

import typer

from assets.errors import CakupanError
from pipelines.cli.arguments import EditionName, Releases, edition_folder

if TYPE_CHECKING:
    import duckdb

    from assets.release.scenario.projection import Cell, Observed, Projection

_MONTHS = 12
_NATION = "Indonesia"
_HEADS = (
    "province",
    "segment",
    "now",
    "low",
    "central",
    "high",
    "persons_now",
    "persons_low",
    "persons_central",
    "persons_high",
)
_PREMIUM = "SELECT premium_idr FROM regional_programmes WHERE month = $month AND region_code = 'ID'"
_NOW = """SELECT region_code, segment, protected_persons, denominator_persons FROM coverage_headline
WHERE month = $month AND geography_level = 'province' AND segment IN ('formal', 'informal') AND denominator_persons > 0"""
_CHANGES = """SELECT province_code, segment, opening_persons, entered_persons + re_entered_persons,
    became_unpaid_persons + left_ended_persons + left_absent_persons FROM flows
WHERE availability = 'available' AND segment IN ('formal', 'informal') AND month <= $month
    AND month > $month - INTERVAL 12 MONTH"""


def scenario(
    file: Annotated[Path, typer.Argument(help="The assumptions, TOML: see docs/scenario.md.", dir_okay=False)],
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV: every province, with every digit.")] = False,
    edition: EditionName = "internal",
    releases: Releases = None,
) -> None:
    """Project coverage to a target month: entry and exit rates, campaigns and budgets of a file, with a range."""
    from assets.release.scenario.assumptions import read_scenario
    from assets.release.scenario.projection import project
    from pipelines.cli.query.connection import open_release, release_folder
    from schemas.months import first_day, month_number

    with open_release(release_folder(edition_folder(releases, edition))) as con:
        names = dict(con.execute("SELECT code, name FROM code_names WHERE list_name = 'provinces'").fetchall())
        asked = read_scenario(file, names)
        month = con.execute("SELECT max(month) FROM coverage").fetchall()[0][0]
        ahead = month_number(first_day(asked.target_month)) - month_number(month)
        if ahead < 1:
            raise CakupanError(
                f"{file.name}: target_month: a month after {month:%Y-%m}, that of the release, is needed"
            )
        premium = con.execute(_PREMIUM, {"month": month}).fetchall()
        observed = _observed(con, month)
    if any(each.budget_idr for each in asked.assumptions) and not (premium and premium[0][0]):
        raise CakupanError(
            f"{file.name}: budget_idr: the release has no regional_programmes for {month:%Y-%m}, so no premium"
        )
    projected = project(observed, asked.assumptions, ahead, premium[0][0] if premium and premium[0][0] else 1)
    chosen = {each.province for each in asked.assumptions}
    rows = list(_rows(projected, names, chosen if not csv else set(names)))
    seen = max(len(each.months) for each in observed.values())
    title = f"Coverage by residence in {month:%Y-%m}, and in {asked.target_month} under the assumptions"
    _print(rows, f"{title} (observed months: {seen})", csv=csv)


def _observed(con: "duckdb.DuckDBPyConnection", month: object) -> "dict[Cell, Observed]":
    """The cells whose figures are all shown. Raises CakupanError if there are none."""
    from assets.release.scenario.projection import Observed

    changes: dict[Cell, list[tuple[int, int, int]]] = {}
    for province, segment, *counts in con.execute(_CHANGES, {"month": month}).fetchall():
        if None not in counts:
            changes.setdefault((province, segment), []).append(tuple(counts))
    cells = con.execute(_NOW, {"month": month}).fetchall()
    found = {
        (province, segment): Observed(protected, potential, tuple(changes.get((province, segment), ())))
        for province, segment, protected, potential in cells
        if protected is not None
    }
    if not found or not changes:
        raise CakupanError(
            "the release has no flows of provinces: run at least two consecutive months, and use --edition internal"
        )
    return found


def _rows(
    projected: "dict[Cell, Projection]", names: dict[str, str], provinces: set[str]
) -> "list[tuple[object, ...]]":
    """The nation by segment, then each of the provinces by segment."""
    from assets.release.scenario.projection import total

    rows: list[tuple[object, ...]] = []
    for code in (_NATION, *sorted(provinces & {province for province, _ in projected})):
        parts = {cell: each for cell, each in projected.items() if code in (_NATION, cell[0])}
        for segment in ("formal", "informal", "all"):
            found = [each for cell, each in parts.items() if segment in ("all", cell[1])]
            if found:
                whole = total(found)
                rows.append((names.get(code, code), segment, *whole.ratios(), whole.protected, *whole.projected))
    return rows


def _print(rows: "list[tuple[object, ...]]", title: str, *, csv: bool) -> None:
    """Percent and persons as a table, or every digit as CSV."""
    from pipelines.cli.printing import print_wrapped
    from pipelines.cli.query.screen import table

    if csv:
        for row in (_HEADS, *rows):
            typer.echo(",".join("" if cell is None else str(cell) for cell in row))
        return
    shown = [(*row[:2], *(_percent(ratio) for ratio in row[2:6]), f"{row[8]:,.0f}") for row in rows]
    print_wrapped(title, "", "")
    typer.echo()
    heads = (*_HEADS[:6], "persons")
    for line in table(heads, shown, get_terminal_size().columns, right=heads[2:]):
        typer.echo(line)
    typer.echo("\nlow, central, high: range of the rates; persons: protected, central.")
    typer.echo("Every province: --csv. The formulas: docs/scenario.md.")


def _percent(ratio: object) -> str:
    return f"{100 * ratio:.1f} %" if isinstance(ratio, float) else "–"
