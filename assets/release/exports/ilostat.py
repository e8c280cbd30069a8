"""SDG 1.3.1 in the shape of ILOSTAT: `exports/ilostat/SDG_0131_SEX_SOC_RT_{M,A}.csv`, workers covered for employment injury.

Belongs here: the one series of the indicator that the release has; its notes say what it does not cover. Not: other
contingencies. Pensions and unemployment count persons who receive a benefit, and the release has only those who contribute.
The total of all contingencies cannot be computed from one of them.
"""

from datetime import date
from pathlib import Path

import polars as pl

from assets.csv_escaping import escape_formulas
from assets.release.exports.files import frame_of, provisional
from schemas.indicators import lookup
from schemas.summaries import COVERAGE

INDICATOR = "SDG_0131_SEX_SOC_RT"
FOLDER = "exports/ilostat"
COLUMNS = (
    "ref_area",
    "source",
    "indicator",
    "sex",
    "classif1",
    "time",
    "obs_value",
    "obs_status",
    "note_classif",
    "note_indicator",
    "note_source",
)
SEXES = {"all": "SEX_T", "M": "SEX_M", "F": "SEX_F"}
NATIONAL = {
    "geography_basis": "home",
    "geography_level": "nation",
    "segment": "all",
    "programme": "jkk",
    "age_band": "all",
    "denominator_id": "employed",
}
SOURCE = "Employment social-security scheme: register of persons; Sakernas (BPS): employed persons"
CONTINGENCY = "Employment injury: programme JKK"


def write(folder: Path) -> None:
    """Write every month; and each December as a year: the stock at the end of the year."""
    (folder / FOLDER).mkdir()
    monthly = build_series(frame_of(folder, COVERAGE), provisional(folder))
    december = pl.col("time").str.ends_with("M12")
    annual = monthly.filter(december).with_columns(pl.col("time").str.head(4))
    for frequency, frame in (("M", monthly), ("A", annual)):
        escape_formulas(frame).write_csv(folder / FOLDER / f"{INDICATOR}_{frequency}.csv")


def build_series(coverage: pl.DataFrame, months: list[date]) -> pl.DataFrame:
    """National rows of JKK among the employed by sex, in percent; a withheld value is empty with status Q, never zero.

    `months` are the provisional ones (P); the status of an unreliable denominator (U) has precedence.
    """
    rows = coverage.filter(*(pl.col(name) == value for name, value in NATIONAL.items())).sort("month", "sex")
    value = 100 * pl.col("protected_persons") / pl.when(pl.col("denominator_persons") > 0).then("denominator_persons")
    withheld = pl.col("protected_persons").is_null() & (pl.col("conf_status") != "F")
    unreliable = pl.col("coverage_flag") == "denominator_uncertain"
    states = {"Q": withheld, "U": unreliable, "P": pl.col("month").is_in(months)}
    indicator = lookup("work_injury_coverage", COVERAGE.name)
    texts = {
        "ref_area": "IDN",
        "source": SOURCE,
        "indicator": INDICATOR,
        "classif1": "SOC_CONTIG_INJ",
        "note_classif": CONTINGENCY,
        "note_indicator": indicator.definition if indicator else "",
        "note_source": indicator.source if indicator else "",
    }
    return rows.select(
        *(pl.lit(text).alias(name) for name, text in texts.items()),
        sex=pl.col("sex").replace_strict(SEXES),
        time=pl.col("month").dt.strftime("%YM%m"),
        obs_value=value,
        obs_status=pl.coalesce(pl.when(applies).then(pl.lit(code)) for code, applies in states.items()),
    ).select(COLUMNS)
