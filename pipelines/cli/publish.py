"""The command `cakupan publish`: a release into PostgreSQL.

Belongs here: its arguments and messages. Not: how a release is loaded (`assets.release.postgresql`).
"""

import time
from typing import Annotated

import typer

from assets.errors import CakupanError
from assets.release.verify import verify_release
from pipelines.cli import releases as releasing
from pipelines.cli.arguments import EditionName, Releases, edition_folder
from pipelines.cli.printing import Bars, out


def publish(
    url: Annotated[
        str,
        typer.Argument(
            envvar="CAKUPAN_POSTGRESQL",
            show_envvar=False,
            help="postgresql://user@host:5432/database, or $CAKUPAN_POSTGRESQL. A password belongs in ~/.pgpass.",
        ),
    ],
    release: Annotated[str, typer.Option(help="Which release; default: the current one.")] = "",
    edition: EditionName = "public",
    schema: Annotated[
        str, typer.Option(help="Schema of the release; no other objects. Default: cakupan, or cakupan_<edition>.")
    ] = "",
    role: Annotated[
        str, typer.Option(help="Role that may read it; made, without login, if missing. Default: <schema>_reader.")
    ] = "",
    releases: Releases = None,
) -> None:
    """Load a release into PostgreSQL, in one transaction: readers see the old one or the new one."""
    try:
        from assets.release.postgresql.address import address
        from assets.release.postgresql.loading import load
    except ModuleNotFoundError:
        raise CakupanError("PostgreSQL needs its driver: pip install 'cakupan[postgresql]'") from None
    to, start = address(url), time.monotonic()
    named = releasing.find_release(edition_folder(releases, edition), release)
    found = verify_release(named)
    if found:
        raise CakupanError(
            f"{named.release_id} is not as it was published: {'; '.join(found[:3])}; restore it from a copy"
        )
    with Bars() as bars:
        loaded = load(named, to, schema=schema, reader=role, progress=bars)
    size = f"{len(loaded.rows)} tables, {sum(loaded.rows.values()):,} rows in {time.monotonic() - start:.1f} s"
    out.print(
        f"{loaded.release_id}: {size}; in {to.shown}, schema {loaded.schema}, for role {loaded.reader}", markup=False
    )
