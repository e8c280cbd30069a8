"""Styles of offices: separators, encodings, headers, dates, numbers and codes.

Belongs here: the styles. Not here: writing rows in a style (`rendering`), bytes (`file_formats`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.code_lists import codes
from schemas.tables import Kind, Table

_ACRONYMS = ("kpj", "nik", "npp", "kbli", "blth", "kur", "jkk", "jkm", "jht", "jp", "jkp")


@dataclass(frozen=True)
class Style:
    """The style of one office.

    An alias number is the position of an alias in the contract or code list: in headers -1 is the name of the field, in codes
    0 is the code itself and -1 the last alias.
    """

    separator: str = ","
    encoding: str = "utf-8"
    newline: str = "\n"
    header_alias: int = -1
    case: str = "plain"  # plain, upper or title
    dates: str = "%d-%m-%Y"  # or serial
    months: str = "%m-%Y"
    amounts: str = "plain"  # plain, dots, dots_cents, commas_cents or cents
    flags: tuple[str, str] = ("Y", "T")
    programmes: str = "columns"  # or the separator of a list in one cell
    sex_alias: int = 1
    segment_alias: int = 0
    code_alias: int = 0  # of all other codes
    quoted: bool = False
    apostrophe: bool = False
    dotted_regions: bool = False
    old_regions: bool = False
    personal: bool = False  # has columns that must be dropped: name, address, phone number
    rotation: int = 0  # by how many columns the order is rotated
    typed: bool = False  # cells with types, where the file format has them


STYLES = (
    Style(header_alias=0, case="upper"),
    Style(
        separator=";", dates="%Y-%m-%d", months="%Y-%m", flags=("1", "0"), sex_alias=0, amounts="dots", newline="\r\n"
    ),
    Style(
        separator="\t",
        header_alias=1,
        case="title",
        dates="%d/%m/%Y",
        months="%Y%m",
        programmes="+",
        dotted_regions=True,
    ),
    Style(header_alias=2, case="upper", dates="%d/%m/%Y", amounts="dots_cents", encoding="utf-8-sig", apostrophe=True),
    Style(
        separator=";", header_alias=1, encoding="cp1252", personal=True, amounts="dots", code_alias=1, newline="\r\n"
    ),
    Style(
        header_alias=0,
        dates="serial",
        months="%d-%m-%Y",
        amounts="commas_cents",
        programmes=",",
        old_regions=True,
        rotation=5,
    ),
    Style(separator=";", header_alias=0, case="title", months="%Y-%m", flags=("Y", "N"), segment_alias=-1),
    Style(
        header_alias=-1,
        dates="%Y-%m-%d",
        months="%Y-%m",
        flags=("YA", "TIDAK"),
        sex_alias=0,
        newline="\r\n",
        code_alias=2,
    ),
    Style(quoted=True, header_alias=1, flags=("YA", "TIDAK"), sex_alias=2, amounts="dots_cents", rotation=9),
    Style(separator="\t", dates="%Y-%m-%d", months="%Y%m", flags=("1", "0"), amounts="cents", encoding="utf-8-sig"),
    Style(
        separator=";",
        header_alias=2,
        case="title",
        dates="%d/%m/%Y",
        months="%d-%m-%Y",
        old_regions=True,
        segment_alias=1,
    ),
    Style(header_alias=1, case="upper", personal=True, code_alias=1, amounts="cents", rotation=3),
    Style(
        separator=";",
        header_alias=-1,
        encoding="utf-8-sig",
        dates="serial",
        months="%Y%m",
        programmes="+",
        newline="\r\n",
    ),
)

TYPED = Style(dates="%Y-%m-%d", months="%Y-%m", sex_alias=0, typed=True)


def style_of(number: int) -> Style:
    """The style of the office with this number."""
    return STYLES[number % len(STYLES)]


def code_spellings(name: str, alias: int) -> dict[str, str]:
    """The text that an office writes for each code of a list: the code itself (0), or the alias with that number."""
    texts = {}
    for row in codes(name).iter_rows(named=True):
        spellings: Sequence[str] = [row["code"], *(row["aliases"] or row["code"]).split("|")]
        texts[row["code"]] = spellings[alias if alias < len(spellings) else -1]
    return texts


def header(table: Table, name: str, style: Style) -> str:
    """The header that the office writes over a column."""
    field = table.field(name)
    if field.kind is Kind.LIST:
        return _cased("programmes" if style.header_alias < 0 else "program", style)
    if style.header_alias < 0 or not field.aliases:
        return _cased(name, style)
    return _cased(field.aliases[min(style.header_alias, len(field.aliases) - 1)], style)


def _cased(name: str, style: Style) -> str:
    words = name.split("_")
    if style.case == "upper":
        return " ".join(words).upper()
    if style.case == "title":
        titled = [word.upper() if word in _ACRONYMS else word.title() for word in words]
        return " ".join(titled).replace("No ", "No. ", 1).replace("Tgl ", "Tgl. ", 1)
    return name


def column_order(table: Table, style: Style) -> list[str]:
    """The columns in the order of the office. The last one is always filled, so that a line without its last cell is noticed."""
    listed = style.programmes != "columns"
    flags = {field.name for field in table.fields if field.kind is Kind.FLAG} if listed else set()
    lists = set() if listed else {field.name for field in table.fields if field.kind is Kind.LIST}
    names = [name for name in table.names if name not in flags | lists]
    if not style.rotation:
        return names
    rotated = names[style.rotation : -1] + names[: style.rotation] + names[-1:]
    # Fields that are always filled: of the enrolments, and of the employers' extract.
    last = next((name for name in ("sex", "size_class") if name in rotated), rotated[-1])
    return [name for name in rotated if name != last] + [last] if style.rotation > 4 else rotated
