"""What can be wrong with an enrolment: one defect a rule of the contract, and which row it is done to.

Belongs here: the catalogue, and doing the damage. Not: how many and where (`schedule`), counting (`ledger`).
A defect changes typed values (`values`), or the text of one cell (`text`), then with the mark that reading will set.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from pipelines.simulator.persons import nik
from pipelines.simulator.plan import STREAMS
from schemas.enrolments import PROGRAMMES

_NIK = pl.col("nik")
_CHILD, _YOUNG, _OLD = 5, 13, 70  # years in the month; years at entry
NOTHING = pl.lit(None)


@dataclass(frozen=True)
class Defect:
    """A planted defect. `victim`: the segment of a spare person, or a kind of calibrated rows (`CALIBRATED`)."""

    rule: str
    victim: str
    values: Mapping[str, pl.Expr] = field(default_factory=dict)
    text: tuple[str, pl.Expr] | None = None
    mark: str = "unreadable"

    @property
    def is_spare(self) -> bool:
        """Whether the row is an extra one: it will be quarantined, and no figure may miss it."""
        return self.victim not in CALIBRATED


# Calibrated rows of persons with one membership; damage that an accepted row survives.
CALIBRATED: dict[str, pl.Expr] = {
    "leading_zero": (pl.col("stream") == 0) & pl.col("membership_id").str.contains(r"^0{1,3}[1-9]\d*$"),
    "wage_earner": (pl.col("stream") == 0) & ~pl.col("membership_id").str.contains(r"^0{1,3}[1-9]\d*$"),
    "project_worker": pl.col("stream") == 1,
    "own_account": pl.col("stream") == STREAMS.index("BPU"),
    "subsidised": pl.col("stream") == STREAMS.index("subsidised"),
}


def _text(cell: str) -> pl.Expr:
    return pl.lit(cell)


def _unreadable(name: str, cell: str, victim: str = "PU") -> Defect:
    return Defect(f"{name}_readable", victim, {name: NOTHING}, (name, _text(cell)))


def _missing(name: str, victim: str = "PU") -> Defect:
    return Defect(f"{name}_present", victim, {name: NOTHING})


def _nik_part(start: int, part: pl.Expr | str, length: int) -> pl.Expr:
    middle = pl.lit(part) if isinstance(part, str) else part
    return pl.concat_str(_NIK.str.slice(0, start), middle, _NIK.str.slice(start + length))


def _born(on: pl.Expr) -> dict[str, pl.Expr]:
    """Another birth date and the NIK that agrees with it; nobody else is as young or as old, so the NIK is new."""
    prefix = _NIK.str.slice(0, 4).cast(pl.Int64)
    return {"birth_date": on, "nik": nik(prefix, on, pl.col("sex") == "F", 1 + pl.col("ordinal") % 9_999)}


def _years_before(day: pl.Expr, years: int) -> pl.Expr:
    return pl.date(day.dt.year() - years, 6, 15)


_off = pl.lit(value=False)
_no_programmes = dict.fromkeys(PROGRAMMES, _off)  # what cannot be read is not enrolled

EXTRA = (
    _missing("membership_id"),
    Defect("membership_id_format", "PU", {"membership_id": pl.when(pl.col("ordinal") % 2 == 0).then(
        pl.col("membership_id") + "7").otherwise(pl.lit("#") + pl.col("membership_id").str.slice(1))}),
    _missing("birth_date"),
    _unreadable("birth_date", "31-13-2024"),
    Defect("age_plausible", "PU", _born(pl.when(pl.col("ordinal") % 2 == 0).then(
        _years_before(pl.col("month"), _CHILD)).otherwise(pl.date(1905, 6, 15)))),
    _missing("sex"),
    _unreadable("sex", "X"),
    _missing("segment"),
    _unreadable("segment", "XX"),
    *(Defect(f"{name}_readable", "PU", {name: _off}, (name, _text("?"))) for name in PROGRAMMES),
    Defect("programmes_readable", "PU", _no_programmes, ("programmes", _text("JKK+XYZ"))),
    Defect("programmes_offered", "BPU", {"jp": pl.lit(value=True)}),
    _missing("employer_id"),
    _missing("project_no", "JAKON"),
    _missing("work_region"),
    _unreadable("work_region", "9999"),
    Defect("wage_not_negative", "PU", {"wage_idr": -pl.col("wage_idr")}),
    _missing("start_date"),
    _unreadable("start_date", "32-01-2024"),
    Defect("started_by_month_end", "PU", {"start_date": pl.col("month").dt.month_end() + pl.duration(days=3)}),
    _missing("end_date", "JAKON"),
    _unreadable("end_date", "sampai selesai"),
    Defect("end_after_start", "PU", {"end_date": pl.col("start_date") - pl.duration(days=10)}),
    _missing("paid_through"),
    _unreadable("paid_through", "13-2024"),
    _missing("office_code"),
)  # fmt: skip

WITHIN = (
    Defect("membership_id_intact", "leading_zero", {},
           ("membership_id", pl.col("membership_id").str.replace("^'?0+", "")), "damaged"),
    _missing("nik", "wage_earner"),
    Defect("nik_intact", "wage_earner", {"nik": NOTHING}, ("nik", _text("3.27199E+15")), "damaged"),
    Defect("project_worker_named", "project_worker", {"nik": NOTHING}),
    Defect("nik_digits", "wage_earner", {"nik": _NIK.str.slice(0, 15)}),
    Defect("nik_not_dummy", "wage_earner", {"nik": pl.when(pl.col("ordinal") % 2 == 0).then(
        pl.lit("1111111111111111")).otherwise(pl.lit("1234567890123456"))}),
    Defect("nik_issued_region", "wage_earner", {"nik": _nik_part(0, "9999", 4)}),
    Defect("nik_birth_date", "wage_earner", {"nik": _nik_part(8, "13", 2)}),
    Defect("nik_serial", "wage_earner", {"nik": _nik_part(12, "0000", 4)}),
    Defect("nik_sex_agrees", "wage_earner", {"sex": pl.col("sex").replace({"F": "M", "M": "F"})}),
    Defect("nik_birth_date_agrees", "wage_earner", {"birth_date": pl.col("birth_date") - pl.duration(days=40)}),
    Defect("working_age", "wage_earner", _born(_years_before(pl.col("month"), _YOUNG))),
    Defect("minimum_programmes", "wage_earner", {"jkm": _off}),
    Defect("employer_id_format", "wage_earner", {"employer_id": pl.col("employer_id").str.slice(0, 4) + "#1"}),
    _missing("home_region", "wage_earner"),
    _unreadable("home_region", "9999", "wage_earner"),
    _unreadable("kbli", "ABCDE", "wage_earner"),
    _unreadable("wage_idr", "abc", "wage_earner"),
    Defect("wage_plausible", "wage_earner", {"wage_idr": pl.col("wage_idr") * 1000}),
    Defect("entry_age_bpu", "own_account", _born(_years_before(pl.col("start_date"), _OLD))),
    Defect("prepaid_at_most_a_year", "own_account", {"paid_through": pl.col("month").dt.offset_by("15mo")}),
    _unreadable("payer", "XYZ", "wage_earner"),
    Defect("subsidy_is_bpu", "wage_earner", {"payer": pl.lit("village_fund"), "vulnerable_basis": pl.lit("farmer")}),
    _unreadable("channel", "XYZ", "wage_earner"),
    _missing("vulnerable_basis", "subsidised"),
    _unreadable("vulnerable_basis", "XYZ", "subsidised"),
)  # fmt: skip


def catalogued(*defects: Defect) -> dict[str, Defect]:
    """The defects by rule."""
    return {defect.rule: defect for defect in defects}


DEFECTS = catalogued(*EXTRA, *WITHIN)


def damaged(rows: pl.DataFrame, catalogue: Mapping[str, Defect]) -> pl.DataFrame:
    """The rows, each with the typed values that its `defect` leaves."""
    parts = []
    for (name,), group in rows.group_by("defect", maintain_order=True):
        changed = catalogue[str(name)].values.items() if name else ()
        parts.append(group.with_columns(value.cast(rows.schema[column]).alias(column) for column, value in changed))
    return pl.concat(parts) if parts else rows


def overwritten(texts: pl.DataFrame, catalogue: Mapping[str, Defect]) -> pl.DataFrame:
    """Rendered rows, each with the cell text that its `defect` leaves."""
    parts = []
    for (name,), group in texts.group_by("defect", maintain_order=True):
        text = catalogue[str(name)].text if name else None
        parts.append(group.with_columns(text[1].alias(text[0])) if text else group)
    return pl.concat(parts) if parts else texts


def marks(catalogue: Mapping[str, Defect]) -> dict[str, str]:
    """Rule → the mark that reading sets on a row with its defect."""
    return {name: f"{defect.text[0]}:{defect.mark}" for name, defect in catalogue.items() if defect.text}
