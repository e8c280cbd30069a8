"""The generated documents: the data dictionary, the rules, the indicators and the command's reference, as Markdown.

Belongs here: how a declaration is shown on a page; `python -m pipelines.dictionary` writes the pages, the queries of
docs/questions.md and the tables of the office guide, `--check` only reports which are stale. Not: the declarations (`schemas`),
what the command does (`cli`), the tables of the office guide (`office_guide`), prose (`docs/*.md` beside the generated pages).
"""

import re
import sys
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

import polars as pl
import typer
from typer.cli import get_docs_for_click

from pipelines import office_guide
from pipelines.cli.main import app
from pipelines.cli.query.questions import questions
from schemas import code_lists
from schemas.extracts.catalogue import EXTRACTS
from schemas.indicators import Indicator, indicators
from schemas.plausibility import JUDGED
from schemas.registers import REGISTERS
from schemas.releases import REGISTRY
from schemas.summaries import SUMMARIES
from schemas.tables import Field, Rule, Table
from schemas.views import CODE_NAMES, View, views

ROOT = Path(__file__).resolve().parent.parent
NOTICE = "Generated from the declarations by `make docs`; do not edit."
GROUPS = (
    ("Extracts", "The files of the offices. A header may be written in any case and with any punctuation. The "
     "[rules](rules.md) define valid cells.", EXTRACTS),
    ("Registers", "Tables of the warehouse. Person-level, never released.", REGISTERS),
    ("Plausibility", "Measures of a month's delivery as a whole, and its implausible parts. Never released.", JUDGED),
    ("Summaries", "The tables of a release. Each has a history, `<table>_history`: the same columns and, of every row that a later "
     "release replaced, from which release (`from_sequence`) up to which (`until_sequence`) it was current.", SUMMARIES),
    ("Names", "The names of all codes, which the views have beside the codes.", (CODE_NAMES,)),
    ("Releases", "The identity and status of a release and of earlier ones; see [releases](releases.md).", REGISTRY),
)  # fmt: skip
INTERNAL = "Internal: in the warehouse only, for the protection of the table. No release has these columns."
VIEWS = (
    "In DuckDB and PostgreSQL. Each summary table has a view `<table>_named` with the same rows. After each column with a code "
    "list it has the names of the code: `province_name` and `province_name_id` (Bahasa Indonesia) after `province_code`."
)
LISTED_CODES = 12
SHOWN_MONTH = "2024-12"  # of the queries on a page


def main(*, check: bool) -> int:
    """Write the documents, or only check them and say which are stale; the exit code."""
    pages = {
        "docs/data-dictionary.md": dictionary(), "docs/rules.md": rules(), "docs/indicators.md": registry(),
        "docs/cli.md": reference(), "docs/questions.md": with_queries("docs/questions.md"),
        **{name: office_guide.filled((ROOT / name).read_text(encoding="utf-8"), language)
           for name, language in office_guide.PAGES.items()},
    }  # fmt: skip
    kept = {name: (ROOT / name).read_text(encoding="utf-8") for name in pages if (ROOT / name).exists()}
    stale = [name for name, text in pages.items() if kept.get(name) != text]
    if stale and check:
        sys.stderr.write(f"stale: {', '.join(stale)}; write again with `make docs`\n")
        return 1
    for name in stale:
        (ROOT / name).write_text(pages[name], encoding="utf-8")
    return 0


def dictionary() -> str:
    """Every table and code list on one page."""
    parts = ["# Data dictionary", NOTICE]
    for title, about, tables in GROUPS:
        parts += [f"## {title}", about, *(part for table in tables for part in described(table))]
    parts += [
        "## Views",
        VIEWS,
        *(part for view in views() if not view.name.endswith("_named") for part in view_section(view)),
    ]
    lists = sorted(entry.name.removesuffix(".csv") for entry in files("schemas").joinpath("codes").iterdir())
    rows = (listed(name) for name in lists if not name.startswith(("README", ".")))
    return "\n\n".join([*parts, "## Code lists", grid(("list", "codes", "which", "sources"), rows)]) + "\n"


def described(table: Table) -> Iterator[str]:
    """A table's section: grain, key, the fields that a release has, and apart those that stay in the warehouse."""
    yield f"### {table.name}"
    key = ", ".join(f"`{name}`" for name in table.key)
    yield f"{table.description[0].upper()}{table.description[1:]}.\nGrain: {table.grain}. Key: {key}."
    delivered = table.extract is not None
    more = ("column", "also headed") if delivered else ()
    heads = ("field", "what it is", "type", "unit", "source", *more)
    yield grid(heads, (field_row(field, delivered=delivered) for field in table.released().fields))
    internal = [field for field in table.fields if field.internal]
    if internal:
        yield INTERNAL
        yield grid(heads, (field_row(field, delivered=delivered) for field in internal))


def view_section(view: View) -> Iterator[str]:
    """The section of a view: its grain and columns."""
    yield f"### {view.name}"
    yield f"{view.about[0].upper()}{view.about[1:]}"
    yield grid(("field", "what it is"), ((f"`{name}`", comment) for name, comment in view.comments().items()))


def field_row(field: Field, *, delivered: bool) -> tuple[str, ...]:
    """A field's line; headers and whether the column must be there only for what is delivered."""
    kind = field.kind.value if delivered else str(field.dtype)
    coded = f"{kind}, list `{field.codes}`" if field.codes else kind
    column = "required" if field.column_required else "optional"
    column += "" if field.default is None else f", else {str(field.default).lower()}"
    more = (column, " ".join(f"`{alias}`" for alias in field.aliases)) if delivered else ()
    return (f"`{field.name}`", field.meaning, coded, field.unit, field.source, *more)


