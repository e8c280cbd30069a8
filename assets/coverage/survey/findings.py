"""Problems of the survey of a month: incomplete waves, and provinces whose regencies do not add up to them.

Belongs here: detecting a problem, and its message. Not here: which wave is used (the SQL of `survey`), the effect of a finding.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from assets.coverage.survey import assemble
from assets.engines.engine import Engine
from assets.warehouse import Warehouse
from schemas.months import first_day
from schemas.summaries.common import NATION

INCOMPLETE, STRAY, SEVERAL = "survey_wave_incomplete", "survey_wave_stray", "survey_waves_in_file"
IN_PART, DISAGREE, SEGMENT = "survey_regencies_in_part", "survey_regencies_disagree", "survey_segment_missing"
_SENTENCES = {
    INCOMPLETE: "it is not used, because only {delivered} of {expected} provinces are complete (missing: {missing}); "
    "deliver these provinces, or correct survey_wave if the month is a mistake",
    STRAY: "only {delivered} of {expected} provinces are complete (missing: {missing}), and a newer wave is used; "
    "correct survey_wave in these rows, or deliver the rest of the wave",
    SEVERAL: "{delivered} of {expected} rows of a file that holds another wave too, and that wave has more regions there; "
    "correct survey_wave in these rows, or deliver each wave in a separate file (file: {missing})",
    IN_PART: "{delivered} of {expected} regencies of province {region} are there, so the row of the province counts; "
    "deliver every regency, or the province alone",
    DISAGREE: "the regencies of province {region} have {delivered} persons and its own row has {expected}, or their "
    "potential differs; the row of the province counts; correct the regencies or the province",
    SEGMENT: "province {region} has cells of {delivered} of {expected} segments (missing: {missing}); deliver the cells "
    "of these employment statuses",
}


@dataclass(frozen=True)
class SurveyFinding:
    """A problem of a survey wave, or of one province of it.

    `wave` is the first day of its month; `last_delivered` is the first day of the newest month with rows of it. `delivered` and
    `expected` count provinces (a wave incomplete or stray), rows (several waves in a file), regencies (in part), persons (the sum
    of the regencies, and the own row of the province), or segments. `missing` holds the missing codes, or the name of the file.
    """

    name: str
    wave: date
    region_code: str
    last_delivered: date
    delivered: int
    expected: int
    missing: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """One line: the wave, the problem, the remedy."""
        problem = _SENTENCES[self.name].format(
            region=self.region_code,
            delivered=f"{self.delivered:,}",
            expected=f"{self.expected:,}",
            missing=", ".join(self.missing),
        )
        return f"workforce, wave {self.wave:%Y-%m}: {problem}"


def survey_findings(warehouse: Warehouse, month: str) -> list[SurveyFinding]:
    """The problems of the survey that concern the month. Empty: the wave in use is complete, and no other rows came.

    An incomplete wave is a finding where it is newer than the one in use, or where this month delivered rows of it. Findings about
    provinces are those of the wave in use.
    """
    with warehouse.sql() as engine:
        used = assemble(engine, warehouse, month)
        dates = engine.query(
            "SELECT survey_wave, max(delivered_month) AS last_delivered FROM survey_delivered GROUP BY survey_wave"
        )
        provinces = engine.query(
            "SELECT survey_wave, province_code, regencies_listed, regencies_delivered, own_cells, own_persons, "
            "regency_persons, counted_by FROM survey_provinces"
        ).join(dates, on="survey_wave")
        is_used = pl.col("survey_wave") == pl.lit(used, dtype=pl.Date)
        found = [
            *_waves(provinces, used, first_day(month)),
            *_files(engine, first_day(month)),
            *_provinces(provinces.filter(is_used)),
            *_segments(engine, dates.filter(is_used)),
        ]
    return sorted(found, key=lambda finding: (finding.wave, finding.name, finding.region_code, finding.missing))


def _waves(provinces: pl.DataFrame, used: date | None, month: date) -> Iterator[SurveyFinding]:
    for (wave, last), rows in provinces.group_by("survey_wave", "last_delivered"):
        absent = rows.filter(pl.col("counted_by") == "nothing")["province_code"].sort()
        is_newer = used is None or wave > used
        if len(absent) and (is_newer or last == month):
            name = INCOMPLETE if is_newer else STRAY
            there = rows.height - len(absent)
            yield SurveyFinding(name, wave, NATION, last, there, rows.height, tuple(absent))


def _files(engine: Engine, month: date) -> Iterator[SurveyFinding]:
    """Waves in a file of the month with fewer regions than another wave of that file."""
    counts = engine.query(
        "SELECT month, source_file, survey_wave, region_code, count(*) AS row_count FROM workforce "
        "WHERE source_file IS NOT NULL GROUP BY month, source_file, survey_wave, region_code"
    ).filter(pl.col("month") == month)
    waves = counts.group_by("source_file", "survey_wave").agg(pl.len().alias("regions"), pl.col("row_count").sum())
    whole = pl.col("regions").max().over("source_file")
    rows = pl.col("row_count").sum().over("source_file").alias("rows_of_file")
    for row in waves.with_columns(rows).filter(pl.col("regions") < whole).iter_rows(named=True):
        yield SurveyFinding(
            SEVERAL, row["survey_wave"], NATION, month, row["row_count"], row["rows_of_file"], (row["source_file"],)
        )


def _provinces(used: pl.DataFrame) -> Iterator[SurveyFinding]:
    problems = used.filter(pl.col("regencies_delivered") > 0, pl.col("counted_by") == "province")
    for row in problems.iter_rows(named=True):
        counts = (row["regencies_delivered"], row["regencies_listed"])
        is_whole = counts[0] == counts[1]
        persons = (row["regency_persons"], row["own_persons"])
        yield SurveyFinding(
            DISAGREE if is_whole else IN_PART,
            row["survey_wave"],
            row["province_code"],
            row["last_delivered"],
            *(persons if is_whole else counts),
        )


def _segments(engine: Engine, used: pl.DataFrame) -> Iterator[SurveyFinding]:
    """Provinces without a cell of a segment that other provinces have: it was quarantined, or not delivered."""
    cells = engine.query(
        "SELECT substr(region_code, 1, 2) AS province_code, segment FROM survey_cells "
        "WHERE segment IN ('formal', 'informal') GROUP BY substr(region_code, 1, 2), segment"
    )
    known = set(cells["segment"])
    for wave, last in used.iter_rows():
        for (province,), rows in cells.group_by("province_code"):
            absent = tuple(sorted(known - set(rows["segment"])))
            if absent:
                yield SurveyFinding(SEGMENT, wave, str(province), last, rows.height, len(known), absent)
