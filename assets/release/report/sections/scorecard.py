"""The regional scorecard: every province beside the others, and its budget by fund. The page marks those like the chosen province.

Belongs here: the tables that read `regional_scorecard`, and the similar provinces of a province. Not here: which provinces are
similar (the SQL of the table), the profile of a province (`profile`).
"""

from assets.release.findings.reader import Fixed, Query, ReleaseReader, Row, plain_columns
from assets.release.report.language import Bilingual, phrase
from assets.release.report.naming import province
from assets.release.report.section import Section
from assets.release.report.tables import Column, Table, table
from schemas.summaries.regional import BUDGETS_BY_FUND
from schemas.summaries.scorecard import SIMILAR_REGIONS

_FORMS = {
    "coverage_rank": "n",
    "coverage_ratio": "p1",
    "gap_ratio": "pp",
    "change_ratio": "pp",
    "change_rank": "n",
    "formal_ratio": "p1",
    "informal_ratio": "p1",
    "active_ratio": "p1",
    "vulnerable_ratio": "p1",
    "adequacy_ratio": "p1",
    "enrolled_ratio": "p1",
}
_BUDGETS = {"budget_idr": "mio"} | {field.name: "mio" for field in BUDGETS_BY_FUND}
_SIMILAR = tuple(f"similar_region_{rank}" for rank in range(1, SIMILAR_REGIONS + 1))


def scorecard(reader: ReleaseReader) -> Section:
    """The provinces by rank, and their budgets by fund."""
    tables = (_table(reader, "scorecard", _FORMS), _table(reader, "scorecard_funds", _BUDGETS))
    return Section(
        "scorecard",
        _title(reader),
        phrase("scorecard.lead"),
        "regional_scorecard",
        (),
        tables,
        (phrase("scorecard.note"),),
    )


def similar_provinces(reader: ReleaseReader) -> dict[str, str]:
    """Code of a province → the codes of the most similar ones, the most similar first, with blanks between."""
    columns = ", ".join(("region_code", *_SIMILAR))
    where = f"month = DATE '{reader.month}' AND region_level = 'province'"
    rows = reader.list(f"SELECT {columns} FROM regional_scorecard WHERE {where}")
    return {code: " ".join(name for name in similar if name) for code, *similar in rows}


def _title(reader: ReleaseReader) -> Bilingual:
    """The provinces that lead by coverage and by change, with their figures."""
    highest, fastest = (_first(reader, name) for name in ("coverage", "change"))
    if highest is None:
        return phrase("scorecard.title_none")
    leader = {"name": province(highest.keys["region_code"], reader), "ratio": highest["ratio"]}
    if fastest is None:
        return phrase("scorecard.title_level", **leader)
    second = province(fastest.keys["region_code"], reader)
    return phrase("scorecard.title", **leader, fastest=second, change=fastest["ratio"])


def _first(reader: ReleaseReader, figure: str) -> Row | None:
    """The province with the first rank among those shown; None if none is shown."""
    rows = reader.rows(_query(reader, {"ratio": f"{figure}_ratio"}, f"{figure}_rank", limit=1))
    return rows[0] if rows and rows[0].value("ratio") is not None else None


def _query(reader: ReleaseReader, figures: dict[str, str], order: str, limit: int | None = None) -> Query:
    fixed: Fixed = {"month": reader.month, "region_level": "province"}
    return Query("regional_scorecard", fixed, ("region_code",), figures, order=f"{order} NULLS LAST", limit=limit)


def _table(reader: ReleaseReader, name: str, forms: dict[str, str]) -> Table:
    key = Column("region_code", phrase("page.province"), named=lambda code: province(code, reader))
    figures = (Column(column, phrase(f"scorecard.{column}"), form) for column, form in forms.items())
    return table(
        reader,
        name,
        _query(reader, plain_columns(*forms), "coverage_rank"),
        (key, *figures),
        "region_code",
        is_open=True,
    )
