"""Convert texts to codes: code lists, flags, business activities, regions.

Belongs here: one pure function per kind, from a text column to a typed column, null for texts that are not values.
Not here: the style of a column (`codes` and the other columns), damage (`cleaning`, `identifiers`).
"""

from collections.abc import Callable
from functools import cache

import polars as pl

from schemas import code_lists

YES = ("Y", "YA", "YES", "1", "TRUE", "IKUT")
NO = ("N", "TIDAK", "TDK", "NO", "0", "FALSE", "-")
LOST_DECIMAL_ZERO = r"^(\d\d)\.([1-9])$"  # a code such as 32.10 that a program stored as a number
Convert = Callable[[pl.Series], pl.Series]


def look_up(text: pl.Series, known: pl.Enum, values: pl.Series) -> pl.Series:
    """The value of each text, by its index in the known texts; null for unknown texts."""
    return values.gather(text.cast(known, strict=False).to_physical())


def remove_zero_decimals(text: pl.Series) -> pl.Series:
    """Remove the decimal zeros of codes that a program treated as numbers (1.0)."""
    return text.str.replace(r"^(\d+)[.,]0+$", "$1")


def to_codes(text: pl.Series, name: str) -> pl.Series:
    """Codes of a list: the code or any alias, in any case; also numbers that were floats or lost a leading zero."""
    return _convert(
        text,
        *_code_lookup(name),
        clean=lambda unknown: remove_zero_decimals(unknown.str.strip_chars()).str.to_uppercase(),
    )


def to_flags(text: pl.Series, *, t_is_yes: bool = False, f_is_no: bool = True) -> pl.Series:
    """True or false. T is true (*ya*) with `t_is_yes`, else false (*tidak*); F is false with `f_is_no`, else null."""
    words = dict.fromkeys(YES, True) | dict.fromkeys(NO, False) | {"T": t_is_yes}
    known, values = _lookup(words | ({"F": False} if f_is_no else {}))
    return _convert(text, known, values, clean=lambda unknown: remove_zero_decimals(unknown).str.to_uppercase())


def to_code_lists(text: pl.Series, name: str) -> pl.Series:
    """Several codes in one cell as `+a+b+`; null if one of them is not in the list."""
    known = set(code_lists.values(name)) - {"any"}  # a heading in tables, not a programme
    parts = text.str.to_lowercase().str.replace_all(r"[^a-z]+", " ").str.strip_chars().str.split(" ")
    return pl.Series(
        [f"+{'+'.join(cell)}+" if cell and set(cell) <= known else None for cell in parts.to_list()], dtype=pl.String
    )


def strip_region_codes(text: pl.Series) -> pl.Series:
    """Region codes without dots, blanks and decimal zeros: 32.01 and 3201.0 → 3201; the number 32.1 was the code 32.10."""
    return remove_zero_decimals(text).str.replace(LOST_DECIMAL_ZERO, "${1}${2}0").str.replace_all(r"[. ]", "")


def to_present_regions(code: pl.Series, scheme: str) -> pl.Series:
    """Convert region codes of a scheme to present codes.

    Schemes: those of `code_lists.regions`; `kemendagri`: regencies of any vintage; `area`: the same with present provinces
    and ID for the nation; `scoped`: texts `<scheme>|<code>`.
    """
    return look_up(code, *_region_lookup(scheme))


def to_kbli(text: pl.Series) -> pl.Series:
    """Codes of five digits whose first two are a division of the classification."""
    known = text.str.contains(r"^\d{5}$") & text.str.slice(0, 2).is_in(_divisions())
    return pl.select(pl.when(known).then(text)).to_series()


def _convert(text: pl.Series, known: pl.Enum, values: pl.Series, clean: Convert) -> pl.Series:
    """The value of each text; unknown texts are cleaned and looked up again."""
    found = look_up(text, known, values)
    rest = (found.is_null() & text.is_not_null()).arg_true()
    if rest.is_empty():
        return found
    return found.scatter(rest, look_up(clean(text.gather(rest)), known, values))


Lookup = tuple[pl.Enum, pl.Series]


def _lookup(meaning: dict[str, str] | dict[str, bool], dtype: pl.DataType | None = None) -> Lookup:
    return pl.Enum(list(meaning)), pl.Series(list(meaning.values()), dtype=dtype)


@cache
def _code_lookup(name: str) -> Lookup:
    """The aliases of a code list, in the usual cases; numbers also without their leading zero, unless another code has it."""
    known = code_lists.aliases(name)
    short = {text[1:]: code for text, code in known.items() if text.isdigit() and text[0] == "0" and len(text) > 1}
    spelled = {spelled: code for text, code in known.items() for spelled in (text, text.lower(), text.title())}
    return _lookup(short | spelled, code_lists.enum(name))


@cache
def _region_lookup(scheme: str) -> Lookup:
    if scheme == "scoped":
        schemes = code_lists.values("region_schemes")
        return _lookup({f"{name}|{code}": now for name in schemes for code, now in code_lists.regions(name).items()})
    return _lookup(region_mapping(scheme))


@cache
def region_mapping(scheme: str) -> dict[str, str]:
    """Codes of a scheme (see `regions`) → present codes."""
    if scheme == "kemendagri":
        return code_lists.kemendagri_regions()
    if scheme == "area":
        nation = dict.fromkeys(("ID", "id", "NASIONAL", "INDONESIA"), "ID")
        return code_lists.kemendagri_regions() | code_lists.regions("kemendagri_2025") | nation
    return code_lists.regions(scheme)


@cache
def regions_by_nik_prefix() -> pl.Series:
    """Indexed by the first four digits of a NIK: the present regency, or null."""
    known = code_lists.kemendagri_regions()
    return pl.Series([known.get(f"{prefix:04d}") for prefix in range(10**4)], dtype=code_lists.enum("regencies"))


@cache
def _divisions() -> list[str]:
    sectors = code_lists.codes("sectors").select(pl.col("division_from", "division_to").cast(pl.Int64))
    known = {f"{division:02d}" for low, high in sectors.iter_rows() for division in range(low, high + 1)}
    return sorted(known)
