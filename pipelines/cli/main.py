"""The command `cakupan`: everything a person does with the product outside the Dagster UI.

Belongs here: the list of subcommands, exit codes, one clear message for an error. Not: a subcommand; its module is imported
when it is called, because Dagster and polars take seconds to import. Exit codes: 0 done, 1 refused or failed, 2 wrong usage,
3 the file breaks rules (validate).
"""

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from assets.errors import explained

if TYPE_CHECKING:
    from typer._click import Command, Context

HELP = """
Measure the coverage of Indonesia's employment social security.

Put a month of raw extracts in data/landing/YYYY-MM/<extract>/, then: cakupan run --month YYYY-MM
"""
_MODULES = {
    "run": "run",
    "demo": "run",
    "simulate": "deliveries",
    "manifest": "deliveries",
    "validate": "validate",
    "status": "status",
    "quarantine": "quarantine",
    "ui": "service",
    "serve": "service",
    "sql": "sql",
    "ask": "ask",
    "report": "report",
    "scenario": "scenario",
    "publish": "publish",
    "releases": "releases",
    "diff": "releases",
    "rollback": "releases",
    "verify": "releases",
}  # subcommand → the module with its function, in the order of the help


class Subcommands(TyperGroup):
    """The subcommands. Each module is imported when its subcommand is called, or all for the help."""

    def list_commands(self, ctx: "Context") -> list[str]:
        """All names, in the order of the help."""
        return list(_MODULES)

    def get_command(self, ctx: "Context", cmd_name: str) -> "Command | None":
        """The subcommand of that name; None if there is none."""
        if cmd_name not in _MODULES:
            return None
        function = getattr(import_module(f"pipelines.cli.{_MODULES[cmd_name]}"), cmd_name)
        single = typer.Typer(add_completion=False)
        single.command(cmd_name)(function)
        return typer.main.get_command(single)


app = typer.Typer(
    cls=Subcommands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=HELP
)


def _print_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        used = ", ".join(f"{name} {version(name)}" for name in ("dagster", "duckdb", "polars"))
        typer.echo(f"cakupan {version('cakupan')} (Python {sys.version.split()[0]}, {used})")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Options before a subcommand."""


def main() -> None:
    """Run the command; an error for the user is a short message on stderr."""
    try:
        app()
    except Exception as error:  # noqa: BLE001  the text of any error may quote a person's cell
        typer.secho("error: ", fg="red", nl=False, err=True)
        typer.echo(str(explained(error, Path.cwd())), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
