"""The text of cells becomes values, a kind at a time.

Belongs here: one pure function a kind, text column in, typed column out, null where the text is no value of the kind.
Columns repeat themselves: `standardise` hands in the distinct texts of most. Not here: what a null means (`standardise`
marks it, the rules judge it).
"""

from collections.abc import Callable
from datetime import date
from functools import cache

import polars as pl

from schemas import codelists

DATE_FORMATS = ("%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%Y/%m/%d")
_TRUE = ("Y", "YA", "YES", "1", "TRUE", "IKUT")
_FALSE = ("T", "N", "TIDAK", "NO", "0", "FALSE", "-")
Convert = Callable[[pl.Series], pl.Series]
_FIRST_DAY = date(1900, 1, 1)
_EXCEL_EPOCH = pl.date(1899, 12, 30)


def looked_up(text: pl.Series, known: pl.Enum, meant: pl.Series) -> pl.Series:
    """The meaning of each text, by its place among the known ones; null where it is not known."""
    return meant.gather(text.cast(known, strict=False).to_physical())


def trimmed(text: pl.Series) -> pl.Series:
    """Without blanks around and the apostrophe with which spreadsheets keep text."""
    return text.str.strip_chars(" \t\r'\u00a0")


def texts(text: pl.Series) -> pl.Series:
    """Free text, trimmed; blank is null."""
    return _filled(trimmed(text))


def identifiers(text: pl.Series) -> pl.Series:
    """Letters and digits in upper case; blanks, dots and dashes inside are dropped."""
    no_number = (text.cast(pl.Int64, strict=False).is_null() & text.is_not_null()).arg_true()
    odd = no_number.filter(text.gather(no_number).str.contains(r"[^0-9A-Z]"))
    if odd.is_empty():
        return text
    clean = _filled(trimmed(text.gather(odd)).str.to_uppercase().str.replace_all(r"[ .\-]", ""))
    return text.clone().scatter(odd, clean)


def codes(text: pl.Series, name: str) -> pl.Series:
    """Codes of a list: the code or any alias, in any case."""
    return _mapped(text, *_accepted(name), tidy=lambda odd: trimmed(odd).str.to_uppercase())


def flags(text: pl.Series) -> pl.Series:
    """Yes or no in the spellings of forms and spreadsheets."""
    return _mapped(text, *_yes_or_no(), tidy=lambda odd: trimmed(odd).str.to_uppercase())


def listed(text: pl.Series, name: str) -> pl.Series:
    """Several codes in one cell as `+a+b+`; null where one of them is not of the list."""
    known = set(codelists.values(name)) - {"any"}  # a heading of tables, not a programme
    parts = trimmed(text).str.to_lowercase().str.replace_all(r"[^a-z]+", " ").str.strip_chars().str.split(" ")
    return pl.Series(
        [f"+{'+'.join(cell)}+" if cell and set(cell) <= known else None for cell in parts.to_list()], dtype=pl.String
    )


def regions(text: pl.Series, scheme: str) -> pl.Series:
    """Region codes of a scheme → present codes; dots are dropped (32.01 → 3201).

    Schemes: those of codelists.regions; kemendagri, any vintage, regencies only; area, those, present provinces and ID
    for the nation; scoped, `<scheme>|<code>`.
    """
    return _mapped(text, *_present(scheme), tidy=lambda odd: trimmed(odd).str.replace_all(".", "", literal=True))


def kbli(text: pl.Series) -> pl.Series:
    """Five digits whose first two are a division of the classification; a lost leading zero is restored."""
    digits = trimmed(text).str.replace(r"\.0$", "").str.zfill(5)
    known = digits.str.contains(r"^\d{5}$") & digits.str.slice(0, 2).is_in(_divisions())
    return pl.select(pl.when(known).then(digits)).to_series()


def dates(text: pl.Series, first: str) -> pl.Series:
    """Dates from 1900 on; the format `first` is tried before the others, so that a uniform file is read in one pass."""
    return _with_rest(text, _dates_of(text, first), _any_date)


def months(text: pl.Series) -> pl.Series:
    """Months as their first day: 12-2024, 2024-12, 202412, 122024, or any date in the month."""
    plain = trimmed(text)
    forms = [
        plain.str.replace(r"^(\d{1,2})[-/](\d{4})$", "$2-$1-01"),
        plain.str.replace(r"^(\d{4})[-/](\d{1,2})$", "$1-$2-01"),
        plain.str.replace(r"^(19\d\d|20\d\d)(\d{2})$", "$1-$2-01"),
        plain.str.replace(r"^(\d{2})(19\d\d|20\d\d)$", "$2-$1-01"),
    ]
    found = pl.select(pl.coalesce([_dates_of(form, "%Y-%m-%d") for form in forms])).to_series()
    return _with_rest(text, found, _any_date).dt.month_start()


def numbers(text: pl.Series) -> pl.Series:
    """Amounts with Indonesian (1.234.567,89) or English (1,234,567.89) marks, or none; `Rp` is dropped."""
    return _with_rest(text, text.cast(pl.Int64, strict=False).cast(pl.Float64), _marked_numbers)


