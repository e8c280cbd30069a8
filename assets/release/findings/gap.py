"""The largest gaps: where most workers are not protected, which measures are available, and the share of the largest."""

from dataclasses import dataclass

from assets.release.findings.reader import Cell, Fixed, Query, ReleaseReader, Row, plain_columns
from assets.release.findings.totals import Share, Total

FIGURES = plain_columns(
    "gap_persons",
    "national_effect",
    "affordable_workers",
    "unprotected_debtors",
    "unenrolled_employers",
    "outreach_activities",
)
_POSITIVE = "CASE WHEN gap_persons > 0 THEN gap_persons WHEN gap_persons <= 0 THEN 0 END"


@dataclass(frozen=True)
class Gap:
    """The province and segment with the largest gap, None if none is shown; `is_whole`: no gap is withheld."""

    largest: Row | None
    is_whole: bool


def gap(reader: ReleaseReader) -> Gap:
    """The largest gap of a province, formal or informal."""
    fixed: Fixed = {"month": reader.month, "region_level": "province"}
    rows = reader.rows(
        Query("priorities", fixed, ("region_code", "segment"), FIGURES, order="gap_persons DESC NULLS LAST")
    )
    known = [row for row in rows if row.value("gap_persons") is not None]
    return Gap(known[0] if known else None, not any(row["gap_persons"].is_withheld for row in rows))


@dataclass(frozen=True)
class Concentration:
    """The three provinces with the largest shown gap, and their share of all unprotected informal workers."""

    first: list[Row]
    share: Cell


def concentration(reader: ReleaseReader) -> Concentration:
    """Provinces by unprotected informal workers; the share is withheld if a gap is."""
    fixed: Fixed = {"month": reader.month, "region_level": "province", "segment": "informal"}
    query = Query(
        "priorities",
        fixed,
        ("region_code",),
        {"gap_persons": "gap_persons"},
        condition="priority_rank <= 3",
        order="priority_rank",
    )
    share = Share(Total(_POSITIVE, "priority_rank <= 3"), Total(_POSITIVE))
    return Concentration(reader.rows(query), reader.total("priorities", {"share": share}, fixed)["share"])
