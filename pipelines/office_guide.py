"""The generated tables of the office guide: columns, codes, rules and refused files, in the language of the page.

Belongs here: filling the blocks of the two pages from the declarations. Not here: the prose of the pages (`docs/office-guide.md`,
`docs/panduan-kantor.md`), other generated documents (`dictionary`).
"""

import re
from collections.abc import Callable, Iterable, Iterator

from schemas import code_lists
from schemas.columns import delivered, listed
from schemas.extracts.catalogue import EXTRACTS
from schemas.refusals import REFUSALS, Refusal
from schemas.tables import Field, Rule, Table
from schemas.texts import Text

PAGES = {"docs/office-guide.md": "en", "docs/panduan-kantor.md": "id"}
MOST_CODES = 12  # a longer list is only in the folder of the lists
_BLOCK = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_PLACEHOLDER = re.compile(r"\{\w+\}")
_FIELDS = (
    Text("header", "judul kolom"),
    Text("also accepted", "judul lain"),
    Text("content", "isi"),
    Text("form", "bentuk"),
    Text("column", "kolom"),
)
_CODES = (Text("column", "kolom"), Text("code", "kode"), Text("meaning", "arti"), Text("also accepted", "tulisan lain"))
_RULES = (
    Text("rule", "aturan"),
    Text("effect", "akibat"),
    Text("what must hold", "yang harus dipenuhi"),
    Text("what to do", "yang harus dilakukan"),
)
_REFUSALS = (Text("code", "kode"), Text("what is wrong", "yang salah"), Text("what to do", "yang harus dilakukan"))
_REQUIRED, _OPTIONAL = Text("required", "wajib"), Text("optional", "tidak wajib")


def filled(page: str, language: str) -> str:
    """The page with its blocks filled in the language."""
    blocks: dict[str, Callable[[str], Iterable[str]]] = {
        "fields": _fields, "codes": _codes, "rules": _rules, "refusals": _refusals,
    }  # fmt: skip
    return _BLOCK.sub(lambda found: f"{found[1]}\n{_joined(blocks[found[2]](language))}\n\n{found[3]}", page)


def _fields(language: str) -> Iterator[str]:
    for table in EXTRACTS:
        yield f"### {table.name}"
        yield _grid(_FIELDS, language, (_field(table, field, language) for field in table.fields))


def _field(table: Table, field: Field, language: str) -> tuple[str, ...]:
    header = field.header.to(language)
    others = [f"`{alias}`" for alias in (field.name, *field.aliases) if alias != header]
    about = (delivered(field, table.name).to(language), field.expected.to(language))
    return (f"`{header}`", " ".join(others), *about, (_REQUIRED if field.column_required else _OPTIONAL).to(language))


def _codes(language: str) -> Iterator[str]:
    """The codes of each short list, with the columns that it belongs to."""
    columns: dict[str, dict[str, None]] = {}
    for field in (field for table in EXTRACTS for field in table.fields if field.codes):
        columns.setdefault(str(field.codes), {})[f"`{field.header.to(language)}`"] = None
    named = "name_id" if language == "id" else "name"
    rows = []
    for codes, headers in columns.items():
        names = dict(listed(codes).select("code", named).iter_rows())
        if len(names) <= MOST_CODES:
            accepted = code_lists.aliases(codes)
            for code, name in names.items():
                others = [f"`{text}`" for text, meant in accepted.items() if meant == code and text != code.upper()]
                rows.append((" ".join(headers), f"`{code}`", name or "", " ".join(others)))
    yield _grid(_CODES, language, rows)


def _rules(language: str) -> Iterator[str]:
    named = "name_id" if language == "id" else "name"
    effects = dict(listed("severities").select("code", named).iter_rows())
    for table in EXTRACTS:
        rules = (*table.cross_row_rules(), *table.all_rules())
        yield f"### {Text('Rules of {extract}', 'Aturan {extract}').filled(extract=table.name).to(language)}"
        yield _grid(_RULES, language, (_rule(rule, effects[rule.severity], language) for rule in rules))


def _rule(rule: Rule, effect: str, language: str) -> tuple[str, ...]:
    return (f"`{rule.name}`", effect, rule.reason.to(language), rule.remedy.to(language))


def _refusals(language: str) -> Iterator[str]:
    yield _grid(_REFUSALS, language, (_refusal(refusal, language) for refusal in REFUSALS))


def _refusal(refusal: Refusal, language: str) -> tuple[str, ...]:
    """A refusal without its details."""
    texts = (refusal.problem.to(language), refusal.remedy.to(language))
    return (f"`{refusal.code}`", *(_PLACEHOLDER.sub("…", text) for text in texts))


def _grid(names: Iterable[Text], language: str, rows: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table."""
    heads = [name.to(language) for name in names]
    lines = (" | ".join(cell.replace("|", "/") for cell in line) for line in (heads, ["---"] * len(heads), *rows))
    return "\n".join(f"| {line} |" for line in lines)


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(parts)