def percents(text: pl.Series) -> pl.Series:
    """Decimal numbers with point or comma."""
    return _finite(trimmed(text).str.replace(",", ".", literal=True).cast(pl.Float64, strict=False))


def counts(text: pl.Series) -> pl.Series:
    """Whole numbers, with or without thousands marks; null where there is a fraction."""
    value = numbers(text)
    whole = (value == value.floor()) & (value.abs() < 2**53)
    return pl.select(pl.when(whole).then(value)).to_series().cast(pl.Int64)


def _mapped(text: pl.Series, known: pl.Enum, meant: pl.Series, tidy: Convert) -> pl.Series:
    """The meaning of each text; texts that are not known are tidied and tried again."""
    return _with_rest(text, looked_up(text, known, meant), lambda odd: looked_up(tidy(odd), known, meant))


def _with_rest(text: pl.Series, found: pl.Series, convert: Convert) -> pl.Series:
    """`found`, and where it is null but a text was given, what `convert` makes of that text: the few odd ones."""
    if found.null_count() == text.null_count():
        return found
    rest = (found.is_null() & text.is_not_null()).arg_true()
    return found.scatter(rest, convert(text.gather(rest)))


def _marked_numbers(text: pl.Series) -> pl.Series:
    plain = trimmed(text).str.replace(r"(?i)^(rp|idr)\.?\s*", "").str.replace(r",-$", "")
    english = plain.str.contains(r"^-?\d{1,3}(,\d{3})+(\.\d+)?$")
    indonesian = plain.str.contains(r"^-?\d{1,3}(\.\d{3})+(,\d+)?$") | plain.str.contains(r"^-?\d+,\d+$")
    without_commas = plain.str.replace_all(",", "", literal=True)
    with_point = plain.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    chosen = pl.when(english).then(without_commas).when(indonesian).then(with_point).otherwise(plain)
    return _finite(pl.select(chosen).to_series().cast(pl.Float64, strict=False))


def _finite(value: pl.Series) -> pl.Series:
    return pl.select(pl.when(value.is_finite()).then(value)).to_series()


def _filled(text: pl.Series) -> pl.Series:
    return pl.select(pl.when(text != "").then(text)).to_series()


def _dates_of(text: pl.Series, form: str) -> pl.Series:
    found = text.str.to_date(form, strict=False, cache=False)
    if (found < _FIRST_DAY).any():
        return pl.select(pl.when(found >= _FIRST_DAY).then(found)).to_series()
    return found


def _any_date(text: pl.Series) -> pl.Series:
    """Any accepted form: the formats, a time of midnight behind the date, or the serial number of a spreadsheet."""
    plain = trimmed(text).str.replace(r"[ T]00:00:00(\.0+)?$", "").str.replace(r"\.0$", "")
    serial = pl.select(pl.when(plain.str.contains(r"^[1-9]\d{4}$")).then(plain)).to_series().cast(pl.Int64)
    days = pl.select(_EXCEL_EPOCH + pl.duration(days=pl.lit(serial))).to_series()
    found = [_dates_of(plain, form) for form in DATE_FORMATS]
    return pl.select(pl.coalesce([*found, days])).to_series()


Lookup = tuple[pl.Enum, pl.Series]


def _lookup(meaning: dict[str, str] | dict[str, bool], dtype: pl.DataType | None = None) -> Lookup:
    return pl.Enum(list(meaning)), pl.Series(list(meaning.values()), dtype=dtype)


@cache
def _accepted(name: str) -> Lookup:
    """The aliases of a code list, in the usual cases."""
    known = codelists.aliases(name)
    spelled = {spelled: code for text, code in known.items() for spelled in (text, text.lower(), text.title())}
    return _lookup(spelled, codelists.enum(name))


@cache
def _yes_or_no() -> Lookup:
    return _lookup(dict.fromkeys(_TRUE, True) | dict.fromkeys(_FALSE, False))


@cache
def _present(scheme: str) -> Lookup:
    if scheme == "kemendagri":
        return _lookup(codelists.kemendagri_regions(), codelists.enum("regencies"))
    if scheme == "area":
        nation = dict.fromkeys(("ID", "id", "NASIONAL", "INDONESIA"), "ID")
        return _lookup(codelists.kemendagri_regions() | codelists.regions("kemendagri_2025") | nation)
    schemes = codelists.values("region_schemes")
    return _lookup({f"{name}|{code}": now for name in schemes for code, now in codelists.regions(name).items()})


@cache
def nik_regions() -> pl.Series:
    """At the place of each four-digit number: the present regency of a NIK that begins so, else null."""
    known = codelists.kemendagri_regions()
    return pl.Series([known.get(f"{prefix:04d}") for prefix in range(10**4)], dtype=codelists.enum("regencies"))


@cache
def _divisions() -> list[str]:
    sectors = codelists.codes("sectors").select(pl.col("division_from", "division_to").cast(pl.Int64))
    known = {f"{division:02d}" for low, high in sectors.iter_rows() for division in range(low, high + 1)}
    return sorted(known)
