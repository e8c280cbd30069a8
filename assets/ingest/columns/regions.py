"""Columns of region codes: which scheme explains all codes of the file, where no column names it.

Belongs here: that choice, and reading codes in the scheme. BPS and Kemendagri use the same numbers for other places. Not:
what a code of a known scheme means (`values`, `schemas.code_lists`).
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import polars as pl

from assets.ingest.columns import conversions
from assets.ingest.columns.base import Column, odd_of
from assets.ingest.columns.evidence import Counts, Style, contradict
from assets.ingest.report import FileReport
from schemas import code_lists
from schemas.tables import Field, Kind

REGIONS = "regions"  # under which the scheme stands in the styles of a file's report
_SCHEMES = {
    "scoped": ("kemendagri_2025", "kemendagri_2020", "bps_2022", "bps_2020"),
    "area": ("area", "bps_2022", "bps_2020"),
    "kemendagri": ("kemendagri", "bps_2020"),
}
_OF_BPS_2020 = ("91", "94")  # Papua and Papua Barat before they were divided: known, and no present province
SCHEME_OPEN = "region_scheme"  # why a file is refused whose codes several schemes explain
BETWEEN = "|"
_REGENCY = 4  # digits
_PAPUA = "9"  # elsewhere the schemes that know a code mean the same place


class RegionColumn(Column):
    """Styles: the scheme of the codes. A text may name its own: `<scheme>|<code>`."""

    def __init__(self, field: Field, month: date, epoch: date, *, scoped: bool) -> None:
        """`scoped`: the extract holds codes of several schemes, provinces among them."""
        super().__init__(field, month, epoch)
        self.schemes = _SCHEMES["scoped" if scoped else "area" if field.kind is Kind.AREA else "kemendagri"]
        self.codes: Counter[str] = Counter()
        self.settled = ""

    def fresh(self) -> Column:
        """Another column of the same field."""
        return RegionColumn(self.field, self.month, self.epoch, scoped=self.schemes == _SCHEMES["scoped"])

    def look(self, texts: pl.Series, counts: Counts, *, learn: bool) -> None:
        """As every column, but closely at every text: the codes themselves are counted."""
        self._look_closely(texts, odd_of(texts, self.plain(texts)), counts, learn=learn)

    def plain(self, texts: pl.Series) -> pl.Series:
        """Codes of a regency or province."""
        return conversions.regions(texts, self.schemes[0]).is_not_null()

    def learn(self, counts: Counts) -> None:
        """Count the rows of each code whose scheme is not named."""
        codes = conversions.region_codes(self.texts)
        for code, rows in zip(codes, counts.tolist(), strict=True):
            if code and BETWEEN not in code:
                self.codes[code] += rows

    def judge(self, beside: Sequence[Column]) -> Style:
        """The one scheme that explains the codes of all such columns; Kemendagri's where it makes no difference."""
        codes = self.codes_beside(beside)
        explaining = self.explaining(codes)
        if not explaining:
            return self._asked("codes of several schemes stand together")
        if self.settled in explaining:
            return Style(self.settled)
        doubtful = [code for code in codes if code.startswith(_PAPUA)]
        if len({tuple(_meaning(scheme, code) for code in doubtful) for scheme in explaining}) == 1:
            return Style(explaining[0])
        return self._asked(f"codes that mean other places in {', '.join(explaining[1:])}")

    def codes_beside(self, columns: Sequence[Column]) -> Counter[str]:
        """The rows of each code in all columns of this kind."""
        alike = (column for column in columns if isinstance(column, RegionColumn) and column.schemes == self.schemes)
        return sum((column.codes for column in alike), Counter[str]())

    def explaining(self, codes: Counter[str]) -> tuple[str, ...]:
        """The schemes that know all codes that any of them knows; typing errors aside."""
        known = {code: rows for code, rows in codes.items() if any(_knows(scheme, code) for scheme in self.schemes)}
        if self.schemes == _SCHEMES["kemendagri"]:  # regencies alone
            known = {code: rows for code, rows in known.items() if len(code) == _REGENCY}
        total = sum(known.values())
        foreign = {
            scheme: sum(rows for code, rows in known.items() if not _knows(scheme, code)) for scheme in self.schemes
        }
        whole = tuple(scheme for scheme, rows in foreign.items() if not rows)
        return whole or tuple(
            scheme for scheme, rows in foreign.items() if 2 * rows < total and not contradict(rows, total - rows)
        )

    def read(self, style: str) -> pl.Series:
        """Present codes."""
        codes = conversions.region_codes(self.texts)
        named = codes.str.contains(BETWEEN, literal=True)
        read = conversions.regions(codes, style or self.schemes[0])
        if named.any():
            read = pl.select(pl.when(named).then(conversions.regions(codes, "scoped")).otherwise(read)).to_series()
        return read.cast(self.field.batch_dtype, strict=False)

    def _asked(self, what: str) -> Style:
        remedy = "add a column region_scheme with kemendagri_2025, kemendagri_2020, bps_2022 or bps_2020"
        return Style(self.schemes[0], f"{self.field.name}: {what}, and no scheme is named: {remedy}")


def settled_scheme(reports: Sequence[FileReport]) -> str:
    """The one scheme that explains the region codes of all files of the extract; empty where there are several, or none."""
    said = [set(report.styles[REGIONS].split(BETWEEN)) for report in reports if REGIONS in report.styles]
    common = set.intersection(*said) if said else set()
    return common.pop() if len(common) == 1 else ""


def _knows(scheme: str, code: str) -> bool:
    return code in conversions.region_meanings(scheme) or (scheme == "bps_2020" and code in _OF_BPS_2020) or (
        scheme == "kemendagri_2020" and code in code_lists.split_provinces()
    )  # fmt: skip


def _meaning(scheme: str, code: str) -> str | None:
    return conversions.region_meanings(scheme).get(code)