def rules() -> str:
    """Every rule on one page, by extract."""
    about = (
        "What `cakupan validate` and a rejection name. Fatal: the row is quarantined. Convention: it is accepted and flagged. "
        "Characterization: it is accepted and counted."
    )
    parts = ["# Rules", NOTICE, about]
    for table in EXTRACTS:
        broken = (*table.cross_row_rules(), *table.all_rules())
        parts += [
            f"## {table.name}",
            grid(("rule", "applies to", "severity", "reason", "remedy"), map(rule_row, broken)),
        ]
    return "\n\n".join(parts) + "\n"


def rule_row(rule: Rule) -> tuple[str, ...]:
    """A rule's line: the rows it applies to, its severity, its reason, its remedy."""
    cleared = f"; `{rule.clears}` emptied" if rule.clears else ""
    applies = "every row" if rule.applies is None else f"`{condition(rule.applies)}`"
    return (f"`{rule.name}`", applies, rule.severity + cleared, rule.reason.en, rule.remedy.en)


def condition(expression: pl.Expr) -> str:
    """A polars expression without the marks that only a machine needs."""
    plain = re.sub(r'col\("(\w+)"\)', r"\1", str(expression)).replace(".is_not_null()", " is known")
    plain = re.sub(r"[\[\]\"]|\.first\(\)|dyn int: ", "", plain).replace(".is_in(", " is in (")
    return re.sub(r"(?<![\w(])\((\w+)\)", r"\1", plain)


def listed(name: str) -> tuple[str, ...]:
    """A code list's line: how many codes, which where they are few, and where they are from."""
    rows = code_lists.codes(name)
    codes = rows[rows.columns[0]].unique(maintain_order=True)
    which = " ".join(f"`{code}`" for code in codes) if codes.len() <= LISTED_CODES else ""
    sources = [source for source in rows["source"].unique(maintain_order=True) if not source.startswith("idem")]
    return (f"`{name}`", str(codes.len()), which, "<br>".join(sources))


def registry() -> str:
    """Every indicator on one page: those that are columns, then those that are a query over one."""
    columns, derived = ([i for i in indicators() if i.is_derived is kind] for kind in (False, True))
    about = (
        "Each indicator is the column of that name in the tables named. Ratios are fractions. A denominator is a code of the "
        "list `denominators` or a column of the table; none: a count."
    )
    heads = (
        "indicator",
        "concept",
        "Bahasa Indonesia",
        "definition",
        "formula",
        "unit",
        "denominator",
        "table",
        "source",
    )
    parts = ["# Indicators", NOTICE, "## Columns", about, grid(heads, map(indicator_row, columns))]
    parts += [
        "## Derived",
        "In percent, by month and region; the formula is the query.",
        *map(derived_section, derived),
    ]
    return "\n\n".join(parts) + "\n"


def indicator_row(entry: Indicator) -> tuple[str, ...]:
    """An indicator's line."""
    texts = (entry.concept, entry.concept_id, entry.definition, entry.formula, entry.unit)
    listed = (" ".join(f"`{name}`" for name in names if name != "none") for names in (entry.denominators, entry.tables))
    return (f"`{entry.id}`", *texts, *listed, entry.source)


def derived_section(entry: Indicator) -> str:
    """A derived indicator: its query in full, and the codes it has elsewhere."""
    codes = [f"{name} {code}" for name, code in (("Satu Data", entry.national_code), ("SDG", entry.sdg)) if code]
    divided = " ".join(f"`{name}`" for name in entry.denominators)
    about = f"{entry.concept} ({entry.concept_id}): {entry.definition}. Denominator: {divided}. Source: {entry.source}."
    known = f" Codes: {', '.join(codes)}." if codes else ""
    query = re.sub(r" (FROM|JOIN|WHERE|AND|GROUP BY) ", r"\n\1 ", entry.formula)
    return f"### {entry.id}\n\n{about[0].upper()}{about[1:]}{known}\n\n```sql\n{query}\n```"


def with_queries(page: str) -> str:
    """The page, with the query of each named question in the block below its command."""
    named, text = questions(), (ROOT / page).read_text(encoding="utf-8")

    def filled(block: re.Match[str]) -> str:
        question = named[block[2]]
        return f"{block[1]}{question.sql(SHOWN_MONTH, question.province)}\n```"

    return re.sub(r"(`cakupan ask (\w+)`:\n\n```sql\n)(?:(?!```).*\n)*```", filled, text)


def grid(names: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = (" | ".join(cell.replace("|", "/") for cell in line) for line in (names, ["---"] * len(names), *rows))
    return "\n".join(f"| {line} |" for line in lines)


def reference() -> str:
    """The command's own help on one page."""
    command = typer.main.get_command(app)
    text = get_docs_for_click(obj=command, ctx=typer.Context(command), name="cakupan", title="The command `cakupan`")
    title, _, rest = text.strip().partition("\n")
    outside_code = re.sub(r"<(\w+)>(?!`)", r"\<\1>", rest)
    return f"{title}\n\n{NOTICE}\n{outside_code}\n"


if __name__ == "__main__":
    sys.exit(main(check=sys.argv[1:] == ["--check"]))
