"""The figures of a page, read back from its markup, and the results of SQL over the release.

Belongs here: a reader of the attributes `data-sql`, `data-from`, `data-where`, `data-col`, `data-f`, `data-v`, and a second
writing of each form, independent of the product's. Not: any expectation of a value.
"""

import math
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb

VOID = {"meta", "input", "link", "br", "img"}
NBSP, MINUS = "\u00a0", "\u2212"


@dataclass
class Figure:
    """One figure: the table and condition, or a whole query; form, machine value, and the text in each language."""

    table: str
    where: str
    expression: str
    form: str | None
    value: str | None
    is_least: bool = False
    text: dict[str, str] = field(default_factory=lambda: {"id": "", "en": ""})

    @property
    def question(self) -> tuple[str, str]:
        return self.table, self.where


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, dict[str, str | None], Figure | None]] = []
        self.figures: list[Figure] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        reported = dict(attrs)
        figure = None
        if "data-sql" in reported:
            figure = Figure(
                "", str(reported["data-sql"]), "", reported["data-f"], reported["value"], "data-least" in reported
            )
        elif "data-col" in reported:
            chain = [attributes for _, attributes, _ in self.open] + [reported]
            table = next(attributes["data-from"] for attributes in reversed(chain) if "data-from" in attributes)
            where = [str(attributes["data-where"]) for attributes in chain if attributes.get("data-where")]
            figure = Figure(
                str(table),
                " AND ".join(where),
                str(reported["data-col"]),
                reported.get("data-f"),
                reported.get("data-v"),
                "data-least" in reported,
            )
        if figure:
            self.figures.append(figure)
        self.open.append((tag, reported, figure))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        figure = next((figure for _, _, figure in reversed(self.open) if figure), None)
        heard = any("heard" in (attributes.get("class") or "") for _, attributes, _ in self.open)
        if figure and not heard:
            spoken = next(
                (
                    attributes["lang"]
                    for tag, attributes, _ in reversed(self.open)
                    if tag == "span" and "lang" in attributes
                ),
                None,
            )
            for language in ("id", "en"):
                if spoken in (None, language):
                    figure.text[language] += data


def figures(page: str) -> list[Figure]:
    """Every figure of the page that names its query."""
    reader = _Reader()
    reader.feed(page)
    return reader.figures


def differences(page: str, database: Path) -> list[str]:
    """Figures whose value or text is not what the release's database answers; each with its question."""
    found: list[str] = []
    asked: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for figure in figures(page):
        asked[figure.question].append(figure)
    with duckdb.connect(database, read_only=True) as con:
        con.execute("SET threads = 1")
        for table in {table for table, _ in asked if table}:  # in memory, for there are thousands of questions
            narrow = " WHERE programme = 'any' AND sex = 'all' AND age_band = 'all'" if table == "coverage" else ""
            con.execute(f"CREATE TEMP TABLE {table} AS SELECT * FROM main.{table}{narrow}")
        for (table, where), reported in asked.items():
            columns = list(dict.fromkeys(figure.expression for figure in reported))
            sql = f"SELECT {', '.join(columns)} FROM temp.{table} WHERE {where or 'true'}" if table else where
            rows = con.execute(sql).fetchall()
            if not rows and all(figure.value is None for figure in reported):
                continue  # a dash for what the table has no row of
            if len(rows) != 1:
                found.append(f"{len(rows)} rows: {sql}")
                continue
            answers = dict(zip(columns or [""], rows[0], strict=True))
            found += [problem for figure in reported for problem in _problems(figure, answers[figure.expression], sql)]
    return found


def _problems(figure: Figure, answer: Any, sql: str) -> list[str]:
    if answer is None or figure.value is None:
        return [] if (answer is None) == (figure.value is None) else [f"null and not null: {figure.expression} {sql}"]
    if figure.value != str(answer):
        return [f"value {figure.value}: {figure.expression} {sql}"]
    if figure.form == "w":
        return []
    spoken = [language for language in ("id", "en") if figure.text[language]]  # a sentence occurs once per language
    if not spoken:
        return [f"no text: {figure.expression} {sql}"]
    answer = _cut(answer, figure.form) if figure.is_least else answer
    written = {language: form(figure.form or "", answer, language) for language in spoken}
    return [
        f"{figure.text[to]!r} for {text!r}: {figure.expression} {sql}"
        for to, text in written.items()
        if figure.text[to].strip() not in (_bounds(text, to) if figure.is_least else {text})
    ]


def _bounds(text: str, language: str) -> set[str]:
    """The text of a lower bound, in a table and in a sentence."""
    return {f"≥ {text}", f"{'sedikitnya' if language == 'id' else 'at least'} {text}"}


def _cut(value: Any, name: str | None) -> float:
    """A lower bound is never rounded up."""
    return math.floor(float(value) * 1000 + 1e-9) / 1000 if name in {"p1", "q1"} else value


def form(name: str, value: Any, language: str) -> str:
    """A value as the page must write it."""
    if name == "c":
        return _spelled(float(value), language)
    if isinstance(value, date):
        raise AssertionError(f"a month as {name}")
    percent, decimals, sign, absolute = {
        "n": (0, 0, 0, 0),
        "s": (0, 0, 1, 0),
        "a": (0, 0, 0, 1),
        "d1": (0, 1, 0, 0),
        "d2": (0, 2, 0, 0),
        "s1": (0, 1, 1, 0),
        "s2": (0, 2, 1, 0),
        "p1": (100, 1, 0, 0),
        "q1": (100, 1, 0, 0),
        "ap1": (100, 1, 0, 1),
        "sp1": (100, 1, 1, 0),
        "pp": (100, 1, 1, 0),
        "v1": (0, 1, 0, 0),
        "v2": (0, 2, 0, 0),
        "mio": (1e-6, 1, 0, 0),
        "g": (0, 0 if float(value) == int(value) else 2, 0, 0),
    }[name]
    number = float(value) * percent if percent == 100 else float(value) / 1e6 if percent else float(value)
    text = _written(abs(number) if absolute else number, decimals, language)
    plus = "+" if sign and number > 0 else ""
    blank = "" if language == "id" else NBSP
    return plus + text + (f"{blank}%" if name in {"p1", "ap1", "sp1", "v1", "v2"} else "")


def _written(number: float, decimals: int, language: str) -> str:
    exact = Decimal(number).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)
    whole, _, rest = str(abs(exact)).partition(".")
    groups = []
    while whole:
        whole, group = whole[:-3], whole[-3:]
        groups.insert(0, group)
    mark, point = (".", ",") if language == "id" else (",", ".")
    return (MINUS if exact < 0 else "") + mark.join(groups) + (point + rest if rest else "")


def _spelled(number: float, language: str) -> str:
    if abs(number) < 10_000:
        return _written(number, 0, language)
    names = {"id": ("ribu", "juta", "miliar", "triliun"), "en": ("thousand", "million", "billion", "trillion")}[
        language
    ]
    power = min(4, (len(str(int(abs(number)))) - 1) // 3)
    return f"{_written(number / 1000**power, 1, language)}{NBSP}{names[power - 1]}"
