"""The named questions: one SQL file each, which the command `cakupan ask` runs and docs/questions.md shows.

Belongs here: reading the files, and the values of `$month` and `$province` in them. A file begins with `-- en:` and `-- id:`,
the question in both languages, and may give the province that it is asked for by default: `-- province: 32`.
"""

import re
from dataclasses import dataclass
from importlib.resources import files

import duckdb

from assets.errors import CakupanError
from pipelines.cli.query.connection import quoted

NATION = "ID"
_HEAD = re.compile(r"-- (\w+): (.+)\n")
_MONTHS = "SELECT DISTINCT strftime(month, '%Y-%m') FROM release_months ORDER BY 1"
_PROVINCE = "SELECT code FROM provinces WHERE code = $1 OR lower(name) = lower($1)"


@dataclass(frozen=True)
class Question:
    """A named question: its text by language, its SQL with `$month` and `$province`, its province by default."""

    name: str
    text: dict[str, str]
    query: str
    province: str = NATION

    def sql(self, month: str, province: str) -> str:
        """The query for a month, YYYY-MM, and the code of a province or of the nation."""
        return self.query.replace("$month", f"DATE '{month}-01'").replace("$province", quoted(province))

    @property
    def has_province(self) -> bool:
        """Whether it can be asked for a province."""
        return "$province" in self.query


def questions() -> dict[str, Question]:
    """Every question by name, in alphabetical order."""
    folder = files("pipelines.cli.query").joinpath("questions")
    named = sorted(entry.name.removesuffix(".sql") for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return {name: _question(name, folder.joinpath(f"{name}.sql").read_text(encoding="utf-8")) for name in named}


def find_question(name: str) -> Question:
    """The question of that name. Raises CakupanError if there is none."""
    known = questions()
    if name not in known:
        raise CakupanError(f"no question {name}: it is one of {', '.join(known)}")
    return known[name]


def find_month(con: duckdb.DuckDBPyConnection, month: str) -> str:
    """The month, or the newest of the release if it is empty. Raises CakupanError if the release does not have it."""
    months = [str(row[0]) for row in con.execute(_MONTHS).fetchall()]
    if month and month not in months:
        raise CakupanError(f"the release has no {month}: its months are {', '.join(months)}")
    return month or months[-1]


def find_province(con: duckdb.DuckDBPyConnection, province: str) -> str:
    """The code of a province, given by code or name. Raises CakupanError if there is none."""
    if province == NATION:
        return province
    found = con.execute(_PROVINCE, [province]).fetchall()
    if not found:
        raise CakupanError(f'no province {province}: give its code or name; cakupan sql "FROM provinces" lists them')
    return str(found[0][0])


def _question(name: str, text: str) -> Question:
    head = dict(_HEAD.findall(text))
    query = _HEAD.sub("", text).strip()
    return Question(name, {language: head[language] for language in ("en", "id")}, query, head.get("province", NATION))
