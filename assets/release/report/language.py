"""Numbers, months and sentences in Bahasa Indonesia and English.

Belongs here: formats of values in each language, and filling the sentences of `texts.toml`. Not: choosing a sentence
(`sections/`). vl-convert has no Indonesian locale, so the dictionaries for it are here too.
"""

import math
import string
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from markupsafe import Markup, escape

from assets.release.findings.reader import Cell

_MONTHS = {
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "en": "January February March April May June July August September October November December",
}
_SHORT = {
    "id": "Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des",
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
}
_DAYS = {
    "id": "Minggu Senin Selasa Rabu Kamis Jumat Sabtu",
    "en": "Sunday Monday Tuesday Wednesday Thursday Friday Saturday",
}
_SCALES = {
    "id": ((1e12, "triliun"), (1e9, "miliar"), (1e6, "juta"), (1e3, "ribu")),
    "en": ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1e3, "thousand")),
}
_SPELLED_FROM = 10_000
NBSP, MINUS = "\N{NO-BREAK SPACE}", "\N{MINUS SIGN}"
LANGUAGES = ("id", "en")


def number(value: float, language: str, decimals: int = 0, *, sign: bool = False) -> str:
    """A number with the language's marks and a true minus sign."""
    text = f"{abs(value):,.{decimals}f}"
    if language == "id":
        text = text.translate(str.maketrans(",.", ".,"))
    negative = value < 0 and any(digit in text for digit in "123456789")
    return (MINUS if negative else "+" if sign and value > 0 else "") + text


def compact(value: float, language: str) -> str:
    """A large number in words: 45,2 juta; 45.2 million."""
    for scale, name in _SCALES[language]:
        if abs(value) >= max(scale, _SPELLED_FROM):
            return number(value / scale, language, 1) + NBSP + name
    return number(value, language)


def percent(value: float, language: str, decimals: int = 1, *, sign: bool = False) -> str:
    """A value in percent: 44,4%; 44.4 %."""
    return number(value, language, decimals, sign=sign) + ("%" if language == "id" else NBSP + "%")


def floored(value: float, form: str) -> float:
    """A lower bound, rounded down to the decimals of its form: rounded up it would be too high."""
    steps = {"p1": 1000, "q1": 1000, "n": 1}.get(form)
    return math.floor(value * steps + 1e-9) / steps if steps else value


def month(value: date, language: str, *, short: bool = False) -> str:
    """Maret 2025; with `short` Mar 2025."""
    names = (_SHORT if short else _MONTHS)[language].split()
    return f"{names[value.month - 1]} {value.year}"


FORMS: dict[str, Callable[[Any, str], str]] = {
    "n": lambda value, to: number(value, to),
    "s": lambda value, to: number(value, to, sign=True),
    "d1": lambda value, to: number(value, to, 1),
    "d2": lambda value, to: number(value, to, 2),
    "s1": lambda value, to: number(value, to, 1, sign=True),
    "s2": lambda value, to: number(value, to, 2, sign=True),
    "a": lambda value, to: number(abs(value), to),  # the size of a change; the sentence gives its direction
    "ap1": lambda value, to: percent(100 * abs(value), to),
    "p1": lambda value, to: percent(100 * value, to),
    "q1": lambda value, to: number(100 * value, to, 1),  # percent without the sign
    "sp1": lambda value, to: percent(100 * value, to, sign=True),
    "v1": percent,  # a value that is percent already
    "v2": lambda value, to: percent(value, to, 2),
    "pp": lambda value, to: number(100 * value, to, 1, sign=True),  # a difference of ratios, in points
    "c": compact,
    "rp": lambda value, to: ("Rp" if to == "id" else "IDR" + NBSP) + compact(value, to),
    "mio": lambda value, to: number(value / 1e6, to, 1),  # millions without the unit
    "m": lambda value, to: month(value, to),
    "ms": lambda value, to: month(value, to, short=True),
    "g": lambda value, to: number(value, to, 0 if float(value).is_integer() else 2),
    "t": lambda value, _: str(value),
}


