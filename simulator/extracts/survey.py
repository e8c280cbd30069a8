"""The workforce extract: employed, eligible and vulnerable persons by cell of the survey, exact at every scale.

Belongs here: denominators. Does not belong here: who is protected.
"""

from functools import cache

import polars as pl

from simulator.apportionment import apportion
from simulator.extracts import survey_correction
from simulator.months import month_index
from simulator.population.calibration import by_place, persons_at, potential, published, scaled
from simulator.population.regencies import (
    HOME_SLOTS,
    employed_prior,
    home_provinces,
    places,
    priors,
    province_codes,
    province_places,
    residence_weights,
)

# Percent by the employed prior; the rest by where the protected live, so that most provinces lie below 100 %.
_PRIOR_SHARE = {"formal": 35, "informal": 70}
_SEGMENTS = {"formal": ("PU", "JAKON"), "informal": ("BPU",)}
_GROUP = {"4": "formal", "7": "outside"} | dict.fromkeys("12356", "informal")
_WOMEN = {"1": 39, "2": 34, "3": 20, "4": 36, "5": 32, "6": 14, "7": 72}  # percent by status; synthetic, as the ages
_AGES = {"15-24": 13, "25-34": 25, "35-44": 25, "45-54": 20, "55-64": 12, "65+": 5}


def wave_of(month: int) -> str:
    """The newest August wave up to the month."""
    return f"{month // 12 if month % 12 >= 7 else month // 12 - 1}-08"


def employed_in(wave: str) -> int:
    """Employed persons of a wave: the published one nearest below, the first before there was any."""
    known = published("employed_persons", "all")
    return known[max((past for past in known if past <= wave), default=min(known))]


def survey_cells(month: int, scale: float) -> pl.DataFrame:
    """The extract of the wave that the month divides by, typed; cells without persons are left out.

    A regency without any keeps one, so that the wave is complete at every scale.
    """
    cells = _calibrated(employed_in(wave_of(month)), scale)
    cells = survey_correction.recounted(cells) if survey_correction.is_recounted(month) else cells
    wave = pl.lit(wave_of(month) + "-01").str.to_date().alias("survey_wave")
    sector = pl.lit(None, dtype=pl.String).alias("sector")
    first = pl.int_range(pl.len()).over("region_code") == 0
    kept = (pl.col("persons") > 0) | ((pl.col("persons").sum().over("region_code") == 0) & first)
    return cells.filter(kept).with_columns(wave, _rse(scale), sector)


def corrected(month: int, scale: float) -> dict[str, dict[str, int]]:
    """What the province that is counted again had `before` and has `after`; nothing in a month that does without."""
    if not survey_correction.is_recounted(month):
        return {}
    cells = _calibrated(employed_in(wave_of(month)), scale)
    return {
        "before": survey_correction.sums(cells),
        "after": survey_correction.sums(survey_correction.recounted(cells)),
    }


@cache
def _calibrated(employed: int, scale: float) -> pl.DataFrame:
    """Every cell of a wave with so many employed (full scale), as it is delivered first."""
    eligible = potential(scale, employed)
    persons = _persons_by_status(scaled(employed, scale), employed)
    counted = [_cells(persons[status], status) for status in persons]
    able = {group: eligible[group] for group in _SEGMENTS}
    cells = _with_part(pl.concat(counted), "eligible_persons", "persons", able)
    informal = pl.when(pl.col("group") == "informal").then(pl.col("eligible_persons")).otherwise(0)
    parts = {"informal": eligible["vulnerable"], "formal": 0}
    return _with_part(cells.with_columns(informal.alias("open")), "vulnerable_persons", "open", parts)


def _protected_homes(group: str, employed: int) -> list[int]:
    """Protected persons by the province they live in, at the calibrated month nearest to the wave."""
    newest = employed == published("employed_persons", "all")["2024-08"]
    month = month_index("2024-12" if newest else "2023-12")
    homes = [0] * len(province_codes())
    for segment in _SEGMENTS[group]:
        work = by_place(segment, persons_at(segment, month))
        for province, members in enumerate(province_places()):
            people = sum(work[place] for place in members)
            for home, slots in enumerate(home_provinces(segment, province)):
                homes[home] += people * slots // HOME_SLOTS
    return homes


def _province_weights(group: str, employed: int) -> list[int]:
    protected, prior = _protected_homes(group, employed), employed_prior()
    share = _PRIOR_SHARE[group]
    return [
        share * 10**9 * known // sum(prior) + (100 - share) * 10**9 * there // sum(protected)
        for known, there in zip(prior, protected, strict=True)
    ]


def _persons_by_status(total: int, employed: int) -> dict[str, list[int]]:
    """Persons by status and province. Family workers fill the provinces up to the prior of all employed."""
    shares = priors("status_share")
    counts = dict(zip(shares, apportion(total, list(shares.values())), strict=True))
    weights = {group: _province_weights(group, employed) for group in _SEGMENTS}
    persons = {status: apportion(counts[status], weights[_GROUP[status]]) for status in shares if status != "7"}
    filled = [sum(column) for column in zip(*persons.values(), strict=True)]
    whole = apportion(total, employed_prior())
    room = [max(there - taken, there // 50 + 1) for there, taken in zip(whole, filled, strict=True)]
    return persons | {"7": apportion(counts["7"], room)}


def _cells(by_province: list[int], status: str) -> pl.DataFrame:
    """Persons of a status by place, sex and age band."""
    sexes = {"F": _WOMEN[status], "M": 100 - _WOMEN[status]}
    kinds = [(sex, band, women * age) for sex, women in sexes.items() for band, age in _AGES.items()]
    rows: list[tuple[object, ...]] = []
    for province, members in enumerate(province_places()):
        of_place = [residence_weights()[place] for place in members]
        weights = [weight * share for weight in of_place for _, _, share in kinds]
        counts = apportion(by_province[province], weights)
        labels = [(place, sex, band) for place in members for sex, band, _ in kinds]
        rows += [(province, status, *label, count) for label, count in zip(labels, counts, strict=True)]
    columns = ["province", "employment_status", "place", "sex", "age_band", "persons"]
    frame = pl.DataFrame(rows, schema=columns, orient="row")
    code = pl.lit(places()["code"]).gather("place").alias("region_code")
    return frame.with_columns(code, pl.lit(_GROUP[status]).alias("group"))


def _with_part(cells: pl.DataFrame, name: str, of: str, totals: dict[str, int]) -> pl.DataFrame:
    """A part of the column `of`, never more: the total of each group by province, then within the province by cell."""
    parts = [0] * cells.height
    numbered = cells.with_row_index("cell")
    for group, total in totals.items():
        provinces = numbered.filter(group=group).group_by("province", maintain_order=True).agg("cell", of)
        wholes = [sum(values) for values in provinces[of]]
        for members, values, share in zip(provinces["cell"], provinces[of], apportion(total, wholes), strict=True):
            for cell, part in zip(members, apportion(share, list(values)), strict=True):
                parts[cell] = part
    return cells.with_columns(pl.Series(name, parts, dtype=pl.Int64))


def _rse(scale: float) -> pl.Expr:
    """Percent: two for a million persons of the nation, more for fewer, as a survey of 300,000 households might."""
    persons = pl.col("persons").cast(pl.Float64) / scale
    return (2 * (1_000_000 / persons).pow(0.4)).clip(0.3, 90).round(1).alias("rse")
