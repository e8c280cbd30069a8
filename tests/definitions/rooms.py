"""The rooms of the code and the imports between them, as docs/images/rooms.svg shows them.

Belongs here: which modules are one room, its position in the picture, and the drawing. Not: what a room is for (docs/code.md).

`python -m tests.definitions.rooms` writes the picture again.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "docs" / "images" / "rooms.svg"
WIDTH, HEIGHT, ACROSS, DOWN = 186, 36, 226, 60

# Room: the start of its modules' names, the longest that fits counts; column and row in the picture. A room imports only rooms after it.
ROOMS: dict[str, tuple[tuple[str, ...], tuple[float, float]]] = {
    "pipelines/cli": (("pipelines.cli", "pipelines.dictionary"), (0, 0)),
    "pipelines": (("pipelines",), (1, 0)),
    "assets/release": (("assets.release",), (1, 1)),
    "assets/plausibility": (("assets.plausibility",), (1, 2)),
    "assets/coverage": (("assets.coverage",), (1, 3)),
    "assets/registers": (("assets.registers",), (1, 4)),
    "assets/ingest": (("assets.ingest",), (1, 5)),
    "assets: Dagster": (
        ("assets.resources", "assets.checks", "assets.check_docs", "assets.partitions", "assets.months_in_run"),
        (1, 6),
    ),
    "assets/warehouse": (("assets.warehouse",), (1, 7)),
    "assets/engines": (("assets.engines",), (1, 8)),
    "assets: shared": (("assets",), (1, 9)),
    "simulator": (("simulator",), (0, 1)),
    "schemas": (("schemas",), (0, 9)),
}


def room(module: str) -> str | None:
    """The room of a module; None for a module of none of them."""
    found = [
        (len(start), name)
        for name, (starts, _) in ROOMS.items()
        for start in starts
        if f"{module}.".startswith(f"{start}.")
    ]
    return max(found)[1] if found else None


def arrows() -> set[tuple[str, str]]:
    """Every import between two rooms."""
    found = set()
    for top in ("pipelines", "assets", "schemas", "simulator"):
        for path in sorted((ROOT / top).rglob("*.py")):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            found |= {(room(module), room(name)) for name in imported(ast.parse(path.read_text(encoding="utf-8")))}
    return {(one, other) for one, other in found if one and other and one != other}


def imported(tree: ast.Module) -> Iterator[str]:
    """The modules and names that a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def shown(found: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """The arrows that no longer way replaces."""

    def reach(start: str, without: tuple[str, str]) -> set[str]:
        seen, waiting = set(), [start]
        while waiting:
            here = waiting.pop()
            following = {b for a, b in found if a == here and (a, b) != without} - seen
            seen |= following
            waiting += following
        return seen

    return sorted(arrow for arrow in found if arrow[1] not in reach(arrow[0], arrow))


def picture(found: set[tuple[str, str]]) -> str:
    """The rooms as boxes, an arrow from the importing to the imported room."""
    columns, rows = (max(at[axis] for _, at in ROOMS.values()) for axis in (0, 1))
    width, height = columns * ACROSS + WIDTH + 8, rows * DOWN + HEIGHT + 8
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" font-family="sans-serif" font-size="14">',
        '<defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="#124e78"/></marker></defs>',
    ]
    for one, other in shown(found):
        (x, y), (to_x, to_y) = middle(one), middle(other)
        if to_y == y:
            side = WIDTH / 2 if to_x > x else -WIDTH / 2
            ends = (x + side, y, to_x - side, to_y)
        else:
            ends = (x, y + HEIGHT / 2, to_x, to_y - HEIGHT / 2)
        line = ' x1="{:g}" y1="{:g}" x2="{:g}" y2="{:g}"'.format(*ends)
        parts.append(f'<line{line} stroke="#124e78" stroke-width="1.5" marker-end="url(#head)"/>')
    for name in ROOMS:
        x, y = middle(name)
        box = f'x="{x - WIDTH / 2:g}" y="{y - HEIGHT / 2:g}" width="{WIDTH}" height="{HEIGHT}"'
        parts.append(f'<rect {box} rx="6" fill="#e6eef3" stroke="#124e78"/>')
        parts.append(f'<text x="{x:g}" y="{y + 5:g}" text-anchor="middle" fill="#111">{name}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def middle(name: str) -> tuple[float, float]:
    """The middle of a room's box."""
    _, (column, row) = ROOMS[name]
    return column * ACROSS + WIDTH / 2 + 4, row * DOWN + HEIGHT / 2 + 4


if __name__ == "__main__":
    PICTURE.write_text(picture(arrows()), encoding="utf-8")
