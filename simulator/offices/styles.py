"""How offices write: separators, encodings, headers, dates, numbers and codes; the office's number chooses the style.

Belongs here: the catalogue of habits. Does not belong here: applying them (`rendering`), bytes (`containers`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.code_lists import codes
from schemas.tables import Kind, Table

_ACRONYMS = ("kpj", "nik", "npp", "kbli", "blth", "kur", "jkk", "jkm", "jht", "jp", "jkp")


@dataclass(frozen=True)
class Style:
    """One office's habits. `alias`: which alias of the contract heads a column, -1 for the canonical name."""

    separator: str = ","
    encoding: str = "utf-8"
    newline: str = "\n"
    alias: int = -1
    case: str = "plain"  # plain, upper or title
    dates: str = "%d-%m-%Y"  # or serial
    months: str = "%m-%Y"
    amounts: str = "plain"  # plain, dots, dots_cents, commas_cents or cents
    flags: tuple[str, str] = ("Y", "T")
    programmes: str = "columns"  # or what stands between them in one list cell
    sexes: int = 1  # which text of the code list stands for a code: 0 the code itself, then its aliases
    segments: int = 0
    words: int = 0
    quoted: bool = False
    apostrophe: bool = False
    dotted: bool = False
    old_regions: bool = False
    personal: bool = False  # columns that must be dropped: name, address, phone number
    turn: int = 0  # how far the order of the columns is rotated
    native: bool = False  # typed cells, where the container has types


STYLES = (
    Style(alias=0, case="upper"),
    Style(separator=";", dates="%Y-%m-%d", months="%Y-%m", flags=("1", "0"), sexes=0, amounts="dots", newline="\r\n"),
    Style(separator="\t", alias=1, case="title", dates="%d/%m/%Y", months="%Y%m", programmes="+", dotted=True),
    Style(alias=2, case="upper", dates="%d/%m/%Y", amounts="dots_cents", encoding="utf-8-sig", apostrophe=True),
    Style(separator=";", alias=1, encoding="cp1252", personal=True, amounts="dots", words=1, newline="\r\n"),
    Style(alias=0, dates="serial", months="%d-%m-%Y", amounts="commas_cents", programmes=",", old_regions=True, turn=5),
    Style(separator=";", alias=0, case="title", months="%Y-%m", flags=("Y", "N"), segments=-1),
    Style(alias=-1, dates="%Y-%m-%d", months="%Y-%m", flags=("YA", "TIDAK"), sexes=0, newline="\r\n", words=2),
    Style(quoted=True, alias=1, flags=("YA", "TIDAK"), sexes=2, amounts="dots_cents", turn=9),
    Style(separator="\t", dates="%Y-%m-%d", months="%Y%m", flags=("1", "0"), amounts="cents", encoding="utf-8-sig"),
    Style(separator=";", alias=2, case="title", dates="%d/%m/%Y", months="%d-%m-%Y", old_regions=True, segments=1),
    Style(alias=1, case="upper", personal=True, words=1, amounts="cents", turn=3),
    Style(separator=";", alias=-1, encoding="utf-8-sig", dates="serial", months="%Y%m", programmes="+", newline="\r\n"),
)

TYPED = Style(dates="%Y-%m-%d", months="%Y-%m", sexes=0, native=True)


def style_of(number: int) -> Style:
    """The style of the office with this number."""
    return STYLES[number % len(STYLES)]


def spellings(name: str, which: int) -> dict[str, str]:
    """Code → the text an office writes for it: the code itself (0), or the alias with that number (-1: the last)."""
    texts = {}
    for row in codes(name).iter_rows(named=True):
        known: Sequence[str] = [row["code"], *(row["aliases"] or row["code"]).split("|")]
        texts[row["code"]] = known[which if which < len(known) else -1]
    return texts


def heading(table: Table, name: str, style: Style) -> str:
    """The header text of a column."""
    field = table.field(name)
    if field.kind is Kind.LIST:
        return _cased("programmes" if style.alias < 0 else "program", style)
    if style.alias < 0 or not field.aliases:
        return _cased(name, style)
    return _cased(field.aliases[min(style.alias, len(field.aliases) - 1)], style)


def _cased(name: str, style: Style) -> str:
    words = name.split("_")
    if style.case == "upper":
        return " ".join(words).upper()
    if style.case == "title":
        titled = [word.upper() if word in _ACRONYMS else word.title() for word in words]
        return " ".join(titled).replace("No ", "No. ", 1).replace("Tgl ", "Tgl. ", 1)
    return name


def column_order(table: Table, style: Style) -> list[str]:
    """Columns in the office's order: rotated, but the last one is always filled, so that a short line shows."""
    listed = style.programmes != "columns"
    flags = {field.name for field in table.fields if field.kind is Kind.FLAG} if listed else set()
    lists = set() if listed else {field.name for field in table.fields if field.kind is Kind.LIST}
    names = [name for name in table.names if name not in flags | lists]
    if not style.turn:
        return names
    turned = names[style.turn : -1] + names[: style.turn] + names[-1:]
    # A field of the employers' extract that is always filled, or one of the enrolments'.
    last = next((name for name in ("sex", "size_class") if name in turned), turned[-1])
    return [name for name in turned if name != last] + [last] if style.turn > 4 else turned
