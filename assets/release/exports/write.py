"""All exports of a release, in one call."""

from pathlib import Path

from assets.release.exports import (
    codes,
    contract,
    csvw,
    datapackage,
    dcat,
    ilostat,
    rounded,
    satudata,
    sdmx,
    sdmx_structure,
)
from schemas.summaries import COVERAGE, SUMMARIES
from schemas.tables import Table


def write_exports(folder: Path, tables: tuple[Table, ...] = SUMMARIES, *, rounding_base: int = 5) -> None:
    """Write every export of the release in the folder: the same files give the same bytes.

    Descriptions (Data Package, CSV on the Web, data contract, metadata) take kilobytes; only SDMX-CSV repeats the rows, and is
    compressed. The Data Package is written last, because it lists the files of the others.
    """
    (folder / "exports").mkdir()
    codes.write(folder, tables)
    sdmx.write(folder, tables)
    sdmx_structure.write(folder, tables)
    if COVERAGE in tables:
        ilostat.write(folder)
        rounded.write(folder, rounding_base)
    csvw.write(folder, tables)
    contract.write(folder, tables)
    satudata.write(folder, tables)
    dcat.write(folder, tables)
    datapackage.write(folder, tables)
