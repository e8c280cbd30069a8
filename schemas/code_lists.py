"""Code lists: data files with sources and validity. They are read at first use, never at import.

Belongs here: reading a list, and views that several stages need (aliases, regions, types). Not here: the content of a list
(`codes/*.csv`, where each row names its source).
"""

from functools import cache
from importlib.resources import files

import polars as pl


@cache
def codes(name: str) -> pl.DataFrame:
    """The code list `codes/<name>.csv`, as text. Grain: one row per code, and per vintage where the list has one."""
    text = files("schemas").joinpath("codes", f"{name}.csv").read_bytes()
    return pl.read_csv(text, infer_schema=False)


@cache
def values(name: str) -> tuple[str, ...]:
    """The codes of a list, in the order of the file, without repetition."""
    return tuple(codes(name)["code"].unique(maintain_order=True))


@cache
def enum(name: str) -> pl.Enum:
    """The codes of a list as a type."""
    return pl.Enum(values(name))


@cache
def aliases(name: str) -> dict[str, str]:
    """Every accepted text (upper case) of a list → its code: the code itself and the `aliases`, split at `|`."""
    accepted = {}
    for row in codes(name).iter_rows(named=True):
        for text in [row["code"], *(row.get("aliases") or "").split("|")]:
            if text:
                accepted[text.upper()] = row["code"]
    return accepted


@cache
def regions(scheme: str) -> dict[str, str]:
    """Codes of one scheme and vintage → present Kemendagri code; provinces have two digits, regencies four.

    Schemes: kemendagri_2025, kemendagri_2020, bps_2020, bps_2022. A province that has been divided since has
    no present code and is missing: its figures must never be apportioned silently.
    """
    known: dict[str, str] = {}
    for level in ("provinces", "regencies"):
        if scheme not in codes(level).columns:
            continue
        listed = codes(level).filter(pl.col(scheme).is_not_null())
        if level == "provinces" and scheme.endswith("2020"):
            listed = listed.filter(pl.col("kemendagri_2020").is_in(split_provinces()).not_())
        known |= dict(zip(listed[scheme], listed["code"], strict=True))
    return known


@cache
def kemendagri_regions() -> dict[str, str]:
    """Regency codes of every Kemendagri vintage → present code. No code was ever reused."""
    return {
        code: now for code, now in (regions("kemendagri_2020") | regions("kemendagri_2025")).items() if len(code) == 4
    }


@cache
def split_provinces() -> tuple[str, ...]:
    """The 2020 codes of provinces that have since been divided (Papua, Papua Barat)."""
    counted = codes("provinces").group_by("parent_2020").len().filter(pl.col("len") > 1)
    return tuple(sorted(counted["parent_2020"]))
