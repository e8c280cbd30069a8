"""The commands `cakupan ui` and `cakupan serve`: Dagster's own programs on loopback.

Belongs here: their arguments and what is printed. Not: starting and stopping the processes of the service (`serve`).
"""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.arguments import locations_of
from pipelines.cli.printing import out, shown_path
from pipelines.cli.serve import serve as run_service
from pipelines.cli.session import child_environment, workspace

Port = Annotated[int, typer.Option(help="Port on loopback.")]


def ui(port: Port = 3000) -> None:
    """Serve the Dagster UI on loopback, with schedules, sensors and every run of the command."""
    out.print(f"Dagster UI: http://127.0.0.1:{port} (stop with Ctrl-C)")
    arguments = ["dev", "-w", str(workspace()), "-h", "127.0.0.1", "-p", str(port)]
    raise typer.Exit(
        subprocess.call([str(Path(sys.executable).parent / "dagster"), *arguments], env=child_environment())
    )


def serve(port: Port = 3000) -> None:
    """Serve the UI and run months as they land, until SIGTERM; schedules and sensors are on."""
    out.print(
        f"Cakupan: http://127.0.0.1:{port}, watching {shown_path(locations_of().landing)} (stop with Ctrl-C or SIGTERM)"
    )
    raise typer.Exit(run_service(port))
