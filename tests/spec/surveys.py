"""Whole survey waves from the few cells that a test draws.

Belongs here: the empty cells that complete a drawn wave. Not: any expectation.
"""

import polars as pl

from schemas import code_lists

NOBODY = {"persons": 0, "eligible_persons": 0, "vulnerable_persons": 0}


def whole(*deliveries: pl.DataFrame) -> list[pl.DataFrame]:
    """The deliveries, and in the first of each wave an empty cell for every region that none of them draws.

    A province that is drawn by regency gets its other regencies, a province that is not drawn its own row. A province with its own row is left as drawn.
    """
    if not deliveries:
        return []
    every = pl.concat([frame.select("survey_wave", "region_code", "employment_status") for frame in deliveries])
    completed, done = [], set()
    for frame in deliveries:
        parts = [frame]
        for wave in frame["survey_wave"].unique().drop_nulls():
            if wave not in done:
                drawn = every.filter(pl.col("survey_wave") == wave)
                parts += _nobody(frame.filter(pl.col("survey_wave") == wave), drawn)
                done.add(wave)
        completed.append(pl.concat(parts))
    return completed


def absent_regions(drawn: list[str]) -> list[str]:
    """The regions that complete a wave in which these are drawn."""
    regencies = code_lists.codes("regencies").select("code", "province_code")
    by_regency = {code[:2] for code in drawn if len(code) == 4} - set(drawn)
    others = regencies.filter(pl.col("province_code").is_in(by_regency), ~pl.col("code").is_in(drawn))["code"]
    touched = {code[:2] for code in drawn}
    return [*others, *(code for code in code_lists.values("provinces") if code not in touched)]


def shown(frame: pl.DataFrame, *drawn: pl.Series) -> pl.DataFrame:
    """The rows of the drawn regions, of what they are part of, and of the nation, without the empty cells."""
    codes = {code for series in drawn for code in series.drop_nulls()}
    parents = dict(code_lists.codes("provinces").select("code", "parent_2020").iter_rows())
    provinces = {code[:2] for code in codes}
    kept = codes | provinces | {parents.get(code, code) for code in provinces} | {"ID", "00", "0000"}
    return frame.filter(pl.col("region_code").is_in(kept))


def _nobody(frame: pl.DataFrame, drawn: pl.DataFrame) -> list[pl.DataFrame]:
    """Rows like the first of the frame, with zero persons, in the regions that are not drawn."""
    regions = absent_regions(drawn["region_code"].unique().to_list())
    cells = [(region, status) for region in regions for status in drawn["employment_status"].unique().sort()]
    filler = pl.DataFrame(cells, schema=["region_code", "employment_status"], orient="row")
    same = frame.head(1).drop("region_code", "employment_status").with_columns(
        pl.lit(None).cast(frame.schema["rse"]).alias("rse"),
        pl.lit(None).cast(frame.schema["sector"]).alias("sector"),
        *(pl.lit(value).cast(frame.schema[name]).alias(name) for name, value in NOBODY.items()),
    )  # fmt: skip
    return [filler.join(same, how="cross").cast({n: frame.schema[n] for n in filler.columns}).select(frame.columns)]
