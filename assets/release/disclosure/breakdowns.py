"""Breakdowns of `coverage` with many small figures: they are suppressed as a whole, before the solver starts.

Belongs here: which breakdowns these are, and why their figures cannot be derived. Not here: the suppression of single
figures (`secondary_suppression`).

A reader of a suppressed breakdown has only its margins. Every distribution of the persons that has these margins is
possible.

- Regencies of a province. For each programme, segment and count only the figure m of the province is published. The
  regencies can share it in any way, each from 0 to m. If the total y of all segments is still published for each regency,
  the M persons of the province can be distributed in any way that gives each regency its y. Of the m persons with some
  property (or without it), a regency then has from max(0, y − (M − m)) to min(y, m). If the lower bound is not 0 for a
  small count, the totals are suppressed too. So are they if a regency has no row for some of the members of the province:
  readers know that it has none of these, and the others cannot have any number.
- Sex and age in provinces. The margins are the province, m, and the nation's sex and age, n of N. The persons of the nation
  can be distributed in any way that gives each province its m: from max(0, m + n − N) to min(m, n).

A margin below the threshold is suppressed itself. Its own proven interval also applies to its parts.
"""

from collections.abc import Iterable

import numpy as np
import polars as pl

from assets.release.disclosure.grids import Grid
from assets.release.disclosure.linear_system import Mask
from assets.release.disclosure.policy import Policy
from schemas.months import month_numbers

_COUNTS = ("protected_persons", "registered_persons", "memberships", "dual_persons")
MONTH_NUMBER = month_numbers(pl.col("month"))
BY_REGENCY = pl.format(
    "coverage by regency, {} {}", "geography_basis", "province"
)  # the names of the subproblems of a breakdown
BY_PEOPLE = pl.format("coverage by sex and age, {}", "geography_basis")
_BLOCK = ["month", "geography_basis", "province", "is_abroad"]


def sparse_breakdowns(coverage: Grid, policy: Policy, given_up_breakdowns: Iterable[tuple[int, str]] = ()) -> Mask:
    """The cells of the grid (rows × counts) that are suppressed with their breakdown.

    `given_up_breakdowns`: month number and name of breakdowns whose figures cannot be protected individually.
    """
    frame, min_count = _cells(coverage, given_up_breakdowns), policy.min_count
    cut = np.zeros(coverage.values.shape, dtype=bool)
    if frame.is_empty():
        return cut
    small = [pl.col(name).is_between(1, min_count - 1) for name in _COUNTS]
    positive = [pl.col(name) > 0 for name in _COUNTS]
    share = pl.sum_horizontal(small).sum() * 100 > pl.sum_horizontal(positive).sum() * policy.sparse_percent
    is_sparse = (share | pl.col("is_given_up").any()).alias("is_sparse")
    regencies, people = _sparse_by_regency(frame, is_sparse, policy), _sparse_by_people(frame, is_sparse, min_count)
    for rows in (regencies["all"], regencies["totals"], people):
        cut[rows] = True
    cut[regencies["totals"], coverage.counts.index("protected_persons")] = False
    return cut


def _cells(coverage: Grid, given_up_breakdowns: Iterable[tuple[int, str]]) -> pl.DataFrame:
    counts = {name: coverage.values[:, coverage.counts.index(name)] for name in _COUNTS}
    shown = pl.DataFrame({name: np.maximum(figures, 0) for name, figures in counts.items()})
    given_up_names = [f"{number} {name}" for number, name in given_up_breakdowns]
    name = pl.when("is_people").then(BY_PEOPLE).when(pl.col("geography_level") == "regency").then(BY_REGENCY)
    rows = pl.concat([coverage.rows, shown], how="horizontal").with_columns(
        pl.col("region_code").str.slice(0, 2).alias("province"),
        (pl.col("segment") == "PMI").alias("is_abroad"),
        ((pl.col("sex") != "all") | (pl.col("age_band") != "all")).alias("is_people"),
    )
    return rows.with_columns(
        pl.format("{} {}", MONTH_NUMBER, name).is_in(given_up_names).fill_null(value=False).alias("is_given_up")
    )


def _sparse_by_regency(frame: pl.DataFrame, is_sparse: pl.Expr, policy: Policy) -> dict[str, np.ndarray]:
    """Rows that are suppressed completely (`all`), and rows whose total of protected persons is kept (`totals`)."""
    regency = frame.filter(pl.col("geography_level") == "regency")
    blocks = regency.group_by(_BLOCK).agg(is_sparse).filter("is_sparse").drop("is_sparse")
    rows = regency.join(blocks, on=_BLOCK, how="semi")
    is_total = (pl.col("segment") == "all") & (pl.col("programme") == "any")
    disclosing = pl.concat([_disclosing_blocks(rows, frame, policy), _incomplete_blocks(rows, frame)])
    kept = rows.filter(is_total).join(disclosing, on=_BLOCK, how="anti")
    totals = kept["_row"].to_numpy()
    return {"all": rows.filter(~pl.col("_row").is_in(totals))["_row"].to_numpy(), "totals": totals}