@dataclass(frozen=True)
class Bilingual:
    """A text in both languages: markup for the page, plain text for attributes and charts."""

    marked: tuple[Markup, Markup]
    plain: tuple[str, str]

    def __html__(self) -> Markup:
        """Both texts, each in an element with its language; one text if they are equal."""
        first, second = self.marked
        if first == second:
            return first
        return Markup('<span lang="id">{}</span><span lang="en">{}</span>').format(first, second)

    def to(self, language: str) -> str:
        """The plain text in one language."""
        return self.plain[LANGUAGES.index(language)]


def bilingual(indonesian: str, english: str) -> Bilingual:
    """Two plain texts."""
    return Bilingual((escape(indonesian), escape(english)), (indonesian, english))


def figure(cell: Cell, form: str, language: str, least: str = "page.at_least_sign") -> str:
    """A cell as plain text: its value, its lower bound, or the text for a withheld or missing value."""
    if cell.value is not None:
        return FORMS[form](cell.value, language)
    if cell.lower_bound is not None:
        return phrase(least, least=FORMS[form](floored(cell.lower_bound.value, form), language)).to(language)
    return phrase("page.withheld_word" if cell.is_withheld else "page.none_word").to(language)


def marked(cell: Cell, form: str) -> Bilingual:
    """A cell of a sentence, with the query that gives it again."""
    first, second = (figure(cell, form, language, "page.at_least") for language in LANGUAGES)
    plain = (first, second)
    shown = cell if cell.value is not None else cell.lower_bound
    if shown is None:
        return Bilingual((_sign(cell, first), _sign(cell, second)), plain)
    opened = Markup('<data data-f="{}" data-sql="{}" value="{}"{}>').format(
        form, shown.sql, shown.value, "" if shown is cell else Markup(" data-least")
    )
    marks = (opened + text + Markup("</data>") for text in plain)
    return Bilingual((next(marks), next(marks)), plain)


def _sign(cell: Cell, word: str) -> Markup:
    return Markup('<span class="{}">{}</span>').format("withheld" if cell.is_withheld else "none", word)


@cache
def texts() -> dict[str, Any]:
    """The sentences and labels of `texts.toml`; each a pair, Indonesian first."""
    return tomllib.loads(files("assets.release.report").joinpath("texts.toml").read_text(encoding="utf-8"))


def label(kind: str, code: str) -> Bilingual:
    """The label of a code: `labels.<kind>.<code>`; a code without label is shown as it is."""
    return bilingual(*texts()["labels"][kind].get(code, (code, code)))


def phrase(key: str, **values: Any) -> Bilingual:  # noqa: ANN401
    """The text `<section>.<name>` with its fields filled: cells, texts in both languages, months, numbers."""
    section, name = key.split(".")
    pair = texts()[section][name]
    filled = [_Filled(language) for language in LANGUAGES]
    plain = [fill.vformat(text, (), values) for fill, text in zip(filled, pair, strict=True)]
    for fill in filled:
        fill.is_marked = True
    first, second = (fill.vformat(str(escape(text)), (), values) for fill, text in zip(filled, pair, strict=True))
    return Bilingual((Markup(first), Markup(second)), (plain[0], plain[1]))  # noqa: S704 - every part was escaped


class _Filled(string.Formatter):
    """`{name:form}` in one language, plain or marked up."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.is_marked = False

    def format_field(self, value: Any, form: str) -> str:  # noqa: ANN401
        if isinstance(value, Cell):
            value = marked(value, form or "n")
        if isinstance(value, Bilingual):
            return str(value.marked[LANGUAGES.index(self.language)]) if self.is_marked else value.to(self.language)
        text = FORMS[form or "t"](value, self.language)
        return str(escape(text)) if self.is_marked else text


def locale(language: str) -> dict[str, Any]:
    """The locale arguments of vl-convert for the language."""
    decimal, thousands = (",", ".") if language == "id" else (".", ",")
    time = {
        "dateTime": "%A, %e %B %Y %X",
        "date": "%d/%m/%Y",
        "time": "%H:%M:%S",
        "periods": ["AM", "PM"],
        "days": _DAYS[language].split(),
        "shortDays": [day[:3] for day in _DAYS[language].split()],
        "months": _MONTHS[language].split(),
        "shortMonths": _SHORT[language].split(),
    }
    figures = {"decimal": decimal, "thousands": thousands, "grouping": [3], "currency": ["Rp", ""], "minus": MINUS}
    return {"format_locale": figures, "time_format_locale": time}
