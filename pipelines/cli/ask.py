"""The command `cakupan ask`: named questions about the current release.

Belongs here: its arguments and what it prints. Not: the questions (`query/questions`).
"""

from shutil import get_terminal_size
from typing import Annotated

import typer

from assets.errors import CakupanError
from pipelines.cli.arguments import (
    Csv,
    EditionName,
    Json,
    Language,
    ParquetFile,
    Records,
    Releases,
    XlsxFile,
    edition_folder,
    language_of,
)


def ask(
    question: Annotated[str, typer.Argument(help="Name of a question. Without it: the list.")] = "",
    month: Annotated[str, typer.Option(help="Reported month, YYYY-MM. Default: the newest of the release.")] = "",
    province: Annotated[str, typer.Option(help="Code or name of a province. Default: the nation.")] = "",
    lang: Language = "",
    show_sql: Annotated[bool, typer.Option("--sql", help="Print the query instead of its result.")] = False,
    edition: EditionName = "public",
    releases: Releases = None,
    records: Records = False,
    csv: Csv = False,
    json: Json = False,
    parquet: ParquetFile = None,
    xlsx: XlsxFile = None,
) -> None:
    """Ask a named question: for example `cakupan ask kur --province 32`. Without a name: list the questions."""
    if not question:
        _print_questions(language_of(lang))
        return
    from pipelines.cli.query.connection import open_release, release_folder
    from pipelines.cli.query.questions import find_month, find_province, find_question
    from pipelines.cli.sql import answer

    asked = find_question(question)
    if province and not asked.has_province:
        raise CakupanError(f"the question {question} is not asked for one province: leave out --province")
    folder = release_folder(edition_folder(releases, edition))
    with open_release(folder) as con:
        query = asked.sql(find_month(con, month), find_province(con, province or asked.province))
    if show_sql:
        typer.echo(query)
        return
    answer(folder, query, edition, records=records, csv=csv, json=json, parquet=parquet, xlsx=xlsx)


def _print_questions(language: str) -> None:
    from pipelines.cli.query.questions import questions
    from pipelines.cli.query.screen import table

    rows = [(each.name, each.text[language]) for each in questions().values()]
    for line in table(("name", "question"), rows, get_terminal_size().columns):
        typer.echo(line)
    typer.echo("\nAsk one: cakupan ask kur --province 32. Its SQL: --sql.")
