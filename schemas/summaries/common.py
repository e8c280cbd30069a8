"""Columns that several summary tables share: the same quantity has the same name and meaning in each.

Belongs here: shared fields. Not here: any table.
"""

from collections.abc import Mapping

import polars as pl

from schemas.tables import Field, Kind

NATION = "ID"
ALL = "all"
PROVINCE = Field(
    "province_code",
    Kind.TEXT,
    "province, present Kemendagri code; ID: the nation; 00: not stated",
    codes="provinces",
    special=("ID", "00"),
)
SEGMENT = Field(
    "segment",
    Kind.TEXT,
    "all (PU, JAKON, BPU), formal (PU, JAKON), informal (BPU), or one segment",
    codes="segments_and_groups",
)
SIZE_CLASS = Field(
    "size_class",
    Kind.TEXT,
    "micro, small, medium, large or unknown; all: any",
    codes="size_classes",
    special=("unknown", "all"),
)
PAYER = Field(
    "payer",
    Kind.TEXT,
    "who pays: self, employer, regional_government, village_fund, donor, group, or not_stated; all: any",
    codes="payers",
    special=("not_stated", "all"),
)
AVAILABILITY = Field(
    "availability",
    Kind.TEXT,
    "available, or not_available: the only row of a month whose inputs were not delivered",
    codes="availabilities",
)
REASON = Field("reason", Kind.TEXT, "why the table is not available for the month; empty: it is available")
CONF_STATUS = Field(
    "conf_status",
    Kind.CODE,
    "whether figures of the row are withheld, and why; set when a release is built, the strongest reason first",
    source="SDMX CL_CONF_STATUS",
    codes="confidentiality",
)
STATE = (AVAILABILITY, REASON, CONF_STATUS)


def persons(name: str, meaning: str, *, uses: tuple[str, ...] = (), formerly: str = "") -> Field:
    """A count of persons; small ones are withheld, and so is each figure computed from the fields `of`."""
    return Field(name, Kind.COUNT, meaning, "person", sensitive=True, uses=uses, formerly=formerly)


def ratio(name: str, meaning: str, uses: tuple[str, ...]) -> Field:
    """A fraction of two published counts, withheld if one of them is."""
    return Field(name, Kind.NUMBER, meaning, "1", uses=uses)


def residents(region: str, segment: pl.Expr, *, months_before: int = 0) -> Mapping[str, pl.Expr]:
    """The row of `coverage` with the protected residents of a region; the length of the code gives its level."""
    code = pl.col(region)
    level = pl.when(code == NATION).then(pl.lit("nation")).when(code.str.len_chars() == 4).then(pl.lit("regency"))
    return {
        "month": pl.col("month").dt.offset_by(f"-{months_before}mo"),
        "geography_basis": pl.lit("home"),
        "geography_level": level.otherwise(pl.lit("province")),
        "region_code": code,
        "segment": segment,
        "programme": pl.lit("any"),
        "sex": pl.lit(ALL),
        "age_band": pl.lit(ALL),
    }
