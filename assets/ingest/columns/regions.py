"""Columns of region codes: choose the scheme that matches all codes of the file, unless a column names it.

Belongs here: this choice, and reading codes in the scheme. BPS and Kemendagri use the same numbers for different regions.
Not here: the region of a code in a known scheme (`conversions`, `schemas.code_lists`).
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import cache

import polars as pl

from assets.errors import FileRejected
from assets.ingest.columns import conversions
from assets.ingest.columns.base import Column, irregular_positions
from assets.ingest.columns.evidence import Counts, Style, contradict, flags
from assets.ingest.report import FileReport
from schemas import code_lists
from schemas.refusals import DOUBTFUL_SCHEME, MIXED_SCHEMES, Refusal
from schemas.tables import Field, Kind

REGIONS = "regions"  # the key of the schemes in the styles of a report
_SCHEMES = {
    "scoped": ("kemendagri_2025", "kemendagri_2020", "bps_2022", "bps_2020"),
    "area": ("area", "bps_2022", "bps_2020"),
    "kemendagri": ("kemendagri", "bps_2020"),
}
_FORMER_PROVINCES = ("91", "94")  # Papua and Papua Barat before their division: known codes, but not present provinces
SCHEME_UNKNOWN = DOUBTFUL_SCHEME.code  # the reason code if several schemes match the codes of a file
SCHEME_SEPARATOR = "|"
_REGENCY = 4  # digits
_PAPUA = "9"  # in other regions, all schemes with a code assign the same region to it


class RegionColumn(Column):
    """Styles: the scheme of the codes. A text may name its scheme: `<scheme>|<code>`."""

    def __init__(self, field: Field, month: date, epoch: date, *, scoped: bool) -> None:
        """`scoped`: the extract has codes of several schemes, also of provinces."""
        super().__init__(field, month, epoch)
        self.schemes = _SCHEMES["scoped" if scoped else "area" if field.kind is Kind.AREA else "kemendagri"]
        self.codes: Counter[str] = Counter()
        self.known_scheme = ""

    def empty_copy(self) -> Column:
        """A new column of the same field."""
        return RegionColumn(self.field, self.month, self.epoch, scoped=self.schemes == _SCHEMES["scoped"])

    def observe(self, texts: pl.Series, counts: Counts, *, collect_evidence: bool) -> None:
        """As in the base class, but without the cache: the codes themselves are counted."""
        self._observe_all(
            texts, irregular_positions(texts, self.is_regular(texts)), counts, collect_evidence=collect_evidence
        )

    def is_regular(self, texts: pl.Series) -> pl.Series:
        """Codes of a regency or province."""
        return conversions.to_present_regions(texts, self.schemes[0]).is_not_null()

    def collect_evidence(self, counts: Counts) -> None:
        """Count the rows of each code without a named scheme."""
        codes = conversions.strip_region_codes(self.texts)
        for code, rows in zip(codes.to_list(), counts.tolist(), strict=True):
            if code and SCHEME_SEPARATOR not in code:
                self.codes[code] += rows

    def determine_style(self, columns: Sequence[Column]) -> Style:
        """The scheme that matches the codes of all such columns; Kemendagri if it makes no difference."""
        codes = self.codes_of(columns)
        matching_schemes = self.matching_schemes(codes)
        if not matching_schemes:
            return self._open_style(MIXED_SCHEMES)
        if self.known_scheme in matching_schemes:
            return Style(self.known_scheme)
        ambiguous = [code for code in codes if code.startswith(_PAPUA)]
        if len({tuple(_present_code(scheme, code) for code in ambiguous) for scheme in matching_schemes}) == 1:
            return Style(matching_schemes[0])
        return self._open_style(DOUBTFUL_SCHEME, schemes=", ".join(matching_schemes[1:]))

    def codes_of(self, columns: Sequence[Column]) -> Counter[str]:
        """The rows of each code in all columns of this kind."""
        rows = Counter[str]()
        for column in columns:
            if isinstance(column, RegionColumn) and column.schemes == self.schemes:
                rows.update(column.codes)
        return rows

    def matching_schemes(self, codes: Counter[str]) -> tuple[str, ...]:
        """The schemes that have every known code, except for typing errors."""
        known = codes.keys() & frozenset().union(*map(_codes_of_scheme, self.schemes))
        if self.schemes == _SCHEMES["kemendagri"]:  # regencies only
            known = {code for code in known if len(code) == _REGENCY}
        total = sum(codes[code] for code in known)
        foreign = {scheme: sum(codes[code] for code in known - _codes_of_scheme(scheme)) for scheme in self.schemes}
        whole = tuple(scheme for scheme, rows in foreign.items() if not rows)
        return whole or tuple(
            scheme for scheme, rows in foreign.items() if 2 * rows < total and not contradict(rows, total - rows)
        )

    def convert_texts(self, style: str) -> pl.Series:
        """Present codes."""
        self.repaired |= flags(self.texts.str.contains(conversions.LOST_DECIMAL_ZERO))
        codes = conversions.strip_region_codes(self.texts)
        named = codes.str.contains(SCHEME_SEPARATOR, literal=True)
        present = conversions.to_present_regions(codes, style or self.schemes[0])
        if named.any():
            present = pl.select(
                pl.when(named).then(conversions.to_present_regions(codes, "scoped")).otherwise(present)
            ).to_series()
        return present.cast(self.field.batch_dtype, strict=False)

    def _open_style(self, doubt: Refusal, **details: str) -> Style:
        return Style(self.schemes[0], FileRejected(doubt, field=self.field.header, **details))


def common_scheme(reports: Sequence[FileReport]) -> str:
    """The only scheme that matches the region codes of all files of the extract; empty if there is not exactly one."""
    matching = [set(report.styles[REGIONS].split(SCHEME_SEPARATOR)) for report in reports if REGIONS in report.styles]
    common = set.intersection(*matching) if matching else set()
    return common.pop() if len(common) == 1 else ""


@cache
def _codes_of_scheme(scheme: str) -> frozenset[str]:
    """The codes of a scheme, with the provinces before their division."""
    former = {"bps_2020": _FORMER_PROVINCES, "kemendagri_2020": code_lists.split_provinces()}
    return frozenset(conversions.region_mapping(scheme)).union(former.get(scheme, ()))


def _present_code(scheme: str, code: str) -> str | None:
    return conversions.region_mapping(scheme).get(code)
