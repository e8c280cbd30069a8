"""The workforce extract: employed, eligible and vulnerable persons by cell of the labour-force survey, exact at every scale.

Belongs here: denominators. Not here: who is protected.
"""

from functools import cache

import polars as pl

from simulator.apportionment import apportion
from simulator.extracts import survey_correction
from simulator.months import month_index
from simulator.population.calibration import by_regency, persons_at, potential_persons, published_figures, scaled
from simulator.population.regencies import (
    HOME_SLOTS,
    employed_prior,
    home_provinces,
    priors,
    province_codes,
    province_regencies,
    regencies,
    residence_weights,
)

# Percent that follow the employed prior; the rest follows the protected, so that most provinces are below 100 %.
_PRIOR_PERCENT = {"formal": 35, "informal": 70}
_SEGMENTS = {"formal": ("PU", "JAKON"), "informal": ("BPU",)}
_GROUP = {"4": "formal", "7": "outside"} | dict.fromkeys("12356", "informal")
_WOMEN = {"1": 39, "2": 34, "3": 20, "4": 36, "5": 32, "6": 14, "7": 72}  # percent by status; synthetic, like the ages
_AGES = {"15-24": 13, "25-34": 25, "35-44": 25, "45-54": 20, "55-64": 12, "65+": 5}


def wave_of(month: int) -> str:
    """The latest August wave by the month."""
    return f"{month // 12 if month % 12 >= 7 else month // 12 - 1}-08"


def employed_in(wave: str) -> int:
    """Employed persons of a wave: the latest published number, or the first one for earlier waves."""
    published = published_figures("employed_persons", "all")
    return published[max((past for past in published if past <= wave), default=min(published))]


def survey_cells(month: int, scale: float) -> pl.DataFrame:
    """The typed rows of the extract: the cells with persons of the latest wave.

    A regency without persons keeps one cell, so that the wave is complete at every scale.
    """
    cells = _first_delivery(employed_in(wave_of(month)), scale)
    cells = survey_correction.with_correction(cells) if survey_correction.is_corrected(month) else cells
    wave = pl.lit(wave_of(month) + "-01").str.to_date().alias("survey_wave")
    sector = pl.lit(None, dtype=pl.String).alias("sector")
    first = pl.int_range(pl.len()).over("region_code") == 0
    kept = (pl.col("persons") > 0) | ((pl.col("persons").sum().over("region_code") == 0) & first)
    return cells.filter(kept).with_columns(wave, _rse(scale), sector)


def survey_correction_truth(month: int, scale: float) -> dict[str, dict[str, int]]:
    """The sums of the corrected province `before` and `after`; empty in a month without a correction."""
    if not survey_correction.is_corrected(month):
        return {}
    cells = _first_delivery(employed_in(wave_of(month)), scale)
    corrected = survey_correction.with_correction(cells)
    return {"before": survey_correction.province_sums(cells), "after": survey_correction.province_sums(corrected)}


@cache
def _first_delivery(employed: int, scale: float) -> pl.DataFrame:
    """Every cell of a wave as first delivered; `employed` is the number of employed persons at full scale."""
    potential = potential_persons(scale, employed)
    persons = _persons_by_status(scaled(employed, scale), employed)
    cells = pl.concat(_cells_of_status(persons[status], status) for status in persons)
    eligible = {group: potential[group] for group in _SEGMENTS}
    cells = _with_part(cells, "eligible_persons", "persons", eligible)
    informal = pl.when(pl.col("group") == "informal").then(pl.col("eligible_persons")).otherwise(0)
    vulnerable = {"informal": potential["vulnerable"], "formal": 0}
    return _with_part(cells.with_columns(informal.alias("informal")), "vulnerable_persons", "informal", vulnerable)


def _protected_by_home(group: str, employed: int) -> list[int]:
    """Protected persons by province of residence, in the calibrated month nearest to the wave."""
    is_latest = employed == published_figures("employed_persons", "all")["2024-08"]
    month = month_index("2024-12" if is_latest else "2023-12")
    homes = [0] * len(province_codes())
    for segment in _SEGMENTS[group]:
        work = by_regency(segment, persons_at(segment, month))
        for province, inside in enumerate(province_regencies()):
            people = sum(work[regency] for regency in inside)
            for home, slots in enumerate(home_provinces(segment, province)):
                homes[home] += people * slots // HOME_SLOTS
    return homes


def _province_weights(group: str, employed: int) -> list[int]:
    protected, prior = _protected_by_home(group, employed), employed_prior()
    percent = _PRIOR_PERCENT[group]
    return [
        percent * 10**9 * people // sum(prior) + (100 - percent) * 10**9 * members // sum(protected)
        for people, members in zip(prior, protected, strict=True)
    ]


def _persons_by_status(total: int, employed: int) -> dict[str, list[int]]:
    """Persons by status and province. Family workers fill each province up to the prior of all employed persons."""
    shares = priors("status_share")
    counts = dict(zip(shares, apportion(total, list(shares.values())), strict=True))
    weights = {group: _province_weights(group, employed) for group in _SEGMENTS}
    persons = {status: apportion(counts[status], weights[_GROUP[status]]) for status in shares if status != "7"}
    others = [sum(column) for column in zip(*persons.values(), strict=True)]
    wanted = apportion(total, employed_prior())
    room = [max(people - filled, people // 50 + 1) for people, filled in zip(wanted, others, strict=True)]
    return persons | {"7": apportion(counts["7"], room)}


def _cells_of_status(by_province: list[int], status: str) -> pl.DataFrame:
    """Persons of a status by regency, sex and age band."""
    sexes = {"F": _WOMEN[status], "M": 100 - _WOMEN[status]}
    kinds = [(sex, band, women * age) for sex, women in sexes.items() for band, age in _AGES.items()]
    rows: list[tuple[object, ...]] = []
    for province, inside in enumerate(province_regencies()):
        homes = [residence_weights()[regency] for regency in inside]
        weights = [weight * share for weight in homes for _, _, share in kinds]
        counts = apportion(by_province[province], weights)
        labels = [(regency, sex, band) for regency in inside for sex, band, _ in kinds]
        rows += [(province, status, *label, count) for label, count in zip(labels, counts, strict=True)]
    columns = ["province", "employment_status", "regency", "sex", "age_band", "persons"]
    frame = pl.DataFrame(rows, schema=columns, orient="row")
    code = pl.lit(regencies()["code"]).gather("regency").alias("region_code")
    return frame.with_columns(code, pl.lit(_GROUP[status]).alias("group"))


def _with_part(cells: pl.DataFrame, name: str, of: str, totals: dict[str, int]) -> pl.DataFrame:
    """A new column with a part of the column `of`: the total of each group is split by province, then by cell."""
    parts = [0] * cells.height
    numbered = cells.with_row_index("cell")
    for group, total in totals.items():
        provinces = numbered.filter(group=group).group_by("province", maintain_order=True).agg("cell", of)
        shares = apportion(total, [sum(values) for values in provinces[of]])
        for cells_of_province, values, share in zip(provinces["cell"], provinces[of], shares, strict=True):
            for cell, part in zip(cells_of_province, apportion(share, list(values)), strict=True):
                parts[cell] = part
    return cells.with_columns(pl.Series(name, parts, dtype=pl.Int64))


def _rse(scale: float) -> pl.Expr:
    """Percent: two for a million persons of the nation, more for fewer, as in a survey of 300,000 households."""
    persons = pl.col("persons").cast(pl.Float64) / scale
    return (2 * (1_000_000 / persons).pow(0.4)).clip(0.3, 90).round(1).alias("rse")