def _disclosing_blocks(rows: pl.DataFrame, frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Breakdowns in which the regencies' totals would disclose a person with, or without, a rare property."""
    province = frame.filter((pl.col("geography_level") == "province") & ~pl.col("is_people"))
    region_key = ["month", "geography_basis", "province"]
    is_total = (pl.col("segment") == "all") & (pl.col("programme") == "any")
    whole = province.filter(is_total).select(*region_key, pl.col("protected_persons").alias("people"))
    having = _groups(province).select(*region_key, "segment", "programme", "group", pl.col("persons").alias("having"))
    totals = rows.filter(is_total).select(*region_key, "region_code", pl.col("protected_persons").alias("total"))
    both = (
        _groups(rows)
        .filter(pl.col("persons").is_between(1, policy.min_count - 1), ~_is_not_personal(policy))
        .join(totals, on=[*region_key, "region_code"])
        .join(having, on=[*region_key, "segment", "programme", "group"])
        .join(whole, on=region_key)
    )
    forced = (pl.col("total") >= policy.min_count) & (pl.col("total") > pl.col("people") - pl.col("having"))
    return both.filter(forced).select(_BLOCK).unique()


def _incomplete_blocks(rows: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """Breakdowns in which a regency has no row for members that the province has: readers know that it has none of them."""
    province = frame.filter((pl.col("geography_level") == "province") & ~pl.col("is_people") & ~pl.col("is_abroad"))
    kinds = province.filter(pl.col("protected_persons") > 0).select(*_BLOCK, "segment", "programme")
    wanted = rows.select(*_BLOCK, "region_code").unique().join(kinds, on=_BLOCK)
    return wanted.join(rows, on=[*_BLOCK, "region_code", "segment", "programme"], how="anti").select(_BLOCK).unique()


def _is_not_personal(policy: Policy) -> pl.Expr:
    """Whether the group is without a programme that the policy does not count as an attribute of a person."""
    rules = [rule for rule in policy.not_personal if (rule.table, rule.column) == ("coverage", "programme")]
    return (pl.col("group") == "without") & pl.col("programme").is_in([part for rule in rules for part in rule.parts])


def _groups(rows: pl.DataFrame) -> pl.DataFrame:
    """The persons of a region and segment with and without each programme, in several segments and in only one."""
    region = [*_BLOCK, "region_code", "segment"]
    members = rows.filter(pl.col("programme") == "any").select(*region, pl.col("protected_persons").alias("members"))
    persons, dual = pl.col("protected_persons"), pl.col("dual_persons")
    groups = {"with": persons, "without": pl.col("members") - persons, "dual": dual, "single": persons - dual}
    both = rows.join(members, on=region)
    return pl.concat(
        both.select(*region, "programme", pl.lit(group).alias("group"), count.alias("persons"))
        for group, count in groups.items()
    )


def _sparse_by_people(frame: pl.DataFrame, is_sparse: pl.Expr, min_count: int) -> np.ndarray:
    """Suppressed rows by sex and age of provinces, and those of the nation where they would disclose a small count."""
    people = frame.filter(pl.col("is_people") & (pl.col("geography_level") != "nation"))
    where = ["month", "geography_basis"]
    people_of = [*where, "is_abroad"]
    rows = people.join(people.group_by(people_of).agg(is_sparse).filter("is_sparse"), on=people_of, how="semi")
    nation = frame.filter(pl.col("geography_level") == "nation")
    kind = ["month", "segment", "programme"]
    cells = rows.filter(pl.any_horizontal(pl.col(name).is_between(1, min_count - 1) for name in _COUNTS))
    whole = frame.filter(~pl.col("is_people")).select(
        *where, "geography_level", "region_code", "segment", "programme", pl.col(_COUNTS).name.suffix(" m")
    )
    of_nation = nation.filter(pl.col("is_people"), pl.col("geography_basis") == "home").select(
        *kind, "sex", "age_band", pl.col(_COUNTS).name.suffix(" n")
    )
    of_all = nation.filter(~pl.col("is_people"), pl.col("geography_basis") == "home").select(
        *kind, pl.col(_COUNTS).name.suffix(" N")
    )
    region_key = [*where, "geography_level", *kind[1:], "sex", "age_band"]
    upper_bounds = (
        rows.join(whole, on=[*where, "geography_level", "region_code", "segment", "programme"])
        .group_by(region_key)
        .agg(pl.col(f"{name} m").sum().alias(f"{name} most") for name in _COUNTS)
    )  # a province without a row for the sex and age has no person of them
    disclosing = (
        cells.join(upper_bounds, on=region_key)
        .join(whole, on=[*where, "geography_level", "region_code", "segment", "programme"])
        .join(of_nation, on=[*kind, "sex", "age_band"])
        .join(of_all, on=kind)
        .filter(pl.any_horizontal(_is_disclosed_by_margins(name, min_count) for name in _COUNTS))
    )
    of_nation_too = nation.filter(pl.col("is_people")).join(disclosing.select("month").unique(), on="month", how="semi")
    return np.concatenate([rows["_row"].to_numpy(), of_nation_too["_row"].to_numpy()])


def _is_disclosed_by_margins(name: str, min_count: int) -> pl.Expr:
    """Whether the margins m (province) and n (nation) exclude zero for a small count; N and `most` bound their sum."""
    margin, of_nation = pl.col(f"{name} m"), pl.col(f"{name} n")
    is_excluded = (margin >= min_count) & (margin + of_nation > pl.col(f"{name} N"))
    is_excluded |= (of_nation >= min_count) & (margin + of_nation > pl.col(f"{name} most"))
    return pl.col(name).is_between(1, min_count - 1) & is_excluded
