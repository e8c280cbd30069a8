"""Tables of the page: the cells of the chart, each with its query, and as CSV.

Belongs here: columns, cells as HTML, and a table as CSV. Not: the layout (`template/`).
"""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from assets.release.findings.reader import Cell, Query, ReleaseReader, Row
from assets.release.report.language import Bilingual, bilingual, figure, month, phrase


@dataclass(frozen=True)
class Column:
    """One column: a key, or a figure with its form; `named` returns the label of a code. `bar`: the value of a full bar."""

    name: str
    head: Bilingual
    form: str = ""
    named: Callable[[Any], Bilingual] | None = None
    bar: float = 0


@dataclass(frozen=True)
class Table:
    """Rows under a caption that gives content and unit. `province`: the key that is a province."""

    name: str
    caption: Bilingual
    columns: tuple[Column, ...]
    query: Query
    rows: list[Row]
    province: str = ""
    is_open: bool = False

    @property
    def csv(self) -> str:
        """The rows as data URL: keys and figures as in SQL, and why a figure is withheld."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([*self.query.keys, *self.query.figures, "conf_status"])
        for row in self.rows:
            cells = [row[name] for name in self.query.figures]
            status = next((cell.status for cell in cells if cell.is_withheld), cells[0].status)
            writer.writerow([*row.keys.values(), *(cell.value for cell in cells), status])
        return "data:text/csv;charset=utf-8," + quote(out.getvalue(), safe=",:")


def table(
    reader: ReleaseReader,
    name: str,
    query: Query,
    columns: tuple[Column, ...],
    province: str = "",
    *,
    is_open: bool = False,
) -> Table:
    """A table with the caption `captions.<name>`; `province` names the key that is a province."""
    return Table(
        name, phrase(f"captions.{name}", month=reader.month), columns, query, reader.rows(query), province, is_open
    )


def cell(row: Row, column: Column) -> Markup:
    """One `td` or `th`: a name, a label, or a figure."""
    if not column.form:
        return Markup('<th scope="row">{}</th>').format(_name(column, row.keys[column.name]))
    found = row[column.name]
    if found.value is not None and column.named:
        words = Markup('<td data-col="{}" data-f="w" data-v="{}">{}</td>')
        return words.format(found.expression, found.value, column.named(found.value))
    return figure_cell(found, column.form, full=column.bar)


def figure_cell(found: Cell, form: str, *, where: str = "", full: float = 0, kind: str = "") -> Markup:
    """A `td` with its expression, form and value; `where` selects it in its table, `full` is the value of a full bar."""
    narrowed = Markup(' data-where="{}"').format(where) if where else ""
    text = bilingual(figure(found, form, "id"), figure(found, form, "en"))
    if found.value is None and found.lower_bound is not None:
        least = Markup('<td class="n{}"{} data-col="{}" data-f="{}" data-v="{}" data-least>{}</td>')
        return least.format(kind, narrowed, found.lower_bound.expression, form, found.lower_bound.value, text)
    if found.value is None:
        return Markup('<td class="n{}"{} data-col="{}">{}</td>').format(kind, narrowed, found.expression, _sign(found))
    share = (
        Markup(' style="--bar:{:.1f}"').format(min(100.0, max(0.0, 100 * float(found.value) / full))) if full else ""
    )
    return Markup('<td class="n{}{}"{}{} data-col="{}" data-f="{}" data-v="{}">{}</td>').format(
        " bar" if full else "", kind, share, narrowed, found.expression, form, found.value, text
    )


def tile(row: Row) -> Markup:
    """The ratio on a tile, in percent without its sign."""
    found = row["coverage_ratio"]
    if found.value is None:
        return Markup('<span data-col="{}">{}</span>').format(found.expression, _sign(found))
    text = bilingual(figure(found, "q1", "id"), figure(found, "q1", "en"))
    return Markup('<span data-col="{}" data-f="q1" data-v="{}">{}</span>').format(found.expression, found.value, text)


def _name(column: Column, value: Any) -> Bilingual:  # noqa: ANN401
    if column.named:
        return column.named(value)
    return (
        bilingual(month(value, "id"), month(value, "en"))
        if isinstance(value, date)
        else bilingual(str(value), str(value))
    )


def _sign(found: Cell) -> Markup:
    """A hatched mark with the letter of the reason, or a dash for a missing value; both with text for screen readers."""
    word = phrase("page.withheld_word" if found.is_withheld else "page.none_word")
    if not found.is_withheld:
        return Markup('<span aria-hidden="true">–</span><span class="heard">{}</span>').format(word)
    mark = Markup('<span class="withheld" aria-hidden="true">{}</span><span class="heard">{} ({})</span>')
    return mark.format(found.status, word, found.status)
